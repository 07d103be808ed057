import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { isAwaited } from "./core/routing.ts";
import { changeEnvelope, endTokens, listExpired, loadRecipients, lockEnvelope } from "./store.ts";

/**
 * Ends what was not signed in time; each envelope in a transaction of its own. Where everybody has pressed in time and a
 * signature is still being made, nothing is late.
 */
export async function expireEnvelopes(ctx: Context): Promise<number> {
  requireSystem(ctx);
  let count = 0;
  let after: EnvelopeId | null = null;
  for (;;) {
    const due: EnvelopeId[] = await inTransaction(ctx, (ctx) => listExpired(ctx, after));
    for (const envelopeId of due) if (await inTransaction(ctx, (ctx) => expire(ctx, envelopeId))) count += 1;
    after = due.at(-1) ?? null;
    if (after === null) return count;
  }
}

/** @returns whether it was still due. */
async function expire(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  const { state, expiresAt, signatureKind } = await lockEnvelope(ctx, envelopeId);
  if (state !== "sent" || expiresAt === null || expiresAt >= ctx.now()) return false;
  const recipients = await loadRecipients(ctx, envelopeId);
  const people = recipients.map((one) => ({ ...one, isSigned: one.signedAt !== null }));
  if (!isAwaited(people, signatureKind)) return false;
  await changeEnvelope(ctx, envelopeId, { state: "expired", endedAt: ctx.now(), waitingFor: null });
  await endTokens(
    ctx,
    recipients.map(({ id }) => id),
  );
  await appendEvent(ctx, { type: "envelope.expired", envelopeId, data: {} });
  return true;
}
