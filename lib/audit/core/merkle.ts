import { hash } from "node:crypto";

// The Merkle tree of RFC 6962 §2.1, over SHA-256.

const HASH_BYTES = 32;

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256Of(new Uint8Array());

/** SHA-256(0x00 ‖ entry): what an entry is in the tree. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return sha256Of(bytes);
}

const pair = new Uint8Array(1 + 2 * HASH_BYTES);
pair[0] = 0x01;

/** SHA-256(0x01 ‖ left ‖ right). @param left 32 bytes. @param right 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    throw new RangeError("a node has two hashes of 32 bytes");
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256Of(pair);
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}

/** A full subtree: it covers the leaves from `index · 2^level` on, `2^level` of them. */
export interface SubtreeAt {
  readonly level: number;
  readonly index: number;
}

/** Leaves from `start` up to `end`, which is not among them. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two below `count`; `count` is 2 or more. */
export function splitOf(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/**
 * The full subtrees a range is made of, from left to right.
 *
 * @param range one that the recursion of RFC 6962 §2.1 arrives at.
 */
export function subtreesOf({ start, end }: LeafRange): SubtreeAt[] {
  const subtrees: SubtreeAt[] = [];
  for (let at = start; at < end; ) {
    let [level, width] = [0, 1];
    while (width * 2 <= end - at) [level, width] = [level + 1, width * 2];
    if (at % width !== 0) throw new RangeError(`the range ${start}–${end} is none of the tree's`);
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** One hash for neighboring subtrees, the largest first (RFC 6962 §2.1). @param hashes one or more. */
export function foldHashes(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) throw new RangeError("nothing to fold");
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), hashes.at(-1)!);
}

/** A growing tree of which only the right edge is kept: the roots of its full subtrees, the largest first. */
export class CompactRange {
  #size = 0;
  readonly #levels: number[] = [];
  readonly #hashes: Uint8Array[] = [];

  /** How many leaves there are. */
  get size(): number {
    return this.#size;
  }

  /** @param hash of a leaf, as `leafHash` gives it. */
  append(hash: Uint8Array): void {
    this.appendSubtree(0, hash);
  }

  /** @param level of a full subtree: it has `2^level` leaves, and so far the tree holds a multiple of that. */
  appendSubtree(level: number, hash: Uint8Array): void {
    if (this.#levels.length > 0 && this.#levels.at(-1)! < level)
      throw new RangeError(`a subtree of level ${level} does not fit after ${this.#size} leaves`);
    let [top, topLevel] = [hash, level];
    while (this.#levels.at(-1) === topLevel) {
      this.#levels.pop();
      top = nodeHash(this.#hashes.pop()!, top);
      topLevel++;
    }
    this.#levels.push(topLevel);
    this.#hashes.push(top);
    this.#size += 2 ** level;
  }

  /** The tree's root as of now. */
  root(): Uint8Array {
    return this.#hashes.length === 0 ? EMPTY_ROOT : foldHashes(this.#hashes);
  }
}
