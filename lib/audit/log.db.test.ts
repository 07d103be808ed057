import { X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { type TestProduct, testProduct } from "#db/testing.ts";
import { opensslTsa } from "#lib/adapters/testing/openssl-tsa.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { appendEvent } from "./append-event.ts";
import { parseCheckpoint } from "./core/checkpoint.ts";
import { CompactRange, leafHash } from "./core/merkle.ts";
import { parseNote } from "./core/signed-note.ts";
import { sequenceLog } from "./sequence-log.ts";
import { checkpointEvent, keepLog, originOf, signCheckpoint } from "./sign-checkpoint.ts";

const product = testProduct();
const busy = testProduct();

const tsa = opensslTsa();
let isTsaUp = false;
const tsaServer = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (!isTsaUp) return response.writeHead(503).end();
    const reply = tsa.reply(Buffer.concat(parts));
    response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(reply);
  });
});
await new Promise<void>((resolve) => tsaServer.listen(0, "127.0.0.1", resolve));
afterAll(() => {
  tsaServer.close();
  tsa.close();
});
const foreign = testProduct({
  settings: async () => ({ TSA_URL: `http://127.0.0.1:${(tsaServer.address() as AddressInfo).port}/tsa` }),
});

async function envelopeWith(of: TestProduct, events: number) {
  const ctx = await (await of.newOrganization()).member("owner");
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  let last = null;
  for (let index = 1; index < events; index++)
    last = await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index } }),
    );
  return { ctx, envelopeId, last };
}

interface Leaf {
  readonly leaf_index: string;
  readonly event_id: string;
  readonly chain_id: string;
  readonly sequence: number;
  readonly event_hash: Buffer;
}

const leavesOf = ({ admin }: TestProduct) => admin<Leaf[]>`select * from log_leaves order by leaf_index`;
const checkpointsOf = ({ admin }: TestProduct) =>
  admin<
    { size: string; note: string; timestamp_token: Buffer }[]
  >`select * from log_checkpoints order by size`;

function rootOf(leaves: readonly Leaf[]): string {
  const tree = new CompactRange();
  for (const leaf of leaves) tree.append(leafHash(new Uint8Array(leaf.event_hash)));
  return toHex(tree.root());
}

/** A worker whose clock shows something else. */
const at = (runtime: WorkerRuntime, now: Date): WorkerRuntime => ({ ...runtime, now: () => now });

test("every event has one place in the log, in the order of its chain, whoever writes at the same time", async () => {
  const { runtime, admin } = busy();
  const writers = Array.from({ length: 6 }, () => envelopeWith(busy(), 120));
  let isOver = false;
  const sequencers = Array.from({ length: 3 }, async () => {
    while (!isOver) await sequenceLog(runtime);
  });
  await Promise.all(writers);
  isOver = true;
  await Promise.all(sequencers);
  await sequenceLog(runtime);
  const leaves = await leavesOf(busy());
  expect(leaves.map((leaf) => Number(leaf.leaf_index))).toEqual(leaves.map((_, index) => index));
  const events = await admin`select id, hash from audit_events`;
  expect(leaves.length).toBe(events.length);
  const hashes = new Map(events.map(({ id, hash }) => [id as string, toHex(hash as Buffer)]));
  for (const leaf of leaves) expect(toHex(leaf.event_hash)).toBe(hashes.get(leaf.event_id));
  for (const [, chain] of Map.groupBy(leaves, (leaf) => leaf.chain_id))
    expect(chain.map(({ sequence }) => sequence)).toEqual(chain.map((_, index) => index));
  expect(await admin`select * from log_pending`).toHaveLength(0);

  await signCheckpoint(runtime);
  const tiles = await admin`select level, tile_index, hashes, root from log_tiles order by level, tile_index`;
  expect(tiles.map(({ level, tile_index }) => `${level} ${tile_index}`)).toEqual(["0 0", "0 1"]);
  expect(toHex(tiles[1]!.root as Buffer)).toBe(rootOf(leaves.slice(256, 512)));
  const [checkpoint] = await checkpointsOf(busy());
  expect(toHex(parseCheckpoint(parseNote(checkpoint!.note).text).root)).toBe(rootOf(leaves));
}, 180_000);

