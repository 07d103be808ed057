import type { Connection } from "#db/client.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Runtime } from "#lib/runtime.ts";
import { CompactRange } from "./core/merkle.ts";
import { TILE_WIDTH, tilesOf } from "./core/tiles.ts";
import { auditError } from "./errors.ts";
import { appendLeaves, loadHashes, lockLog, logSize, saveTile, takePending } from "./log-store.ts";

const BATCH = 4096;

/**
 * Gives every committed event its place in the log. What one batch found committed stands before what it did not;
 * along a chain, always in the chain's order. Clocks have no say. Whoever comes at the same time waits and goes on
 * from there; a process that is killed leaves either a whole batch or none of it.
 *
 * @returns how many leaves the log has.
 */
export async function sequenceLog({ database }: Pick<Runtime, "database">): Promise<number> {
  for (;;) {
    const { size, isDone } = await database.db.transaction(sequenceBatch);
    if (isDone) return size;
  }
}

async function sequenceBatch(connection: Connection): Promise<{ size: number; isDone: boolean }> {
  await lockLog(connection);
  const pending = await takePending(connection, BATCH);
  const size = await logSize(connection);
  if (pending.length === 0) return { size, isDone: true };
  const newSize = await appendLeaves(connection, size, pending);
  await completeTiles(connection, size, newSize);
  return { size: newSize, isDone: pending.length < BATCH };
}

async function completeTiles(connection: Connection, size: number, newSize: number): Promise<void> {
  for (const { level, index, width } of tilesOf(newSize, size)) {
    if (width < TILE_WIDTH) continue;
    const hashes = await loadHashes(connection, level, index * TILE_WIDTH, TILE_WIDTH);
    if (hashes.length < TILE_WIDTH)
      throw auditError("log-broken", `hashes below tile ${level}/${index} are missing`);
    const tree = new CompactRange();
    for (const hash of hashes) tree.append(hash);
    await saveTile(connection, { level, tileIndex: index, hashes: concatBytes(hashes), root: tree.root() });
  }
}
