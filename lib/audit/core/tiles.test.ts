import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { randomOctets, seeded } from "#lib/pki/core/testing.ts";
import { CompactRange, leafHash } from "./merkle.ts";
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from "./proofs.ts";
import { parseTilePath, placeOf, TILE_WIDTH, type Tile, tilePath, tilesOf } from "./tiles.ts";

test("tiles have the addresses of tlog-tiles", () => {
  expect(tilePath({ kind: "hashes", level: 0, index: 1234067, width: 256 })).toBe("tile/0/x001/x234/067");
  expect(tilePath({ kind: "hashes", level: 1, index: 0, width: 12 })).toBe("tile/1/000.p/12");
  expect(tilePath({ kind: "entries", index: 1000, width: 1 })).toBe("tile/entries/x001/000.p/1");
});

test("an address is read in its one spelling and in no other", () => {
  for (const path of ["tile/0/000", "tile/63/x001/x234/067", "tile/entries/999.p/255", "tile/2/x001/000.p/1"])
    expect(tilePath(parseTilePath(path)!)).toBe(path);
  const wrong = [
    ...["", "tile/0/0", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/001", "tile/0/001/002"],
    ...["tile/0/x001/x002", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/257"],
    ...["tile/0/000/", "/tile/0/000", "tile/entries/000.p/", "tile/data/000", "tile/0/x1/000", "tile/0/٠٠٠"],
  ];
  for (const path of wrong) expect(parseTilePath(path), path).toBeNull();
});

test("a tree of 70,000 has the tiles that tlog-tiles names", () => {
  const tiles = tilesOf(70_000);
  const count = (level: number, isFull: boolean) =>
    tiles.filter((tile) => tile.level === level && (tile.width === TILE_WIDTH) === isFull);
  expect(count(0, true)).toHaveLength(273);
  expect(count(0, false).map(({ width }) => width)).toEqual([112]);
  expect(count(1, true)).toHaveLength(1);
  expect(count(1, false).map(({ width }) => width)).toEqual([17]);
  expect(count(2, false).map(({ width }) => width)).toEqual([1]);
  expect(tilesOf(256)).toEqual([
    { level: 0, index: 0, width: 256 },
    { level: 1, index: 0, width: 1 },
  ]);
  expect(tilesOf(0)).toEqual([]);
});

test("growing by steps makes every full tile once", () => {
  const random = seeded(9);
  const made: string[] = [];
  let size = 0;
  while (size < 140_000) {
    const next = size + 1 + Math.floor(random() * 3000);
    for (const tile of tilesOf(next, size))
      if (tile.width === TILE_WIDTH) made.push(`${tile.level} ${tile.index}`);
    size = next;
  }
  const all = tilesOf(size).filter(({ width }) => width === TILE_WIDTH);
  expect(made.toSorted()).toEqual(all.map(({ level, index }) => `${level} ${index}`).toSorted());
});

test("whoever has the tiles and nothing else can prove everything", async () => {
  const size = 70_123;
  const leaves = Array.from({ length: size }, (_, index) =>
    leafHash(Uint8Array.of(index >> 16, index >> 8, index)),
  );
  const contents = new Map<string, Uint8Array[]>();
  const rootOf = (hashes: readonly Uint8Array[]) => {
    const range = new CompactRange();
    for (const hash of hashes) range.append(hash);
    return range.root();
  };
  const hashesOf = ({ level, index, width }: Tile) =>
    level === 0
      ? leaves.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)
      : Array.from({ length: width }, (_, at) =>
          rootOf(contents.get(`${level - 1} ${index * TILE_WIDTH + at}`)!),
        );
  for (const tile of tilesOf(size)) contents.set(`${tile.level} ${tile.index}`, hashesOf(tile));
  const tree = {
    hashOf(subtree: { level: number; index: number }) {
      const { level, index, first, count } = placeOf(subtree);
      const part = contents.get(`${level} ${index}`)!.slice(first, first + count);
      expect(part).toHaveLength(count);
      return rootOf(part);
    },
  };
  const root = rootOf(leaves);
  const random = seeded(70);
  for (let round = 0; round < 200; round++) {
    const index = Math.floor(random() * size);
    const proof = await inclusionProof(tree, index, size);
    expect(verifyInclusion({ index, size, leaf: leaves[index]!, root }, proof)).toBe(true);
    if (round % 20 > 0) continue;
    const firstSize = 1 + Math.floor(random() * size);
    const growth = await consistencyProof(tree, firstSize, size);
    const claim = {
      firstSize,
      firstRoot: rootOf(leaves.slice(0, firstSize)),
      secondSize: size,
      secondRoot: root,
    };
    expect(verifyConsistency(claim, growth)).toBe(true);
    expect(verifyConsistency({ ...claim, firstRoot: randomOctets(32) }, growth)).toBe(false);
  }
  expect(toHex(root)).toMatch(/^[0-9a-f]{64}$/);
});
