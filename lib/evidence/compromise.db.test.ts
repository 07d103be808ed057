import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { searchCertificates } from "#lib/pki/search-certificates.ts";
import {
  countSignedWith,
  exportSignedWith,
  listSignedWith,
  type SignedPage,
} from "#lib/signing/list-signed-with.ts";
import { noteKeyUse } from "#lib/signing/note-key-use.ts";
import { reportCompromise } from "#lib/signing/report-compromise.ts";
import { openSeal } from "#lib/signing/seal-key.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { requestReport } from "./reports/request-report.ts";
import { requestPackage } from "./request-package.ts";
import { completedPdf, pdfsig, systemOf, validatedByUs } from "./testing-sealed.ts";

const product = testProduct({ runsJobs: true });

async function newOwner() {
  const ctx = await (await product().newOrganization()).member("owner");
  return { ctx, worker: systemOf(ctx, product().runtime) };
}

const complete = completedPdf;
const validated = (pdf: Uint8Array) => validatedByUs(product().runtime, pdf);
const sealOf = async (ctx: Context): Promise<CertificateId> =>
  (await searchCertificates(ctx, { kind: "seal" })).items[0]!.id;
const isListed = (ctx: Context, id: CertificateId) => async () =>
  (await searchCertificates(ctx, { status: "revoked" })).items.some((item) => item.id === id) &&
  (await publishedTrust(product().runtime)).crls.length > 0;

/** Until the worker has published the list that names it. */
async function listed(ctx: Context, worker: WorkerContext, id: CertificateId) {
  await expect.poll(isListed(ctx, id), { timeout: 10_000 }).toBe(true);
  await worker.runtime.renewAuthorities();
}

test("what was sealed and time-stamped before the loss stands; the list says so and validators agree", async () => {
  const { ctx, worker } = await newOwner();
  const { envelopeId, pdf } = await complete(ctx);
  expect((await validated(pdf)).verdict).toBe("passed");
  const id = await sealOf(ctx);
  await pause(1_100);
  const lostAt = new Date();
  const { signed } = await reportCompromise(ctx, { certificateId: id, lostAt, note: "Backup tape lost" });
  const facts = signed.map(({ act, standing, envelope }) => [act, standing, envelope?.id]);
  expect(facts.filter(([act]) => act !== "package")).toEqual([
    ["audit-trail", "stands", envelopeId],
    ["sealed", "stands", envelopeId],
    ["certified", "stands", envelopeId],
  ]);
  await listed(ctx, worker, id);
  const report = await validated(pdf);
  expect(report.verdict).toBe("passed");
  expect(pdfsig(pdf).match(/Signature is Valid\./g)).toHaveLength(3);
});

test("what was sealed after the key was lost does not stand, here or anywhere that asks", async () => {
  const { ctx, worker } = await newOwner();
  const { pdf } = await complete(ctx);
  const id = await sealOf(ctx);
  const lostAt = new Date(Date.now() - 3_600_000);
  const { signed } = await reportCompromise(ctx, { certificateId: id, lostAt });
  const documents = signed.filter(({ document }) => document);
  expect(documents.map(({ standing }) => standing)).toEqual(["after-loss", "after-loss"]);
  await listed(ctx, worker, id);
  const report = await validated(pdf);
  expect(report.verdict).toBe("failed");
  expect(JSON.stringify(report)).toContain("keyCompromise");
  // It checks the mathematics alone, and asks nobody about the certificate: it needs the list to know better.
  expect(pdfsig(pdf)).toContain("Signature is Valid.");
});

test("a key that a job had opened already signs nothing once it is blocked; the next job has another", async () => {
  const { ctx, worker } = await newOwner();
  const opened = await openSeal(worker);
  await opened.key.sign(new Uint8Array([1]));
  await reportCompromise(ctx, { certificateId: opened.certificate.id, lostAt: new Date() });
  expect(await refusalOf(opened.key.sign(new Uint8Array([1])))).toBe("pki/key-blocked");
  const next = await openSeal(worker);
  expect(next.certificate.id).not.toBe(opened.certificate.id);
  expect(next.key.publicKey).not.toEqual(opened.key.publicKey);
});

