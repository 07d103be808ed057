import { concatBytes } from "#lib/bytes.ts";
import { CompactRange } from "./merkle.ts";
import { TILE_WIDTH } from "./tiles.ts";

/** A full tile as it must be. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/** Builds the tree anew, leaf by leaf, with every full tile. */
export class TreeCheck {
  readonly #tree = new CompactRange();
  readonly #edge: Uint8Array[][] = [];
  readonly #full: number[] = [];
  #completed: FullTile[] = [];

  get size(): number {
    return this.#tree.size;
  }

  root(): Uint8Array {
    return this.#tree.root();
  }

  /** How many full tiles each level has. */
  get fullTiles(): readonly number[] {
    return this.#full;
  }

  /** @param leaf as `leafHash` gives it. */
  append(leaf: Uint8Array): void {
    this.#tree.append(leaf);
    this.#add(0, leaf);
  }

  /** The tiles that became full since the last call. */
  takeCompleted(): FullTile[] {
    const completed = this.#completed;
    this.#completed = [];
    return completed;
  }

  #add(level: number, hash: Uint8Array): void {
    this.#edge[level] ??= [];
    const hashes = this.#edge[level];
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    const tile = new CompactRange();
    for (const each of hashes) tile.append(each);
    const root = tile.root();
    const index = this.#full[level] ?? 0;
    this.#full[level] = index + 1;
    this.#completed.push({ level, index, hashes: concatBytes(hashes), root });
    this.#edge[level] = [];
    this.#add(level + 1, root);
  }
}
