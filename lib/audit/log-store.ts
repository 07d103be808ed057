import { and, asc, between, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import { logCheckpoints, logLeaves, logPending, logStatus, logTiles } from "#db/schema/log.ts";
import type { EventId } from "#lib/ids.ts";
import { CompactRange, leafHash } from "./core/merkle.ts";
import { hashesAt, leavesPerHash, TILE_HEIGHT, TILE_WIDTH } from "./core/tiles.ts";

/** One process writes the log at a time, until the transaction ends. */
export async function lockLog(connection: Connection): Promise<void> {
  await connection.execute(sql`select pg_advisory_xact_lock(7201897)`);
}

export type PendingEvent = Omit<typeof logPending.$inferSelect, "position">;

/** Takes what waits for its place in the log, in the order it is to have there. Call under `lockLog`. */
export async function takePending(connection: Connection, limit: number): Promise<PendingEvent[]> {
  const first = connection
    .select({ position: logPending.position })
    .from(logPending)
    .orderBy(asc(logPending.position))
    .limit(limit);
  const rows = await connection
    .delete(logPending)
    .where(sql`${logPending.position} in (${first})`)
    .returning();
  return rows.sort((a, b) => a.position - b.position);
}

export async function logSize(connection: Connection): Promise<number> {
  const [row] = await connection
    .select({ leafIndex: logLeaves.leafIndex })
    .from(logLeaves)
    .orderBy(desc(logLeaves.leafIndex))
    .limit(1);
  return row ? row.leafIndex + 1 : 0;
}

/** How many events wait for their place. */
export async function countPending(connection: Connection): Promise<number> {
  const [row] = await connection.select({ count: sql<number>`count(*)::int` }).from(logPending);
  return row!.count;
}

export async function leafIndexOf(connection: Connection, eventId: EventId): Promise<number | null> {
  const [row] = await connection
    .select({ leafIndex: logLeaves.leafIndex })
    .from(logLeaves)
    .where(eq(logLeaves.eventId, eventId));
  return row?.leafIndex ?? null;
}

/** Appends leaves from `size` on. An event that has its place already keeps it. @returns the new size */
export async function appendLeaves(
  connection: Connection,
  size: number,
  events: readonly PendingEvent[],
): Promise<number> {
  const ids = events.map(({ eventId }) => eventId);
  const known = await connection
    .select({ eventId: logLeaves.eventId })
    .from(logLeaves)
    .where(sql`${logLeaves.eventId} = any(${sql.param(`{${ids.join(",")}}`)}::uuid[])`);
  const isPlaced = new Set(known.map(({ eventId }) => eventId));
  const fresh = events.filter(({ eventId }) => !isPlaced.has(eventId) && isPlaced.add(eventId));
  if (fresh.length === 0) return size;
  await connection.insert(logLeaves).values(
    fresh.map(({ eventId, chainId, sequence, eventHash }, offset) => ({
      ...{ leafIndex: size + offset, eventId, chainId, sequence, eventHash },
    })),
  );
  return size + fresh.length;
}

/** The chain hashes that are the log's entries, from one leaf on. */
export async function loadEntries(
  connection: Connection,
  from: number,
  count: number,
): Promise<Uint8Array[]> {
  const rows = await connection
    .select({ eventHash: logLeaves.eventHash })
    .from(logLeaves)
    .where(between(logLeaves.leafIndex, from, from + count - 1))
    .orderBy(asc(logLeaves.leafIndex));
  return rows.map(({ eventHash }) => eventHash);
}

/** Hashes of the tree at a level of tiles: those of leaves at 0, roots of full tiles above. */
export async function loadHashes(
  connection: Connection,
  level: number,
  from: number,
  count: number,
): Promise<Uint8Array[]> {
  if (count === 0) return [];
  if (level === 0) return (await loadEntries(connection, from, count)).map(leafHash);
  const rows = await connection
    .select({ root: logTiles.root })
    .from(logTiles)
    .where(and(eq(logTiles.level, level - 1), between(logTiles.tileIndex, from, from + count - 1)))
    .orderBy(asc(logTiles.tileIndex));
  return rows.map(({ root }) => root);
}

export async function loadTile(connection: Connection, level: number, index: number) {
  const [row] = await connection
    .select({ hashes: logTiles.hashes })
    .from(logTiles)
    .where(and(eq(logTiles.level, level), eq(logTiles.tileIndex, index)));
  return row?.hashes ?? null;
}

export async function saveTile(connection: Connection, row: typeof logTiles.$inferInsert): Promise<void> {
  await connection.insert(logTiles).values(row);
}

/** The tree at any size it has had: its right edge, from which its root follows. Null when leaves are missing. */
export async function treeAt(connection: Connection, size: number): Promise<CompactRange | null> {
  const tree = new CompactRange();
  let level = 0;
  while (leavesPerHash(level + 1) <= size) level++;
  for (; level >= 0; level--) {
    const total = hashesAt(level, size);
    const from = total - (total % TILE_WIDTH);
    const hashes = await loadHashes(connection, level, from, total - from);
    if (hashes.length !== total - from) return null;
    for (const hash of hashes) tree.appendSubtree(level * TILE_HEIGHT, hash);
  }
  return tree;
}

export type CheckpointRow = typeof logCheckpoints.$inferSelect;

export async function newestCheckpoint(connection: Connection): Promise<CheckpointRow | null> {
  const [row] = await connection.select().from(logCheckpoints).orderBy(desc(logCheckpoints.size)).limit(1);
  return row ?? null;
}

/** The smallest that covers a leaf. */
export async function firstCheckpointOver(
  connection: Connection,
  leafIndex: number,
): Promise<CheckpointRow | null> {
  const [row] = await connection
    .select()
    .from(logCheckpoints)
    .where(gt(logCheckpoints.size, leafIndex))
    .orderBy(asc(logCheckpoints.size))
    .limit(1);
  return row ?? null;
}

export async function loadCheckpoint(connection: Connection, size: number): Promise<CheckpointRow | null> {
  const [row] = await connection.select().from(logCheckpoints).where(eq(logCheckpoints.size, size));
  return row ?? null;
}

export async function saveCheckpoint(connection: Connection, row: CheckpointRow): Promise<void> {
  await connection.insert(logCheckpoints).values(row);
}

export type LogStatus = Omit<typeof logStatus.$inferSelect, "id">;

export async function loadStatus(connection: Connection): Promise<LogStatus> {
  const [row] = await connection.select().from(logStatus);
  if (row) return row;
  const never = { waitingSince: null, checkpointedAt: null, checkWantedAt: null, checkStartedAt: null };
  return { ...never, waitingFor: null, checked: null };
}

/** Lets one worker check the log at a time. @param staleAt whoever began before has not come to an end */
export async function claimCheck(connection: Connection, now: Date, staleAt: Date): Promise<boolean> {
  const { checkStartedAt } = logStatus;
  const claimed = await connection
    .insert(logStatus)
    .values({ id: 1, checkStartedAt: now })
    .onConflictDoUpdate({
      target: logStatus.id,
      set: { checkStartedAt: now },
      setWhere: or(isNull(checkStartedAt), lt(checkStartedAt, staleAt), gt(checkStartedAt, now)),
    })
    .returning({ id: logStatus.id });
  return claimed.length > 0;
}

/** What is not named stays as it is. */
export async function saveStatus(connection: Connection, status: Partial<LogStatus>): Promise<void> {
  await connection
    .insert(logStatus)
    .values({ id: 1, ...status })
    .onConflictDoUpdate({ target: logStatus.id, set: status });
}
