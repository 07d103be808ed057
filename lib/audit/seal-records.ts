import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { appendEvent } from "./append-event.ts";
import { loadAdopted, loadUnbound, lockRows, noteChanged } from "./changing-store.ts";
import { CHANGING_TABLES } from "./core/changing-tables.ts";
import { type SealedRow, sealedText } from "./core/record-tables.ts";
import {
  adoptEarlier,
  columnsOf,
  dropPending,
  fixForms,
  hashRows,
  hasSealing,
  saveSeals,
  takePendingRows,
} from "./record-store.ts";

/** Few events for many rows, and none of them without an event for long. */
const AFTER_MS = 300_000;
const AT_ONCE = 1_000;

/**
 * Puts the hashes of evidence that was written since under an event of the organization's chain, and so into the log:
 * whoever changes such a row afterwards is found. So too what a row that changes by design became in a step that no
 * event tells of, and what stood in such tables before they were bound. For the clock.
 *
 * @param input `afterMs`: how long a row may wait. @returns how many rows
 */
export async function sealRecords(ctx: Context, input: { readonly afterMs?: number } = {}): Promise<number> {
  requireSystem(ctx);
  await inTransaction(ctx, async ({ connection, organizationId }) => {
    if (!(await hasSealing(connection, organizationId))) await adoptEarlier(connection, organizationId);
  });
  while (await inTransaction(ctx, adoptSome));
  const before = new Date(ctx.now().getTime() - (input.afterMs ?? AFTER_MS));
  let sealed = 0;
  for (;;) {
    const rows = await inTransaction(ctx, (ctx) => sealSome(ctx, before));
    sealed += rows;
    if (rows < AT_ONCE) return sealed;
  }
}

async function sealSome(ctx: Context, before: Date): Promise<number> {
  const { connection, organizationId } = ctx;
  const pending = await takePendingRows(connection, organizationId, { before, most: AT_ONCE });
  if (pending.length === 0) return 0;
  await fixForms(connection);
  const columns: Record<string, string> = {};
  const rows: SealedRow[] = [];
  let changed = 0;
  const busy = new Set<string>();
  for (const [tableName, of] of Map.groupBy(pending, (row) => row.tableName)) {
    if (Object.hasOwn(CHANGING_TABLES, tableName)) {
      const keys = [...new Set(of.map(({ rowKey }) => rowKey))];
      const free = await lockRows(connection, tableName, keys);
      for (const key of keys) if (!free.includes(key)) busy.add(`${tableName} ${key}`);
      await noteChanged(connection, tableName, free);
      changed += free.length;
      continue;
    }
    const names = await columnsOf(connection, tableName);
    columns[tableName] = names.join(",");
    const envelopes = new Map(of.map(({ rowKey, envelopeId }) => [rowKey, envelopeId]));
    for (const { rowKey, rowSha256 } of await hashRows(connection, tableName, names, [...envelopes.keys()]))
      rows.push({ tableName, rowKey, rowSha256, envelopeId: envelopes.get(rowKey) ?? null });
  }
  // A row that somebody is changing just now waits for the next round.
  const done = pending.filter(({ tableName, rowKey }) => !busy.has(`${tableName} ${rowKey}`));
  await dropPending(
    connection,
    done.map(({ position }) => position),
  );
  // What was erased before its turn came leaves nothing to seal.
  if (rows.length === 0 && changed === 0) return done.length;
  const digest = toHex(sha256(fromUtf8(sealedText(rows))));
  const { id } = await appendEvent(ctx, {
    type: "records.sealed",
    envelopeId: null,
    data: { rows: rows.length, sha256: digest, columns },
  });
  await saveSeals(connection, organizationId, id, rows);
  return done.length;
}

/**
 * Puts rows that changed by design before anybody bound them under an event: what an upgrade finds, and the first rows of
 * an organization. From the event on that names the table, every row of it has to stand under one.
 *
 * @returns whether there is more
 */
async function adoptSome(ctx: Context): Promise<boolean> {
  const { connection, organizationId } = ctx;
  const adopted = await loadAdopted(connection, organizationId);
  const tables = Object.keys(CHANGING_TABLES).filter((table) => !adopted.has(table));
  if (tables.length === 0) return false;
  let rows = 0;
  for (const table of tables) {
    const free = await lockRows(connection, table, await loadUnbound(connection, table, AT_ONCE - rows));
    await noteChanged(connection, table, free);
    rows += free.length;
    if (rows >= AT_ONCE) break;
  }
  const isLast = rows < AT_ONCE;
  await appendEvent(ctx, {
    type: "records.adopted",
    envelopeId: null,
    data: { rows, tables: isLast ? tables : [] },
  });
  return !isLast;
}
