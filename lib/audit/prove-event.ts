import type { Connection } from "#db/client.ts";
import type { EventId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { foldHashes, nodeHash, type SubtreeAt } from "./core/merkle.ts";
import { consistencyProof, inclusionProof, type TreeHashes } from "./core/proofs.ts";
import { hashesAt, placeOf, TILE_WIDTH } from "./core/tiles.ts";
import {
  type CheckpointRow,
  firstCheckpointOver,
  leafIndexOf,
  loadHashes,
  loadTile,
  newestCheckpoint,
} from "./log-store.ts";

/** That an event is in the log, for whoever holds the checkpoint. */
export interface EventProof {
  readonly leafIndex: number;
  readonly checkpoint: CheckpointRow;
  /** 32 bytes each, the nearest to the leaf first (RFC 6962 §2.1.1). */
  readonly hashes: readonly Uint8Array[];
}

type Database = Pick<Runtime, "database">;

/**
 * The proof that an event is under a checkpoint; null while none covers it.
 *
 * @param which the newest, or the first that covers it: that one never changes.
 */
export async function proveEvent(
  { database }: Database,
  eventId: EventId,
  which: "newest" | "first" = "newest",
): Promise<EventProof | null> {
  const { db } = database;
  const leafIndex = await leafIndexOf(db, eventId);
  if (leafIndex === null) return null;
  const checkpoint =
    which === "first" ? await firstCheckpointOver(db, leafIndex) : await newestCheckpoint(db);
  if (!checkpoint || leafIndex >= checkpoint.size) return null;
  const hashes = await inclusionProof(storedTree(db, checkpoint.size), leafIndex, checkpoint.size);
  return { leafIndex, checkpoint, hashes };
}

/** The proof that the log of one size is how the log of another begins (RFC 6962 §2.1.2). */
export function proveGrowth({ database }: Database, firstSize: number, secondSize: number) {
  return consistencyProof(storedTree(database.db, secondSize), firstSize, secondSize);
}

/** The tree as its tiles have it; each is read once. */
function storedTree(connection: Connection, size: number): TreeHashes {
  const tiles = new Map<string, Promise<readonly Uint8Array[]>>();
  const tileOf = (level: number, index: number) => {
    const key = `${level} ${index}`;
    const known = tiles.get(key) ?? readTile(connection, level, index, size);
    tiles.set(key, known);
    return known;
  };
  return {
    async hashOf(subtree: SubtreeAt) {
      const { level, index, first, count } = placeOf(subtree);
      return perfectRoot((await tileOf(level, index)).slice(first, first + count));
    },
  };
}

async function readTile(
  connection: Connection,
  level: number,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  const first = index * TILE_WIDTH;
  const width = Math.min(TILE_WIDTH, hashesAt(level, size) - first);
  if (width < TILE_WIDTH) return loadHashes(connection, level, first, width);
  const hashes = await loadTile(connection, level, index);
  if (!hashes) throw new Error(`tile ${index} of level ${level} is missing`);
  return Array.from({ length: TILE_WIDTH }, (_, at) => hashes.subarray(at * 32, at * 32 + 32));
}

/** @param hashes as many as a power of two. */
function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length <= 2) return foldHashes(hashes);
  const above = Array.from({ length: hashes.length / 2 }, (_, at) =>
    nodeHash(hashes[2 * at]!, hashes[2 * at + 1]!),
  );
  return perfectRoot(above);
}
