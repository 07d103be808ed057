import type { SubtreeAt } from "./merkle.ts";

// The addresses of C2SP tlog-tiles: the tree cut into tiles of height 8.

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** `width` hashes of the tree at level `8 · level`, from `256 · index` on; full ones have 256. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Entries of the log, `width` of them from `256 · index` on. */
export type EntryBundle = Omit<Tile, "level">;

export type TileAddress = ({ readonly kind: "hashes" } & Tile) | ({ readonly kind: "entries" } & EntryBundle);

/** What one hash of a level's tile stands for, in leaves. */
export const leavesPerHash = (level: number): number => TILE_WIDTH ** level;

/** How many hashes a level has in a tree of `size`: only full subtrees count. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / leavesPerHash(level));

/** The address of a tile below the log's own: `tile/0/x001/x234/067.p/12`. */
export function tilePath(address: TileAddress): string {
  const level = address.kind === "entries" ? "entries" : String(address.level);
  const partial = address.width === TILE_WIDTH ? "" : `.p/${address.width}`;
  return `tile/${level}/${indexPath(address.index)}${partial}`;
}

function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g)!;
  return groups.map((group, position) => (position < groups.length - 1 ? `x${group}` : group)).join("/");
}

const PATH = /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Reads an address that `tilePath` would write, and no other spelling of it; else null. */
export function parseTilePath(path: string): TileAddress | null {
  const match = PATH.exec(path);
  if (!match) return null;
  const [, level, groups, partial] = match;
  const index = Number(groups!.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const address: TileAddress =
    level === "entries"
      ? { kind: "entries", index, width }
      : { kind: "hashes", level: Number(level), index, width };
  return Number.isSafeInteger(index) && width <= TILE_WIDTH && tilePath(address) === path ? address : null;
}

/** Every tile a tree of `size` has, but for the full ones that `previous` leaves had already. */
export function tilesOf(size: number, previous = 0): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const count = hashesAt(level, size);
    for (let index = hashesAt(level + 1, previous); index * TILE_WIDTH < count; index++)
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) });
  }
  return tiles;
}

/** Which hashes of which tile a subtree is made of. */
export function placeOf({ level, index }: SubtreeAt): {
  readonly level: number;
  readonly index: number;
  readonly first: number;
  readonly count: number;
} {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const count = 2 ** (level - tileLevel * TILE_HEIGHT);
  const start = index * count;
  return { level: tileLevel, index: Math.floor(start / TILE_WIDTH), first: start % TILE_WIDTH, count };
}
