import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { dueReminders } from "../core/key-export.ts";
import { saveNotice } from "../notices-store.ts";
import { loadExports } from "./store.ts";

/**
 * Records that the review of a key that was handed out is due, and that a transfer stays open: who looks after keys
 * is then told, once each.
 */
export async function remindKeyExports(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const rows = await inTransaction(ctx, loadExports);
  for (const row of rows)
    for (const reminder of dueReminders(row, ctx.now())) {
      const { id, reason, destination, recipientId } = row;
      await inTransaction(ctx, async (ctx) => {
        if (!(await saveNotice(ctx, `export ${id} ${reminder}`))) return;
        const data = { export: id, reason, destination, recipient: recipientId };
        await appendEvent(ctx, { type: `key-export.${reminder}`, envelopeId: null, data });
      });
    }
}
