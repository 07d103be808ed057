import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { askRotation } from "#lib/pki/ask-rotation.ts";
import { getAuthorityRotation } from "#lib/pki/get-authority-rotations.ts";
import { publishedRoot, publishedTrust } from "#lib/pki/published.ts";
import { getRotation } from "#lib/signing/get-rotation.ts";
import { newCalendarAddress, readCalendar } from "#lib/signing/keys/calendar.ts";
import { listSignedWith } from "#lib/signing/list-signed-with.ts";
import { reportCompromise } from "#lib/signing/report-compromise.ts";
import {
  confirmRotation,
  startRotation,
  switchDueSeals,
  switchSeal,
  undoRotation,
} from "#lib/signing/rotate-seal.ts";
import { openSeal } from "#lib/signing/seal-key.ts";
import {
  completedPdf,
  opensslOnSeal,
  pdfsig,
  systemOf,
  validatedByUs,
  validatedUnder,
} from "./testing-sealed.ts";

const product = testProduct({ runsJobs: true });

async function newOwner() {
  const ctx = await (await product().newOrganization()).member("owner");
  return { ctx, worker: systemOf(ctx, product().runtime) };
}

/** Begun, made and tried by the worker. */
async function readyRotation(ctx: Context): Promise<string> {
  const rotationId = await startRotation(ctx);
  const state = async () => (await getRotation(ctx, { rotationId }))!.state;
  await expect.poll(state, { timeout: 20_000 }).toBe("ready");
  return rotationId;
}

async function stands(pdf: Uint8Array): Promise<void> {
  const { roots } = await publishedTrust(product().runtime);
  expect((await validatedByUs(product().runtime, pdf)).verdict).toBe("passed");
  expect(pdfsig(pdf).match(/Signature is Valid\./g)).toHaveLength(3);
  expect(opensslOnSeal(pdf, roots)).toContain("Verification successful");
}

test("sealed before a rotation, after it and after the key before was lost: all of it stands", async () => {
  const { ctx, worker } = await newOwner();
  const before = await completedPdf(ctx);
  const old = await openSeal(worker);
  const rotationId = await readyRotation(ctx);
  const { checks, from, to } = (await getRotation(ctx, { rotationId }))!;
  expect(checks.map(({ name, isGood }) => [name, isGood])).toEqual(
    ["key", "owner", "usage", "life", "chain", "status", "signature", "time-stamp"].map((name) => [
      name,
      true,
    ]),
  );
  expect(from!.certificateId).toBe(old.certificate.id);
  expect((await openSeal(worker)).certificate.id).toBe(old.certificate.id);

  await switchSeal(ctx, { rotationId });
  const fresh = await openSeal(worker);
  expect(fresh.certificate.id).toBe(to!.certificateId);
  // Whoever had opened the earlier key ends what was begun with it.
  await old.key.sign(new Uint8Array([1]));
  const proof = async () => (await getRotation(ctx, { rotationId }))!.proof?.documents;
  await expect
    .poll(proof, { timeout: 20_000 })
    .toMatchObject([{ envelopeId: before.envelopeId, isGood: true }]);
  await confirmRotation(ctx, { rotationId });
  const after = await completedPdf(ctx);
  const { signed } = await listSignedWith(ctx, { certificateId: to!.certificateId });
  expect(signed.filter(({ document }) => document).map(({ act }) => act)).toEqual(["sealed", "certified"]);

  await pause(1_100);
  await reportCompromise(ctx, { certificateId: from!.certificateId, lostAt: new Date() });
  await expect
    .poll(async () => (await openSeal(worker)).certificate.id, { timeout: 5_000 })
    .toBe(to!.certificateId);
  await worker.runtime.renewAuthorities();
  const afterLoss = await completedPdf(ctx);
  for (const { pdf } of [before, after, afterLoss]) await stands(pdf);
}, 180_000);

test("a rotation is taken back before the switch and, while the overlap lasts, after it", async () => {
  const { ctx, worker } = await newOwner();
  const old = await openSeal(worker);
  const first = await readyRotation(ctx);
  expect(await refusalOf(startRotation(ctx))).toBe("signing/rotation-under-way");
  await undoRotation(ctx, { rotationId: first });
  expect((await openSeal(worker)).certificate.id).toBe(old.certificate.id);

  const rotationId = await readyRotation(ctx);
  await switchSeal(ctx, { rotationId });
  await undoRotation(ctx, { rotationId });
  expect((await openSeal(worker)).certificate.id).toBe(old.certificate.id);
  expect(await refusalOf(confirmRotation(ctx, { rotationId }))).toBe("signing/rotation-not-so-far");
});

test("a key that was lost is not put back, however the rotation stands", async () => {
  const { ctx, worker } = await newOwner();
  const old = await openSeal(worker);
  const rotationId = await readyRotation(ctx);
  await switchSeal(ctx, { rotationId });
  await reportCompromise(ctx, { certificateId: old.certificate.id, lostAt: new Date() });
  expect(await refusalOf(undoRotation(ctx, { rotationId }))).toBe("signing/seal-unusable");
  expect((await openSeal(worker)).certificate.id).not.toBe(old.certificate.id);
});

test("a switch at a date happens at that date", async () => {
  const { ctx, worker } = await newOwner();
  const old = await openSeal(worker);
  const rotationId = await readyRotation(ctx);
  await switchSeal(ctx, { rotationId, at: new Date(Date.now() + 1_500) });
  await switchDueSeals(worker);
  expect((await openSeal(worker)).certificate.id).toBe(old.certificate.id);
  await pause(1_600);
  await switchDueSeals(worker);
  expect((await openSeal(worker)).certificate.id).not.toBe(old.certificate.id);
});

