import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeView, getEnvelope } from "#lib/envelopes/get-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { loadOwner } from "./access-store.ts";
import { isFirstAccess, requireReason } from "./require-reason.ts";

/**
 * An envelope for its page. That somebody looks who did not send it is an event of its trail, once an hour for each
 * of them, with a reason where the organization asks for one.
 *
 * @throws evidence/reason-required, not-found; authorize/not-allowed
 */
export async function openEnvelope(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<EnvelopeView> {
  const member = requirePermission(ctx, "envelope.read");
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const owned = await loadOwner(ctx, envelopeId);
    if (owned.ownerId === member.memberId) return;
    requireOwn(member, owned, "envelope.read-all");
    // Whom its sender let in needs no reason of their own; that they looked is on record all the same.
    const isShared = [...owned.readerIds, ...owned.helperIds].includes(member.memberId);
    if (!isShared) await requireReason(ctx, "foreign-envelope", envelopeId);
    const access = { memberId: member.memberId, purpose: "foreign-envelope", envelopeId } as const;
    if (await isFirstAccess(ctx, access))
      await appendEvent(ctx, { type: "envelope.opened", envelopeId, data: {} });
  });
  return getEnvelope(ctx, input);
}