test("cut off half-way, a batch leaves nothing behind and is done again", async () => {
  const { runtime, admin } = product();
  await envelopeWith(product(), 3);
  await sequenceLog(runtime);
  const before = await leavesOf(product());
  await envelopeWith(product(), 3);
  await admin`alter table log_leaves add constraint full_disk check (leaf_index < ${admin.unsafe(String(before.length + 2))})`;
  await expect(sequenceLog(runtime)).rejects.toThrow();
  expect(await leavesOf(product())).toEqual(before);
  await admin`alter table log_leaves drop constraint full_disk`;
  expect(await sequenceLog(runtime)).toBe(before.length + 3);
  expect(await sequenceLog(runtime)).toBe(before.length + 3);
});

test("an event that is queued again keeps its place", async () => {
  const { runtime, admin } = product();
  await envelopeWith(product(), 2);
  const size = await sequenceLog(runtime);
  await admin`insert into log_pending (event_id, chain_id, sequence, event_hash)
    select event_id, chain_id, sequence, event_hash from log_leaves`;
  await admin`insert into log_pending (event_id, chain_id, sequence, event_hash)
    select event_id, chain_id, sequence, event_hash from log_leaves`;
  expect(await sequenceLog(runtime)).toBe(size);
  expect(await admin`select * from log_pending`).toHaveLength(0);
});

