import { expect, test } from "vitest";
import { fromHex, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { randomOctets, seeded } from "#lib/pki/core/testing.ts";
import { CompactRange, EMPTY_ROOT, foldHashes, leafHash, nodeHash, subtreesOf } from "./merkle.ts";
import {
  consistencyProof,
  inclusionProof,
  type TreeHashes,
  verifyConsistency,
  verifyInclusion,
} from "./proofs.ts";

// RFC 6962 §2.1 as it is written there, over the whole list every time.
const H = (...parts: readonly Uint8Array[]) => sha256(...parts);
const largestPowerBelow = (n: number): number => {
  let k = 1;
  while (k << 1 < n) k <<= 1;
  return k;
};
function MTH(D: readonly Uint8Array[]): Uint8Array {
  if (D.length === 0) return H();
  if (D.length === 1) return H(Uint8Array.of(0), D[0]!);
  const k = largestPowerBelow(D.length);
  return H(Uint8Array.of(1), MTH(D.slice(0, k)), MTH(D.slice(k)));
}
function PATH(m: number, D: readonly Uint8Array[]): Uint8Array[] {
  if (D.length === 1) return [];
  const k = largestPowerBelow(D.length);
  return m < k
    ? [...PATH(m, D.slice(0, k)), MTH(D.slice(k))]
    : [...PATH(m - k, D.slice(k)), MTH(D.slice(0, k))];
}
function SUBPROOF(m: number, D: readonly Uint8Array[], b: boolean): Uint8Array[] {
  if (m === D.length) return b ? [] : [MTH(D)];
  const k = largestPowerBelow(D.length);
  return m <= k
    ? [...SUBPROOF(m, D.slice(0, k), b), MTH(D.slice(k))]
    : [...SUBPROOF(m - k, D.slice(k), false), MTH(D.slice(0, k))];
}
const PROOF = (m: number, D: readonly Uint8Array[]) => SUBPROOF(m, D, true);

const treeOf = (entries: readonly Uint8Array[]): TreeHashes => ({
  hashOf: ({ level, index }) => MTH(entries.slice(index * 2 ** level, (index + 1) * 2 ** level)),
});
function rootOf(entries: readonly Uint8Array[]): Uint8Array {
  const range = new CompactRange();
  for (const entry of entries) range.append(leafHash(entry));
  return range.root();
}
const entriesOf = (count: number) => Array.from({ length: count }, () => randomOctets(8));

// The entries and roots that implementations of Certificate Transparency are tested with.
const VECTORS = [
  ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  ["00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  ["10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  ["2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  ["3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  ["40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  ["5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
  ["606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
] as const;
const KNOWN = VECTORS.map(([entry]) => fromHex(entry));
const hexes = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

test("roots are those known from Certificate Transparency", () => {
  expect(toHex(EMPTY_ROOT)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const [index, [, root]] of VECTORS.entries())
    expect(toHex(rootOf(KNOWN.slice(0, index + 1)))).toBe(root);
});

test("proofs are those known from Certificate Transparency", async () => {
  const tree = treeOf(KNOWN);
  expect(await inclusionProof(tree, 0, 1)).toEqual([]);
  expect(hexes(await inclusionProof(tree, 0, 8))).toEqual([
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
  expect(hexes(await inclusionProof(tree, 1, 5))).toEqual([
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
  ]);
  expect(hexes(await consistencyProof(tree, 6, 8))).toEqual([
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
});

test("roots and proofs are what the recursion of RFC 6962 gives, at every size up to 40", async () => {
  const entries = entriesOf(40);
  for (let size = 1; size <= entries.length; size++) {
    const D = entries.slice(0, size);
    const root = rootOf(D);
    expect(toHex(root)).toBe(toHex(MTH(D)));
    for (let index = 0; index < size; index++) {
      const proof = await inclusionProof(treeOf(entries), index, size);
      expect(hexes(proof)).toEqual(hexes(PATH(index, D)));
      expect(verifyInclusion({ index, size, leaf: leafHash(D[index]!), root }, proof)).toBe(true);
    }
    for (let first = 1; first <= size; first++) {
      const proof = await consistencyProof(treeOf(entries), first, size);
      expect(hexes(proof)).toEqual(hexes(PROOF(first, D)));
      const known = {
        firstSize: first,
        firstRoot: MTH(D.slice(0, first)),
        secondSize: size,
        secondRoot: root,
      };
      expect(verifyConsistency(known, proof)).toBe(true);
    }
  }
});

test("at sizes drawn by lot up to 2000 as well", async () => {
  const random = seeded(6962);
  const entries = entriesOf(2000);
  for (let round = 0; round < 12; round++) {
    const size = 2 + Math.floor(random() * (entries.length - 1));
    const D = entries.slice(0, size);
    const [index, first] = [Math.floor(random() * size), 1 + Math.floor(random() * size)];
    const root = rootOf(D);
    expect(toHex(root)).toBe(toHex(MTH(D)));
    const proof = await inclusionProof(treeOf(entries), index, size);
    expect(hexes(proof)).toEqual(hexes(PATH(index, D)));
    expect(verifyInclusion({ index, size, leaf: leafHash(D[index]!), root }, proof)).toBe(true);
    const growth = await consistencyProof(treeOf(entries), first, size);
    expect(hexes(growth)).toEqual(hexes(PROOF(first, D)));
    const known = { firstSize: first, firstRoot: MTH(D.slice(0, first)), secondSize: size, secondRoot: root };
    expect(verifyConsistency(known, growth)).toBe(true);
  }
});

/** Everything that differs from the list in one place: a bit, a hash missing, one too many, two swapped. */
function* altered(proof: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  yield [...proof, randomOctets(32)];
  yield [randomOctets(32), ...proof];
  for (let at = 0; at < proof.length; at++) {
    yield proof.toSpliced(at, 1);
    yield proof.with(at, proof[at]!.with(at % 32, proof[at]![at % 32]! ^ 1));
    yield proof.with(at, proof[at]!.slice(1));
    if (at > 0) yield proof.with(at, proof[at - 1]!).with(at - 1, proof[at]!);
  }
}

test("a proof that differs in anything does not hold", async () => {
  const entries = entriesOf(23);
  const tree = treeOf(entries);
  for (const size of [2, 7, 8, 13, 16, 23]) {
    const root = MTH(entries.slice(0, size));
    for (const index of [0, size >> 1, size - 1]) {
      const claim = { index, size, leaf: leafHash(entries[index]!), root };
      const proof = await inclusionProof(tree, index, size);
      for (const wrong of altered(proof)) expect(verifyInclusion(claim, wrong)).toBe(false);
      expect(verifyInclusion({ ...claim, leaf: randomOctets(32) }, proof)).toBe(false);
      expect(verifyInclusion({ ...claim, root: randomOctets(32) }, proof)).toBe(false);
      expect(verifyInclusion({ ...claim, index: size }, proof)).toBe(false);
      expect(verifyInclusion({ ...claim, index: (index + 1) % size }, proof)).toBe(false);
      expect(verifyInclusion({ ...claim, index: index + 0.5 }, proof)).toBe(false);
    }
    for (let firstSize = 1; firstSize < size; firstSize++) {
      const firstRoot = MTH(entries.slice(0, firstSize));
      const claim = { firstSize, firstRoot, secondSize: size, secondRoot: root };
      const proof = await consistencyProof(tree, firstSize, size);
      for (const wrong of altered(proof)) expect(verifyConsistency(claim, wrong)).toBe(false);
      expect(verifyConsistency({ ...claim, firstRoot: randomOctets(32) }, proof)).toBe(false);
      expect(verifyConsistency({ ...claim, secondRoot: randomOctets(32) }, proof)).toBe(false);
      expect(verifyConsistency({ ...claim, firstSize: size, secondSize: firstSize }, proof)).toBe(false);
    }
  }
});

test("an empty tree is how every tree begins, and no other root is an empty tree's", () => {
  const root = rootOf(entriesOf(5));
  const claim = { firstSize: 0, firstRoot: EMPTY_ROOT, secondSize: 5, secondRoot: root };
  expect(verifyConsistency(claim, [])).toBe(true);
  expect(verifyConsistency({ ...claim, firstRoot: root }, [])).toBe(false);
  expect(verifyConsistency({ ...claim, firstSize: 5 }, [])).toBe(false);
  expect(verifyConsistency({ ...claim, firstSize: 5, firstRoot: root }, [])).toBe(true);
});

test("a leaf cannot pose as a node, nor a chain link as either", () => {
  const [left, right] = [randomOctets(32), randomOctets(32)];
  const both = Uint8Array.from([...left, ...right]);
  expect(toHex(nodeHash(left, right))).not.toBe(toHex(leafHash(both)));
  expect(toHex(leafHash(fromUtf8("x")))).toBe(toHex(H(Uint8Array.of(0), fromUtf8("x"))));
});

test("what no tree has is refused", async () => {
  const tree = treeOf(entriesOf(4));
  await expect(async () => inclusionProof(tree, 4, 4)).rejects.toThrow(RangeError);
  await expect(async () => inclusionProof(tree, -1, 4)).rejects.toThrow(RangeError);
  await expect(async () => consistencyProof(tree, 0, 4)).rejects.toThrow(RangeError);
  await expect(async () => consistencyProof(tree, 5, 4)).rejects.toThrow(RangeError);
  expect(() => subtreesOf({ start: 3, end: 7 })).toThrow(RangeError);
  expect(() => foldHashes([])).toThrow(RangeError);
  expect(() => nodeHash(new Uint8Array(31), new Uint8Array(32))).toThrow(RangeError);
  const range = new CompactRange();
  range.append(randomOctets(32));
  expect(() => range.appendSubtree(1, randomOctets(32))).toThrow(RangeError);
});