test("every authority with its root is exchanged, and what was sealed under those before stands", async () => {
  const ctx = await firstOwner();
  const before = await completedPdf(ctx);
  const root = await publishedRoot(product().runtime);
  await askRotation(ctx, { kind: "root" });
  await expect.poll(() => publishedRoot(product().runtime), { timeout: 10_000 }).not.toEqual(root);
  await product().runtime.renewAuthorities();
  const after = await completedPdf(ctx);
  for (const { pdf } of [before, after]) await stands(pdf);
  // The seal goes on with its certificate from under the root before, and each root leads to the other.
  const next = await publishedRoot(product().runtime);
  for (const only of [root!, next!]) {
    expect((await validatedUnder(after.pdf, [only])).verdict).toBe("passed");
    expect(opensslOnSeal(after.pdf, [only])).toContain("Verification successful");
  }

  await askRotation(ctx, { kind: "root" });
  await expect.poll(() => publishedRoot(product().runtime), { timeout: 10_000 }).not.toEqual(next);
  await product().runtime.renewAuthorities();
  const third = await publishedRoot(product().runtime);
  const last = await completedPdf(ctx);
  for (const only of [root!, next!, third!])
    expect((await validatedUnder(last.pdf, [only])).verdict).toBe("passed");
  // OpenSSL tries one way only: that of the certificate's own root, and of the newest.
  for (const only of [root!, third!])
    expect(opensslOnSeal(last.pdf, [only])).toContain("Verification successful");
}, 180_000);

test.for(["ocsp", "tsa", "issuing", "log"] as const)(
  "%s: exchanged from its page, it proves by itself that what was sealed before stands",
  { timeout: 120_000 },
  async (kind) => {
    const ctx = await firstOwner();
    const before = await completedPdf(ctx);
    const rotationId = await askRotation(ctx, { kind });
    const rotation = async () => getAuthorityRotation(ctx, { rotationId });
    await expect.poll(async () => (await rotation()).state, { timeout: 30_000 }).toBe("proved");
    const { proof } = await rotation();
    expect(proof!.documents).toContainEqual(
      expect.objectContaining({ envelopeId: before.envelopeId, isGood: true }),
    );
    const after = await completedPdf(ctx);
    for (const { pdf } of [before, after]) await stands(pdf);
  },
);

/** Of the organization that set the installation up. */
async function firstOwner(): Promise<Context> {
  const { admin, runtime } = product();
  const other = await (await product().newOrganization()).member("owner");
  const [row] = await admin`select organization_id as id from organizations order by created_at limit 1`;
  const member = { ...other, organizationId: row!.id, runtime };
  const { actor } = other;
  if (actor.kind !== "member") throw new Error("a member asks");
  await admin`insert into members (organization_id, id, account_id, role, created_at)
    values (${row!.id}, gen_random_uuid(), ${actor.accountId}, 'owner', now()) returning id`;
  const [own] = await admin`select id from members where organization_id = ${row!.id}
    and account_id = ${actor.accountId}`;
  return { ...member, actor: { ...actor, memberId: own!.id } };
}

test("what is planned for a seal stands in the log and the calendar; a key that cannot sign on the day stays out", async () => {
  const { ctx, worker } = await newOwner();
  const old = await openSeal(worker);
  const visitor = { runtime: product().runtime, request: { ip: "203.0.113.9", userAgent: "a calendar" } };
  const token = /([\w-]{43})\.ics$/.exec(await newCalendarAddress(ctx))![1]!;
  const planned = async () => (await readCalendar(visitor, token))!.match(/DTSTART:\d{8}T\d{6}Z/g) ?? [];
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000);
  const stamp = `DTSTART:${at.toISOString().replace(/[-:]|\.\d+/g, "")}`;
  const first = await readyRotation(ctx);
  expect(await planned()).toEqual([]);
  await switchSeal(ctx, { rotationId: first, at });
  expect(await planned()).toEqual([stamp]);
  await undoRotation(ctx, { rotationId: first });
  expect(await planned()).toEqual([]);

  const rotationId = await readyRotation(ctx);
  await switchSeal(ctx, { rotationId, at });
  const { keys } = worker.runtime;
  const provider: typeof keys.provider = (name) => ({ ...keys.provider(name), open: () => keys.ephemeral() });
  const onTheDay = { ...worker, now: () => new Date(at.getTime() + 1_000) };
  await switchDueSeals({ ...onTheDay, runtime: { ...worker.runtime, keys: { ...keys, provider } } });
  expect((await openSeal(worker)).certificate.id).toBe(old.certificate.id);
  const failed = (await getRotation(ctx, { rotationId }))!;
  expect(failed.state).toBe("failed");
  expect(failed.checks.filter(({ isGood }) => !isGood).map(({ name }) => name)).toContain("key");
  await switchDueSeals(onTheDay);
  expect((await openSeal(worker)).certificate.id).toBe(old.certificate.id);
  const types = (await readChain(ctx, null)).entries.map(({ type }) => type);
  expect(types.filter((type) => /^seal\.rotation-(?!asked)/.test(type))).toEqual([
    ...["seal.rotation-scheduled", "seal.rotation-cancelled"],
    ...["seal.rotation-scheduled", "seal.rotation-failed"],
  ]);
  const mails = async () =>
    product().admin`select 1 from outbox_mails where subject = 'Not exchanged: Seal key'`;
  await expect.poll(async () => (await mails()).length, { timeout: 10_000 }).toBe(1);
});
