import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { changeEnvelope, endTokens, listExpired, loadRecipients, lockEnvelope } from "./store.ts";

/** Ends what was not signed in time; each envelope in a transaction of its own. */
export async function expireEnvelopes(ctx: Context): Promise<number> {
  requireSystem(ctx);
  const due = await inTransaction(ctx, listExpired);
  for (const envelopeId of due) {
    await inTransaction(ctx, async (ctx) => {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const isStillDue =
        envelope.state === "sent" && envelope.expiresAt !== null && envelope.expiresAt < ctx.now();
      if (!isStillDue) return;
      await changeEnvelope(ctx, envelopeId, { state: "expired", endedAt: ctx.now(), waitingFor: null });
      await endTokens(
        ctx,
        (await loadRecipients(ctx, envelopeId)).map(({ id }) => id),
      );
      await appendEvent(ctx, { type: "envelope.expired", envelopeId, data: {} });
    });
  }
  return due.length;
}
