import { concatBytes } from "#lib/bytes.ts";
import type { Runtime } from "#lib/runtime.ts";
import { hashesAt, TILE_WIDTH, type TileAddress } from "./core/tiles.ts";
import { loadCheckpoint, loadEntries, loadHashes, loadTile, newestCheckpoint } from "./log-store.ts";

// What anybody may fetch, mirror and witness (C2SP tlog-tiles). Hashes only; nothing beyond the last checkpoint.

export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
  /** TimeStampToken over the note's SHA-256, DER. */
  readonly timestampToken: Uint8Array;
}

/** The checkpoint of that size, the newest when none is named; null when there is none. */
export async function publishedCheckpoint(
  { database }: Pick<Runtime, "database">,
  size?: number,
): Promise<PublishedCheckpoint | null> {
  return size === undefined ? newestCheckpoint(database.db) : loadCheckpoint(database.db, size);
}

/** The bytes at a tile's address; null when the last checkpoint does not reach so far. */
export async function publishedTile(
  { database }: Pick<Runtime, "database">,
  address: TileAddress,
): Promise<Uint8Array | null> {
  const { db } = database;
  const { index, width } = address;
  const level = address.kind === "hashes" ? address.level : 0;
  const first = index * TILE_WIDTH;
  const newest = await newestCheckpoint(db);
  if (!newest || first + width > hashesAt(level, newest.size)) return null;
  if (address.kind === "entries") return bundleOf(await loadEntries(db, first, width));
  if (width === TILE_WIDTH) return loadTile(db, level, index);
  return concatBytes(await loadHashes(db, level, first, width));
}

/** Each entry behind its length in two bytes, the high one first. */
function bundleOf(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length), entry]));
}
