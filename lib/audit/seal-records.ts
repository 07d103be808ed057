import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { appendEvent } from "./append-event.ts";
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
 * whoever changes such a row afterwards is found. For the clock.
 *
 * @param input `afterMs`: how long a row may wait. @returns how many rows
 */
export async function sealRecords(ctx: Context, input: { readonly afterMs?: number } = {}): Promise<number> {
  requireSystem(ctx);
  await inTransaction(ctx, async ({ connection, organizationId }) => {
    if (!(await hasSealing(connection, organizationId))) await adoptEarlier(connection, organizationId);
  });
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
  for (const [tableName, of] of Map.groupBy(pending, (row) => row.tableName)) {
    const names = await columnsOf(connection, tableName);
    columns[tableName] = names.join(",");
    const envelopes = new Map(of.map(({ rowKey, envelopeId }) => [rowKey, envelopeId]));
    for (const { rowKey, rowSha256 } of await hashRows(connection, tableName, names, [...envelopes.keys()]))
      rows.push({ tableName, rowKey, rowSha256, envelopeId: envelopes.get(rowKey) ?? null });
  }
  await dropPending(
    connection,
    pending.map(({ position }) => position),
  );
  // What was erased before its turn came leaves nothing to seal.
  if (rows.length === 0) return pending.length;
  const digest = toHex(sha256(fromUtf8(sealedText(rows))));
  const { id } = await appendEvent(ctx, {
    type: "records.sealed",
    envelopeId: null,
    data: { rows: rows.length, sha256: digest, columns },
  });
  await saveSeals(connection, organizationId, id, rows);
  return pending.length;
}
