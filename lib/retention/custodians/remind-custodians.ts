import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { dueNotice, REMINDER_DAYS } from "../core/hold-notice.ts";
import { loadHold } from "../hold-store.ts";
import { askNotice } from "./ask-notice.ts";
import { loadTold, lockCustodian } from "./store.ts";

const DAY_MS = 86_400_000;

/** Reminds who has not acknowledged a hold, and tells who has that it still stands; for the clock. @returns how many. */
export async function remindCustodians(ctx: Context): Promise<number> {
  requireSystem(ctx);
  const before = new Date(ctx.now().getTime() - REMINDER_DAYS * DAY_MS);
  let reminded = 0;
  for (const { id, holdId } of await inTransaction(ctx, (ctx) => loadTold(ctx, before)))
    await inTransaction(ctx, async (ctx) => {
      // In the order everybody takes them: who releases the hold has it locked.
      const { releasedAt } = await loadHold(ctx, holdId, true);
      const custodian = await lockCustodian(ctx, id);
      const due = dueNotice(custodian, ctx.now());
      if (releasedAt || !due) return;
      await askNotice(ctx, custodian, due);
      reminded++;
    });
  return reminded;
}
