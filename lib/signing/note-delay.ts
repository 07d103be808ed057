import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { changeEnvelope, findDelay, loadCeremony } from "./store.ts";

/** Lets everybody see that work on an envelope waits, and for what; null when it goes on. */
export async function noteDelay(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId; readonly waitingFor: string | null },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId, waitingFor } = input;
  await inTransaction(ctx, async (ctx) => {
    // Nearly always nothing waited: then the envelope is not kept from anybody.
    if (waitingFor === null && (await findDelay(ctx, envelopeId)) === null) return;
    const { envelope } = await loadCeremony(ctx, envelopeId, true);
    if (envelope.waitingFor === waitingFor) return;
    await changeEnvelope(ctx, envelopeId, { waitingFor, waitingSince: waitingFor ? ctx.now() : null });
    await appendEvent(ctx, {
      type: waitingFor ? "envelope.delayed" : "envelope.resumed",
      envelopeId,
      data: { for: waitingFor ?? envelope.waitingFor },
    });
  });
}
