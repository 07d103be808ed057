import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { toBase64 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { searchCertificates } from "#lib/pki/search-certificates.ts";
import { KIT_LABEL } from "../core/offline-acts.ts";
import { delegate } from "../delegate.ts";
import { openCeremony } from "../open-ceremony.ts";
import { linkFor, personWith, sent, sign, until } from "../testing.ts";
import { noteChanged, noteWiped, removeKit } from "./end-kit.ts";
import { issueKit } from "./issue-kit.ts";
import { listKits } from "./list-kits.ts";
import { settleKept } from "./settle-kept.ts";
import { syncKit } from "./sync-kit.ts";
import { deviceOf, signOffline } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const APPLIED: readonly string[] = ["recipient.signed", "field.filled", "consent.given", "mark.adopted"];
/** Sealing is the worker's, which other tests keep busy too. */
const SEALED_MS = 120_000;
const HOUR_MS = 3_600_000;

interface Asked {
  readonly ctx: Context;
  readonly envelopeId: EnvelopeId;
  readonly link: string;
  readonly person: Context;
}

async function asked(people = ["Ana Ruiz"]): Promise<Asked> {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(
    ctx,
    people.map((name) => ({ name })),
  );
  const link = await linkFor(ctx, envelopeId, people[0]!);
  return { ctx, envelopeId, link, person: await personWith(ctx, link) };
}

const trailOf = async ({ ctx, envelopeId }: Asked) => (await until(ctx, envelopeId, () => true)).trail;
const typesOf = async (of: Asked) => (await trailOf(of)).map(({ type }) => type);

test("what was signed without a network is applied in order, with both clocks, and sealed by the server", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  const signedAt = new Date();
  await signOffline(of.person, device, "As agreed", signedAt);
  const answer = await syncKit(of.person, device.batch());
  expect(answer).toEqual({ received: device.events.length, state: "done", reason: null, refused: [] });
  const isCompleted = ({ state }: { readonly state: string }) => state === "completed";
  const { trail, certificates } = await until(of.ctx, of.envelopeId, isCompleted, SEALED_MS);
  const types = trail.map(({ type }) => type);
  const inOrder = ["consent.given", "document.viewed", "mark.adopted", "field.filled", "recipient.signed"];
  expect(inOrder.map((type) => types.indexOf(type as (typeof types)[number]))).toEqual(
    inOrder.map((type) => types.indexOf(type as (typeof types)[number])).toSorted((a, b) => a - b),
  );
  const signed = trail.find(({ type }) => type === "recipient.signed")!;
  const { offline } = signed.actor as { offline: Record<string, string> };
  expect(offline).toMatchObject({ kit: device.kit.id, deviceAt: signedAt.toISOString() });
  expect(Date.parse(offline.receivedAt!)).toBeGreaterThanOrEqual(Date.parse(offline.actedAt!));
  const captured = trail.filter(({ type }) => type === "offline-act.captured");
  expect(captured.map(({ data }) => data.body)).toEqual(device.events.map(({ body }) => body));
  expect(captured.every(({ data }) => data.outcome === "applied")).toBe(true);
  // What it was signed with stands in the index of certificates.
  const issued = certificates.find(({ kind }) => kind === "signer")!;
  const { items } = await searchCertificates(of.ctx, { search: "Ana Ruiz", kind: "signer" });
  expect(items).toMatchObject([{ envelope: { id: of.envelopeId }, sha256: issued.sha256 }]);
  expect(items[0]!.subject).toContain("Ana Ruiz");
});

test("the same batch twice, and eight times at once, changes nothing more", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  const answers = await Promise.all(Array.from({ length: 8 }, () => syncKit(of.person, device.batch())));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const types = await typesOf(of);
  expect(types.filter((type) => type === "recipient.signed")).toHaveLength(1);
  expect(types.filter((type) => type === "offline-kit.synced")).toHaveLength(1);
  expect(await syncKit(await personWith(of.ctx, of.link), device.batch())).toEqual(answers[0]);
});

test("a batch that was cut off is completed by the next", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  const whole = device.batch();
  const first = await syncKit(of.person, { ...whole, events: whole.events.slice(0, 3) });
  expect(first).toMatchObject({ received: 3, state: "open" });
  expect(await syncKit(of.person, whole)).toMatchObject({ received: whole.events.length, state: "done" });
});

test("a clock an hour wrong is noted and never refused", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  const ahead = new Date(Date.now() + HOUR_MS);
  await signOffline(of.person, device, "As agreed", ahead);
  expect((await syncKit(of.person, device.batch(ahead))).state).toBe("done");
  const trail = await trailOf(of);
  const synced = trail.find(({ type }) => type === "offline-kit.synced")!;
  expect(synced.data).toMatchObject({ clock: "ahead", clockMinutes: 60 });
  const signed = trail.find(({ type }) => type === "recipient.signed")!;
  const { deviceAt, actedAt } = (signed.actor as { offline: { deviceAt: string; actedAt: string } }).offline;
  expect(deviceAt).toBe(ahead.toISOString());
  expect(Date.parse(actedAt)).toBeLessThan(ahead.getTime());
});

