import { equalBytes } from "#lib/bytes.ts";
import {
  EMPTY_ROOT,
  foldHashes,
  type LeafRange,
  nodeHash,
  type SubtreeAt,
  splitOf,
  subtreesOf,
} from "./merkle.ts";

/** Where the hashes of full subtrees are found. */
export interface TreeHashes {
  /** The root of a full subtree, 32 bytes. */
  hashOf(subtree: SubtreeAt): Uint8Array | Promise<Uint8Array>;
}

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  /** Of the entry, as `leafHash` gives it. */
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
}

export interface Consistency {
  readonly firstSize: number;
  readonly firstRoot: Uint8Array;
  readonly secondSize: number;
  readonly secondRoot: Uint8Array;
}

/**
 * Proof that a leaf is in the tree of a size, the hash nearest to the leaf first.
 *
 * @throws RangeError when the tree has no such leaf
 * @see RFC 6962 §2.1.1
 */
export function inclusionProof(tree: TreeHashes, index: number, size: number): Promise<Uint8Array[]> {
  return hashesOf(tree, inclusionRanges(index, size));
}

/**
 * Proof that the tree of one size is how the tree of another begins.
 *
 * @throws RangeError unless 0 < first ≤ second
 * @see RFC 6962 §2.1.2
 */
export function consistencyProof(
  tree: TreeHashes,
  firstSize: number,
  secondSize: number,
): Promise<Uint8Array[]> {
  return hashesOf(tree, consistencyRanges(firstSize, secondSize));
}

/** The ranges whose hashes make an inclusion proof, in its order. @throws RangeError */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!isCount(index) || !isCount(size) || index >= size)
    throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes make a consistency proof, in its order. @throws RangeError */
export function consistencyRanges(firstSize: number, secondSize: number): LeafRange[] {
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize === 0 || firstSize > secondSize)
    throw new RangeError(`a tree of ${firstSize} does not grow to ${secondSize}`);
  const ranges: LeafRange[] = [];
  let [start, end] = [0, secondSize];
  while (firstSize !== end) {
    const middle = start + splitOf(end - start);
    if (firstSize <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // Whoever asks has the first root already, when it is a subtree of the second.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

async function hashesOf(tree: TreeHashes, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of ranges) {
    const parts: Uint8Array[] = [];
    for (const subtree of subtreesOf(range)) parts.push(await tree.hashOf(subtree));
    hashes.push(foldHashes(parts));
  }
  return hashes;
}

/** Whether a proof holds; nothing in it is believed. @see RFC 9162 §2.1.3.2 */
export function verifyInclusion(
  { index, size, leaf, root }: Inclusion,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let [fn, sn] = [index, size - 1];
  let hash = leaf;
  for (const part of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(part, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = nodeHash(hash, part);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalBytes(hash, root);
}

/**
 * Whether a proof holds; nothing in it is believed. An empty tree is how every tree begins.
 *
 * @see RFC 9162 §2.1.4.2
 */
export function verifyConsistency(
  { firstSize, firstRoot, secondSize, secondRoot }: Consistency,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize > secondSize) return false;
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false;
  if (firstSize === secondSize) return proof.length === 0 && equalBytes(firstRoot, secondRoot);
  if (firstSize === 0) return proof.length === 0 && equalBytes(firstRoot, EMPTY_ROOT);
  const isSubtree = 2 ** Math.round(Math.log2(firstSize)) === firstSize;
  const [start, ...rest] = isSubtree ? [firstRoot, ...proof] : proof;
  if (!start || proof.length === 0) return false;
  let [fn, sn] = [firstSize - 1, secondSize - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [first, second] = [start, start];
  for (const part of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      first = nodeHash(part, first);
      second = nodeHash(part, second);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else second = nodeHash(second, part);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalBytes(first, firstRoot) && equalBytes(second, secondRoot);
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isOdd = (value: number) => value % 2 === 1;
const half = (value: number) => Math.floor(value / 2);
const areHashes = (hashes: readonly Uint8Array[]) => hashes.every(({ length }) => length === 32);