test("what is rolled back never reaches the log", async () => {
  const { runtime } = product();
  const { ctx, envelopeId } = await envelopeWith(product(), 2);
  const size = await sequenceLog(runtime);
  const undone = inTransaction(ctx, async (ctx) => {
    await appendEvent(ctx, { type: "envelope.edited", envelopeId, data: {} });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await sequenceLog(runtime)).toBe(size);
});

test("OpenSSL verifies a checkpoint: its signature, the log's certificate, the time-stamp", async () => {
  const { runtime, admin } = product();
  const { last } = await envelopeWith(product(), 4);
  await checkpointEvent(runtime, last!.id);
  const checkpoint = (await checkpointsOf(product())).at(-1)!;
  const { text, signatures } = parseNote(checkpoint.note);
  const ders = Object.fromEntries(
    (await admin`select kind, certificate_der from authorities`).map(({ kind, certificate_der }) => [
      kind as string,
      certificate_der as Buffer,
    ]),
  );
  const pem = (kind: string) => fromUtf8(new X509Certificate(ders[kind]!).toString());
  inFolder((file) => {
    const [root, issuing, log] = ["root", "issuing", "log"].map((kind) => file(`${kind}.pem`, pem(kind)));
    const spki = run("openssl", ["x509", "-in", log!, "-noout", "-pubkey"]).text;
    const key = file("key.pem", fromUtf8(spki));
    const signature = file("signature", signatures[0]!.signature);
    const signed = ["-verify", key, "-signature", signature, file("text", fromUtf8(text))];
    expect(run("openssl", ["dgst", "-sha256", ...signed]).text).toContain("Verified OK");
    const path = ["-CAfile", root!, "-untrusted", issuing!, log!];
    expect(run("openssl", ["verify", "-x509_strict", ...path]).text).toContain(": OK");
    const token = file("token.der", new Uint8Array(checkpoint.timestamp_token));
    const note = file("checkpoint", fromUtf8(checkpoint.note));
    const stamped = ["ts", "-verify", "-data", note, "-in", token, "-token_in", "-CAfile", root!];
    expect(run("openssl", stamped).text).toContain("Verification: OK");
  });
  const { origin, size } = parseCheckpoint(text);
  expect(origin).toBe("localhost/log");
  expect(size).toBe((await leavesOf(product())).length);
});

test("checkpoints name the one before; without anything new there is none", async () => {
  const { runtime } = product();
  const { last } = await envelopeWith(product(), 2);
  await checkpointEvent(runtime, last!.id);
  const before = await checkpointsOf(product());
  await signCheckpoint(runtime);
  await checkpointEvent(runtime, last!.id);
  expect(await checkpointsOf(product())).toEqual(before);
  const { last: next } = await envelopeWith(product(), 2);
  await Promise.all(Array.from({ length: 4 }, () => checkpointEvent(runtime, next!.id)));
  const after = await checkpointsOf(product());
  expect(after.length).toBe(before.length + 1);
  const { previousSha256 } = parseCheckpoint(parseNote(after.at(-1)!.note).text);
  expect(toHex(previousSha256!)).toBe(toHex(sha256(fromUtf8(before.at(-1)!.note))));
});

test("by the clock there is one an hour, and a clock that was set back delays none", async () => {
  const { runtime } = product();
  const noon = new Date();
  const later = (minutes: number) => at(runtime, new Date(noon.getTime() + minutes * 60_000));
  const count = async () => (await checkpointsOf(product())).length;
  await envelopeWith(product(), 2);
  await keepLog(later(120));
  const first = await count();
  await envelopeWith(product(), 2);
  await keepLog(later(179));
  expect(await count()).toBe(first);
  await keepLog(later(180));
  expect(await count()).toBe(first + 1);
  await envelopeWith(product(), 2);
  await keepLog(later(-600));
  expect(await count()).toBe(first + 2);
  const sizes = (await checkpointsOf(product())).map(({ size }) => Number(size));
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
});

test("a log that no longer begins as the last checkpoint says is not signed again", async () => {
  const { runtime, admin } = busy();
  await envelopeWith(busy(), 2);
  await sequenceLog(runtime);
  const before = await checkpointsOf(busy());
  const at = Number(before.at(-1)!.size) - 1;
  const [{ event_hash: hash }] =
    (await admin`select event_hash from log_leaves where leaf_index = ${at}`) as [Leaf];
  await admin`update log_leaves set event_hash = ${Buffer.alloc(32, 7)} where leaf_index = ${at}`;
  await expect(signCheckpoint(runtime)).rejects.toMatchObject({ code: "audit/log-broken" });
  expect(await checkpointsOf(busy())).toEqual(before);
  expect(await admin`select waiting_for from log_status`).toEqual([{ waiting_for: "audit/log-broken" }]);
  await admin`update log_leaves set event_hash = ${hash} where leaf_index = ${at}`;
  await keepLog(runtime);
  expect(await checkpointsOf(busy())).toHaveLength(before.length + 1);
  expect(await admin`select waiting_for, waiting_since from log_status`).toEqual([
    { waiting_for: null, waiting_since: null },
  ]);
});

test("while the time-stamping authority is away the checkpoint waits and says so", async () => {
  const { runtime, admin } = foreign();
  const { last } = await envelopeWith(foreign(), 3);
  await expect(checkpointEvent(runtime, last!.id)).rejects.toMatchObject({ code: "timestamps/unavailable" });
  expect(await checkpointsOf(foreign())).toHaveLength(0);
  const [waiting] = await admin`select waiting_for, waiting_since from log_status`;
  expect(waiting).toMatchObject({ waiting_for: "timestamps/unavailable", waiting_since: expect.any(Date) });
  await expect(keepLog(runtime)).rejects.toMatchObject({ code: "timestamps/unavailable" });
  expect((await admin`select waiting_since from log_status`)[0]).toEqual({
    waiting_since: waiting!.waiting_since,
  });
  isTsaUp = true;
  await keepLog(runtime);
  expect(await checkpointsOf(foreign())).toHaveLength(1);
  expect((await admin`select waiting_for from log_status`)[0]).toEqual({ waiting_for: null });
});

test("the log is named by the installation's address", () => {
  expect(originOf("https://sign.example.com")).toBe("sign.example.com/log");
  expect(originOf("http://localhost:3000/")).toBe("localhost/log");
  expect(originOf("https://example.com:8443/sign/")).toBe("example.com/sign/log");
});