/** Everything is kept, nothing is applied, and the sender settles it. */
async function keptFor(of: Asked, batch: Parameters<typeof syncKit>[1], reason: string): Promise<void> {
  const before = (await typesOf(of)).filter((type) => APPLIED.includes(type));
  const person = await personWith(of.ctx, of.link);
  const answer = await syncKit(person, batch);
  expect(answer).toMatchObject({ received: batch.events.length, state: "kept", reason });
  expect(await syncKit(person, batch)).toEqual(answer);
  const trail = await trailOf(of);
  const after = trail.map(({ type }) => type).filter((type) => APPLIED.includes(type));
  expect(after).toEqual(before);
  const captured = trail.filter(({ type }) => type === "offline-act.captured");
  expect(captured.map(({ data }) => data.body)).toEqual(batch.events.map(({ body }) => body));
  expect(captured.every(({ data }) => data.outcome === "kept" && data.reason === reason)).toBe(true);
  expect((await openCeremony(person)).keptOffline).toMatchObject({ reason });
  const kit = (await listKits(of.ctx, of)).find(({ id }) => id === batch.kitId)!;
  expect(kit).toMatchObject({ state: "kept", reason, settledAt: null });
  const settlement = { kitId: kit.id, settlement: "kept", reason: "Talked to them" } as const;
  expect(await refusalOf(settleKept(of.ctx, { ...settlement, reason: " " }))).toBe(
    "signing/offline-reason-missing",
  );
  await settleKept(of.ctx, settlement);
  expect(await refusalOf(settleKept(of.ctx, settlement))).toBe("signing/offline-settled");
  const settled = (await typesOf(of)).filter((type) => type === "offline-kit.settled");
  expect(settled).toHaveLength(1);
}

test("voided meanwhile: captured, not applied", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  await voidEnvelope(of.ctx, { envelopeId: of.envelopeId, reason: "Wrong lease" });
  await keptFor(of, device.batch(), "voided");
});

test("signed elsewhere meanwhile: captured, not applied", async () => {
  const of = await asked(["Ana Ruiz", "Ben Okafor"]);
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  await sign(of.person);
  await keptFor(of, device.batch(), "already-signed");
});

test("handed on meanwhile: captured, not applied", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  await delegate(of.person, { name: "Cai Lund", email: "cai@example.com", phone: "", reason: "On leave" });
  await keptFor(of, device.batch(), "delegated");
});

test("expired, the kit expired, another document shown, removed by the sender: captured, not applied", async () => {
  const { admin } = product();
  const changes = [
    ["expired", (of: Asked) => admin`update envelopes set state = 'expired' where id = ${of.envelopeId}`],
    [
      "kit-expired",
      (of: Asked) => admin`update offline_kits set expires_at = now() - interval '1 minute'
      where envelope_id = ${of.envelopeId}`,
    ],
    [
      "document-changed",
      (of: Asked) => admin`update recipients set first_revision = 99
      where envelope_id = ${of.envelopeId}`,
    ],
    [
      "out-of-turn",
      (of: Asked) => admin`update recipients set state = 'waiting'
      where envelope_id = ${of.envelopeId}`,
    ],
  ] as const;
  for (const [reason, change] of changes) {
    const of = await asked();
    const device = await deviceOf(of.person);
    await signOffline(of.person, device);
    await change(of);
    await keptFor(of, device.batch(), reason);
  }
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  await removeKit(of.ctx, { kitId: device.kit.id });
  await keptFor(of, device.batch(), "kit-removed");
});

test("a word changed, another's kit, a stranger's key: refused, and nothing is kept", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  const batch = device.batch();
  const before = await typesOf(of);
  const [first, ...rest] = batch.events as [{ body: string; signature: string }];
  const changed = { ...first, body: first.body.replace("Agree and continue", "Agree to everything") };
  expect(await refusalOf(syncKit(of.person, { ...batch, events: [changed, ...rest] }))).toBe(
    "signing/offline-signature-wrong",
  );
  expect(await refusalOf(syncKit(of.person, { ...batch, events: rest }))).toBe(
    "signing/offline-chain-broken",
  );
  const stranger = await asked();
  expect(await refusalOf(syncKit(stranger.person, batch))).toBe("signing/offline-kit-unknown");
  const other = await deviceOf(of.person);
  expect(await refusalOf(syncKit(of.person, { ...batch, kitId: other.kit.id }))).toBe(
    "signing/offline-signature-wrong",
  );
  expect(await refusalOf(noteWiped(stranger.person, { kitId: device.kit.id }))).toBe(
    "signing/offline-kit-unknown",
  );
  expect(await refusalOf(removeKit(stranger.ctx, { kitId: device.kit.id }))).toBe(
    "signing/offline-kit-unknown",
  );
  expect((await typesOf(of)).filter((type) => type !== "offline-kit.issued")).toEqual(
    before.filter((type) => type !== "offline-kit.issued"),
  );
  await syncKit(of.person, batch);
  expect(
    await refusalOf(settleKept(of.ctx, { kitId: device.kit.id, settlement: "kept", reason: "Why" })),
  ).toBe("signing/offline-not-kept");
});

