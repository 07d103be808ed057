import { afterEach, beforeAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes, sha256, sourceOf, toHex } from "#lib/bytes.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { download, type Wanted } from "./download.ts";
import { renewArchive } from "./renew-archive.ts";
import { validateDocument } from "./validate-document.ts";

// Who has been to the future does not come back: each test has a product of its own.
const products = [1, 2, 3].map(() => testProduct({ runsJobs: true }));
let product = products[0]!;
const YEAR_MS = 365.25 * 86_400_000;
let aheadMs = 0;
const inYears = (years: number) => new Date(Date.now() + years * YEAR_MS);
const goTo = (years: number) => {
  aheadMs = years * YEAR_MS;
};
beforeAll(() => {
  for (const each of products) Object.assign(each().runtime, { now: () => new Date(Date.now() + aheadMs) });
});
afterEach(() => {
  goTo(0);
  product = products[products.indexOf(product) + 1] ?? product;
});

async function completed() {
  const { runtime, newOrganization } = product();
  const organization = await newOrganization();
  const owner = await organization.member("owner");
  const { envelopeId, document } = await sent(owner, [{ name: "Ana Ruiz" }]);
  await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")));
  await until(owner, envelopeId, ({ state }) => state === "completed");
  const worker = createContext(runtime, {
    organizationId: organization.id,
    actor: { kind: "system", job: "schedule" },
  });
  const signed: Wanted = { kind: "document", documentId: document.id, variant: "current" };
  return { owner, worker, envelopeId, signed };
}

async function bytesOf(ctx: Context, envelopeId: EnvelopeId, wanted: Wanted): Promise<Uint8Array> {
  const { bytes, sizeBytes } = await download(ctx, { envelopeId, wanted });
  const whole = concatBytes(await Array.fromAsync(bytes));
  expect(whole.length).toBe(sizeBytes);
  return whole;
}

async function checkedIn(years: number, bytes: Uint8Array) {
  const { root } = await product().runtime.authorities();
  const anchors = [trustAnchorOf(root.certificateDer)];
  return validateDocument(sourceOf(bytes), { name: "a.pdf", now: inYears(years), anchors });
}

const renewals = async (ctx: WorkerContext, envelopeId: EnvelopeId) => {
  const { entries, brokenAt } = await readChain(ctx, envelopeId);
  expect(brokenAt).toBeNull();
  return entries.filter(({ type }) => type === "archive-timestamp.renewed");
};

test("what was signed can be checked in twelve years, because its time-stamps are renewed in time", async () => {
  const { owner, worker, envelopeId, signed } = await completed();
  const trail: Wanted = { kind: "audit-trail" };
  const before = await bytesOf(owner, envelopeId, signed);
  const trailBefore = await bytesOf(owner, envelopeId, trail);
  expect((await checkedIn(1, before)).verdict).toBe("passed");
  expect((await checkedIn(6, before)).verdict).toBe("indeterminate");

  goTo(3);
  expect(await renewArchive(worker)).toBe(0);
  goTo(4);
  expect(await renewArchive(worker)).toBe(2);
  expect(await renewArchive(worker)).toBe(0);
  goTo(8);
  expect(await renewArchive(worker)).toBe(2);

  const renewed = await bytesOf(owner, envelopeId, signed);
  const trailRenewed = await bytesOf(owner, envelopeId, trail);
  for (const [old, now] of [
    [before, renewed],
    [trailBefore, trailRenewed],
  ] as const) {
    expect(Buffer.compare(now.subarray(0, old.length), old)).toBe(0);
    const report = await checkedIn(12, now);
    expect(report.verdict).toBe("passed");
    expect(report.signatures.filter(({ kind }) => kind === "timestamp")).toHaveLength(3);
    expect(qpdfFaults(now)).toBe("");
    const lines = inFolder((file) => run("pdfsig", [file("a.pdf", now)]).stdout.toString());
    expect(lines.match(/Total document signed/g)).toHaveLength(1);
  }
  const events = await renewals(worker, envelopeId);
  expect(events).toHaveLength(4);
  expect(events.map(({ data }) => data.sha256)).toEqual(
    expect.arrayContaining([toHex(sha256(renewed)), toHex(sha256(trailRenewed))]),
  );
}, 180_000);

test("a time-stamp of an authority that lives less than 400 days is renewed halfway, not every night", async () => {
  const { worker, envelopeId } = await completed();
  const days = (count: number) => new Date(Date.now() + count * 86_400_000);
  await product().admin`update archive_timestamps set made_at = ${days(-10)}, until = ${days(90)}
    where envelope_id = ${envelopeId}`;
  expect(await renewArchive(worker)).toBe(0);
  goTo(30 / 365.25);
  expect(await renewArchive(worker)).toBe(0);
  goTo(45 / 365.25);
  expect(await renewArchive(worker)).toBe(2);
  expect(await renewals(worker, envelopeId)).toHaveLength(2);
  expect(await renewArchive(worker)).toBe(0);
}, 120_000);

test("cut off between the stored time-stamp and its record, a renewal happens once", async () => {
  const { owner, worker, envelopeId, signed } = await completed();
  goTo(4.5);
  const { files } = worker.runtime;
  const put = files.put.bind(files);
  let fails = true;
  Object.assign(files, {
    put: async (...args: Parameters<typeof put>) => {
      const stored = await put(...args);
      if (fails) throw new Error("cut off");
      return stored;
    },
  });
  await expect(renewArchive(worker)).rejects.toThrow("cut off");
  fails = false;
  await renewArchive(worker);
  Object.assign(files, { put });
  expect(await renewals(worker, envelopeId)).toHaveLength(2);
  expect((await checkedIn(6, await bytesOf(owner, envelopeId, signed))).verdict).toBe("passed");
}, 180_000);
