import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context, WorkerContext } from "#lib/context.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { searchCertificates } from "#lib/pki/search-certificates.ts";
import { listSignedWith } from "#lib/signing/list-signed-with.ts";
import { reportCompromise } from "#lib/signing/report-compromise.ts";
import { openSeal } from "#lib/signing/seal-key.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
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
  const signed = await reportCompromise(ctx, { certificateId: id, lostAt, note: "Backup tape lost" });
  expect(signed.map(({ act, standing, envelope }) => [act, standing, envelope.id])).toEqual([
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
  const signed = await reportCompromise(ctx, { certificateId: id, lostAt });
  expect(signed.map(({ standing }) => standing)).toEqual(["after-loss", "after-loss"]);
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
  const byNew = await listSignedWith(ctx, { certificateId: next.certificate.id });
  expect(byNew.map(({ act }) => act)).toEqual(["sealed"]);
  const byLost = await listSignedWith(ctx, { certificateId: lost.certificate.id, lostAt });
  expect(byLost.map(({ act, standing }) => [act, standing])).toEqual([["certified", "stands"]]);
});

test("an envelope that was certified after the loss is listed as one to send again", async () => {
  const { ctx } = await newOwner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const lostAt = new Date(Date.now() - 3_600_000);
  const [only] = await reportCompromise(ctx, { certificateId: await sealOf(ctx), lostAt });
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