test("an answer that the document has no room for stays out, and Finish with it; the person goes on online", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device, "far too long for the place ".repeat(30));
  const { refused, state } = await syncKit(of.person, device.batch());
  expect(state).toBe("open");
  expect(refused.map(({ act, code }) => [act, code])).toEqual([
    ["fill", "signing/value-does-not-fit"],
    ["finish", "signing/offline-act-before"],
  ]);
  const { consent, marks, status } = await openCeremony(of.person);
  expect([status, consent.isGiven, marks.signature !== null]).toEqual(["ready", true, true]);
  await sign(of.person);
  await until(of.ctx, of.envelopeId, ({ state }) => state === "completed", SEALED_MS);
});

test("a later answer that fits puts a refused one right, and Finish with it", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  const { fields } = await openCeremony(of.person);
  const text = fields.find(({ type }) => type === "text")!;
  const long = { type: "fill", fieldId: text.id, value: "far too long for the place ".repeat(30) } as const;
  await signOffline(of.person, device, "far too long for the place ".repeat(30), undefined, () =>
    device.act({ ...long, value: "Short" }),
  );
  expect(await syncKit(of.person, device.batch())).toMatchObject({ state: "done", refused: [] });
  const again = await asked();
  const other = await deviceOf(again.person);
  await signOffline(again.person, other, long.value);
  const { refused } = await syncKit(again.person, other.batch());
  const { fields: theirs } = await openCeremony(again.person);
  expect(refused.map(({ fieldId }) => fieldId)).toEqual([
    theirs.find(({ type }) => type === "text")!.id,
    null,
  ]);
});

test("an act there is not, and one more than a kit holds", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  device.act({ type: "seal" });
  expect((await syncKit(of.person, device.batch())).refused).toEqual([
    { sequence: 0, act: "unknown", code: "signing/offline-act-unknown", fieldId: null },
  ]);
  for (let count = 0; count < 1_001; count++) device.act({ type: "seal" });
  await expect(syncKit(of.person, device.batch())).rejects.toThrow();
});

test("a device's key is a point on P-256 and nothing else; who is done gets no kit", async () => {
  const of = await asked();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey;
  for (const key of [rsa, p384]) {
    const publicKey = toBase64(new Uint8Array(key.export({ type: "spki", format: "der" }))).slice(0, 200);
    expect(await refusalOf(issueKit(of.person, { publicKey, files: {} }))).toBe("signing/offline-key-wrong");
  }
  const device = await deviceOf(of.person);
  await noteWiped(of.person, { kitId: device.kit.id });
  await noteWiped(of.person, { kitId: device.kit.id });
  expect((await typesOf(of)).filter((type) => type === "offline-kit.wiped")).toHaveLength(1);
  await sign(of.person);
  const late = deviceOf(await personWith(of.ctx, of.link));
  expect(await refusalOf(late)).toBe("signing/already-done");
});

test("what a device is given is signed by us, all of it, and a change of a letter shows", async () => {
  const of = await asked();
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = toBase64(new Uint8Array(publicKey.export({ type: "spki", format: "der" })));
  const files = { ["a".repeat(64)]: "b".repeat(64) };
  const kit = await issueKit(of.person, { publicKey: spki, files });
  const key = { key: Buffer.from(kit.signedBy, "base64"), format: "der", type: "spki" } as const;
  const holds = (manifest: string) =>
    verify(
      "sha256",
      Buffer.from(KIT_LABEL + manifest),
      { key: createPublicKey(key), dsaEncoding: "ieee-p1363" },
      Buffer.from(kit.signature, "base64"),
    );
  expect(holds(kit.manifest)).toBe(true);
  expect(holds(kit.manifest.replace('"b', '"c'))).toBe(false);
  expect(JSON.parse(kit.manifest)).toMatchObject({ kit: kit.id, publicKey: spki, blocks: kit.blocks, files });
  expect(kit.start).toBe(
    createHash("sha256")
      .update(KIT_LABEL + kit.manifest)
      .digest("hex"),
  );
  const issued = (await trailOf(of)).find(({ type }) => type === "offline-kit.issued")!;
  expect(issued.data).toMatchObject({ start: kit.start, signature: kit.signature, signedBy: kit.signedBy });
  // One key for the installation, not one for each kit.
  expect((await issueKit(of.person, { publicKey: spki, files })).signedBy).toBe(kit.signedBy);
  for (const wrong of [{ x: "b".repeat(64) }, { ["a".repeat(64)]: "x" }])
    await expect(issueKit(of.person, { publicKey: spki, files: wrong })).rejects.toThrow();
});

test("changed on the device: told by it, captured and not applied", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signOffline(of.person, device);
  const stranger = await asked();
  expect(await refusalOf(noteChanged(stranger.person, { kitId: device.kit.id }))).toBe(
    "signing/offline-kit-unknown",
  );
  await noteChanged(of.person, { kitId: device.kit.id });
  await noteChanged(of.person, { kitId: device.kit.id });
  expect((await typesOf(of)).filter((type) => type === "offline-kit.changed")).toHaveLength(1);
  await keptFor(of, device.batch(), "kit-changed");
});
