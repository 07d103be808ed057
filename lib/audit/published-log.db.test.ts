import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { appendEvent } from "./append-event.ts";
import { parseCheckpoint } from "./core/checkpoint.ts";
import { CompactRange, leafHash } from "./core/merkle.ts";
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from "./core/proofs.ts";
import { parseNote } from "./core/signed-note.ts";
import { parseTilePath, placeOf, TILE_WIDTH, tilePath, tilesOf } from "./core/tiles.ts";
import { publishedCheckpoint, publishedTile } from "./published-log.ts";
import { sequenceLog } from "./sequence-log.ts";
import { checkpointEvent } from "./sign-checkpoint.ts";

const product = testProduct();

async function grow(events: number) {
  const { newOrganization, runtime } = product();
  const ctx = await (await newOrganization()).member("owner");
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  const last = await inTransaction(ctx, async (ctx) => {
    for (let index = 2; index < events; index++)
      await appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index } });
    return appendEvent(ctx, { type: "envelope.edited", envelopeId, data: {} });
  });
  await checkpointEvent(runtime, last.id);
  return parseCheckpoint(parseNote((await publishedCheckpoint(runtime))!.note).text);
}

const fetched = async (path: string) => publishedTile(product().runtime, parseTilePath(path)!);
const split = (bytes: Uint8Array, width: number) =>
  Array.from({ length: bytes.length / width }, (_, index) => bytes.slice(index * width, (index + 1) * width));

/** What a mirror has that fetched every tile of a size by its address. */
async function mirror(size: number) {
  const tiles = new Map<string, Uint8Array[]>();
  for (const tile of tilesOf(size)) {
    const bytes = await fetched(tilePath({ kind: "hashes", ...tile }));
    expect(bytes!.length).toBe(tile.width * 32);
    tiles.set(`${tile.level} ${tile.index}`, split(bytes!, 32));
  }
  return {
    tiles,
    hashOf(subtree: { level: number; index: number }) {
      const { level, index, first, count } = placeOf(subtree);
      const tree = new CompactRange();
      for (const hash of tiles.get(`${level} ${index}`)!.slice(first, first + count)) tree.append(hash);
      return tree.root();
    },
  };
}

test("whoever mirrors the tiles can prove that the log only grew and what is in it", async () => {
  const first = await grow(300);
  const second = await grow(400);
  const copy = await mirror(second.size);
  const leaves = tilesOf(second.size)
    .filter(({ level }) => level === 0)
    .flatMap(({ index }) => copy.tiles.get(`0 ${index}`)!);
  const tree = new CompactRange();
  for (const leaf of leaves) tree.append(leaf);
  expect(toHex(tree.root())).toBe(toHex(second.root));
  const growth = await consistencyProof(copy, first.size, second.size);
  const claim = {
    ...{ firstSize: first.size, firstRoot: first.root },
    ...{ secondSize: second.size, secondRoot: second.root },
  };
  expect(verifyConsistency(claim, growth)).toBe(true);
  const index = 299;
  const proof = await inclusionProof(copy, index, second.size);
  const [event] = await product().admin`
    select hash from audit_events join log_leaves on event_id = id where leaf_index = ${index}`;
  const leaf = leafHash(new Uint8Array(event!.hash as Buffer));
  expect(verifyInclusion({ index, size: second.size, leaf, root: second.root }, proof)).toBe(true);
});

test("entries are the events' chain hashes, 32 bytes each, and hash to the tiles", async () => {
  const { size } = await grow(270);
  for (const { level, index, width } of tilesOf(size)) {
    if (level > 0) continue;
    const bundle = split((await fetched(tilePath({ kind: "entries", index, width })))!, 34);
    expect(bundle).toHaveLength(width);
    const tile = split((await fetched(tilePath({ kind: "hashes", level, index, width })))!, 32);
    for (const [position, entry] of bundle.entries()) {
      expect([...entry.slice(0, 2)]).toEqual([0, 32]);
      expect(toHex(leafHash(entry.slice(2)))).toBe(toHex(tile[position]!));
    }
  }
});

test("nothing is given out that no checkpoint covers", async () => {
  const { runtime } = product();
  const { size } = await grow(10);
  const ctx = await (await product().newOrganization()).member("owner");
  await createEnvelope(ctx, { title: "Not yet" });
  expect(await sequenceLog(runtime)).toBe(size + 1);
  const [index, width] = [Math.floor(size / TILE_WIDTH), size % TILE_WIDTH];
  expect(await fetched(tilePath({ kind: "hashes", level: 0, index, width }))).toHaveLength(width * 32);
  expect(await fetched(tilePath({ kind: "hashes", level: 0, index, width: width + 1 }))).toBeNull();
  expect(await fetched(tilePath({ kind: "entries", index, width: width + 1 }))).toBeNull();
  expect(await fetched("tile/7/000")).toBeNull();
  expect(await publishedCheckpoint(runtime, size + 1)).toBeNull();
  expect((await publishedCheckpoint(runtime, size))!.size).toBe(size);
});
