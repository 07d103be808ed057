import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { contractEndOf, loadEndedContracts, noteContractEnd } from "./contract-end-store.ts";
import { dayOf } from "./core/schedule.ts";
import { lockEnvelope } from "./store.ts";

const AT_ONCE = 200;

/**
 * Says of each contract once that it has ended, from the day after on: its limitation period begins, and rules that wait
 * for it run. One whose end is moved afterwards ends anew.
 *
 * @returns of how many
 */
export async function noteContractEnds(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const today = dayOf(ctx.now());
  const ended = await inTransaction(ctx, (ctx) => loadEndedContracts(ctx, today, AT_ONCE));
  let noted = 0;
  for (const envelopeId of ended)
    await inTransaction(ctx, async (ctx) => {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const end = await contractEndOf(ctx, envelopeId);
      if (envelope.purgedAt || !end?.endsOn || end.endsOn >= today || end.notedAt) return;
      await noteContractEnd(ctx, envelopeId);
      await appendEvent(ctx, { type: "contract.ended", envelopeId, data: { endsOn: end.endsOn } });
      noted++;
    });
  return noted;
}