test("an envelope that waits for its seal gets one of the new key", async () => {
  const { ctx, worker } = await newOwner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const lost = await openSeal(worker);
  await pause(1_100);
  const lostAt = new Date();
  await reportCompromise(ctx, { certificateId: lost.certificate.id, lostAt });
  await sign(person);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const next = await openSeal(worker);
  const { signed: byNew } = await listSignedWith(ctx, { certificateId: next.certificate.id });
  const documents = byNew.filter(({ document }) => document);
  expect(documents.map(({ act }) => act)).toEqual(["sealed"]);
  const { signed: byLost } = await listSignedWith(ctx, { certificateId: lost.certificate.id, lostAt });
  expect(byLost.map(({ act, standing }) => [act, standing])).toEqual([["certified", "stands"]]);
});

test("beside documents: the audit trail, packages, reports and records are on the list, each by its hash", async () => {
  const { ctx } = await newOwner();
  const { envelopeId } = await complete(ctx);
  const id = await sealOf(ctx);
  const packageId = await requestPackage(ctx, { envelopeId, variant: "full" });
  const reportId = await requestReport(ctx, { kind: "key-operations", from: "2026-01-01", to: "2026-01-31" });
  const acts = async () => (await listSignedWith(ctx, { certificateId: id })).signed;
  const subjects = async () => (await acts()).map(({ subjectId }) => subjectId);
  await expect.poll(subjects, { timeout: 60_000 }).toEqual(expect.arrayContaining([packageId, reportId]));
  const trail = (await acts()).find(({ act }) => act === "audit-trail");
  const [kept] = await product().admin`select sha256 from artifacts where envelope_id = ${envelopeId}`;
  expect(trail).toMatchObject({ digestHex: kept!.sha256, envelope: { id: envelopeId }, document: null });
});

test("however much a key signed, all of it is listed, counted and downloaded", async () => {
  const { ctx, worker } = await newOwner();
  const { certificate } = await openSeal(worker);
  const certificateId = certificate.id;
  const made = { certificateId, level: "B-B" } as const;
  for (let n = 0; n < 205; n++)
    await inTransaction(ctx, (ctx) =>
      noteKeyUse(ctx, {
        ...{ ...made, kind: "program", subjectId: certificateId, envelopeId: null },
        digestHex: n.toString(16).padStart(64, "0"),
      }),
    );
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let after: string | null = null; ; ) {
    const page: SignedPage = await listSignedWith(ctx, { certificateId, after });
    sizes.push(page.signed.length);
    seen.push(...page.signed.map(({ digestHex }) => digestHex));
    if (!page.next) break;
    after = page.next;
  }
  expect([sizes, new Set(seen).size]).toEqual([[100, 100, 5], 205]);
  const lostAt = new Date(Date.now() - 1000 * 60);
  expect(await countSignedWith(ctx, { certificateId, lostAt })).toEqual({
    ...{ total: 205, counts: { "without-proof": 205 } },
  });
  const { bytes } = await exportSignedWith(ctx, { certificateId, lostAt });
  expect((await new Response(bytes).text()).trim().split("\n")).toHaveLength(206);
  const { ctx: stranger } = await newOwner();
  expect((await listSignedWith(stranger, { certificateId })).signed).toEqual([]);
});

test("an envelope that was certified after the loss is listed as one to send again", async () => {
  const { ctx } = await newOwner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const lostAt = new Date(Date.now() - 3_600_000);
  const [only] = (await reportCompromise(ctx, { certificateId: await sealOf(ctx), lostAt })).signed;
  expect(only).toMatchObject({ act: "certified", standing: "send-again", envelope: { id: envelopeId } });
  await voidEnvelope(ctx, { envelopeId: envelopeId as EnvelopeId, reason: "sent again" });
});

test("only those who look after keys report one, and only their own", async () => {
  const { ctx, worker } = await newOwner();
  const { certificate } = await openSeal(worker);
  const stranger = (await newOwner()).ctx;
  const report = (who: Context) =>
    refusalOf(reportCompromise(who, { certificateId: certificate.id, lostAt: new Date() }));
  expect(await report(stranger)).toBe("pki/not-found");
  const counsel: Context = { ...ctx, actor: { ...ctx.actor, role: "counsel" } as Context["actor"] };
  expect(await report(counsel)).toBe("authorize/not-allowed");
  const future = { certificateId: certificate.id, lostAt: new Date(Date.now() + 60_000) };
  expect(await refusalOf(reportCompromise(ctx, future))).toBe("pki/not-revocable");
});
