import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeView, getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { noteOpening } from "#lib/envelopes/note-opening.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { loadOwner } from "./store.ts";

/**
 * An envelope for its page. That somebody looks who did not send it is an event of its trail, once an hour for each
 * of them, with a reason where the organization asks for one.
 *
 * @throws identity/reason-required; evidence/not-found; authorize/not-allowed
 */
export async function openEnvelope(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<EnvelopeView> {
  const member = requirePermission(ctx, "envelope.read");
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const owned = await loadOwner(ctx, envelopeId);
    await noteOpening(ctx, member, { ...owned, id: envelopeId });
  });
  return getEnvelope(ctx, input);
}
