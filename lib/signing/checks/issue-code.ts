import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { CODE_LIMITS, codeHash, newCode } from "../core/one-time-code.ts";
import { type CheckRow, changeCheck, lockCheck } from "./store.ts";

export interface Challenge {
  readonly envelopeId: EnvelopeId;
  readonly recipientId: RecipientId;
  readonly challengeId: string;
}

/**
 * Makes the code for what somebody asked, and says which way it goes: only its hash is kept.
 *
 * @returns null where another was asked for since, it was sent already, or it is too late.
 */
export async function issueCode(
  ctx: Context,
  { recipientId, challengeId }: Pick<Challenge, "recipientId" | "challengeId">,
): Promise<{ readonly code: string; readonly method: NonNullable<CheckRow["method"]> } | null> {
  requireSystem(ctx);
  const { runtime } = ctx;
  return inTransaction(ctx, async (ctx) => {
    const row = await lockCheck(ctx, recipientId);
    const at = ctx.now();
    const isLate = !row.requestedAt || at.getTime() - row.requestedAt.getTime() > CODE_LIMITS.lifeMs;
    const { method } = row;
    if (row.challengeId !== challengeId || !method || row.sentAt || row.failure || isLate) return null;
    const code = newCode(runtime.random(8));
    await changeCheck(ctx, recipientId, {
      codeHash: codeHash(runtime.config.authSecret, challengeId, code),
      expiresAt: new Date(at.getTime() + CODE_LIMITS.lifeMs),
    });
    return { code, method };
  });
}

/** Records what became of a code on its way. @param failure why it could not be sent, as a code; null when it was. */
export async function settleCode(
  ctx: Context,
  { envelopeId, recipientId, challengeId }: Challenge,
  outcome: { readonly failure: string | null; readonly via: string },
): Promise<void> {
  requireSystem(ctx);
  const { failure, via } = outcome;
  await inTransaction(ctx, async (ctx) => {
    const row = await lockCheck(ctx, recipientId);
    if (row.challengeId !== challengeId) return;
    const change = failure ? { failure, codeHash: null } : { sentAt: ctx.now() };
    await changeCheck(ctx, recipientId, change);
    await appendEvent(ctx, {
      type: failure ? "code.refused" : "code.sent",
      envelopeId,
      data: { recipient: recipientId, challenge: challengeId, via, reason: failure ?? undefined },
    });
  });
}
