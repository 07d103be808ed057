import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { requestDisputeFile } from "#lib/evidence/disputes/request-dispute-file.ts";
import type { DisputeId, EnvelopeId } from "#lib/ids.ts";
import { placeHold } from "./place-hold.ts";

type Order = Parameters<typeof requestDisputeFile>[1];

/**
 * Asks for the file on a contested signature and, where wanted, holds the envelope: both or neither.
 *
 * @throws as `requestDisputeFile` and `placeHold` do
 */
export async function openDispute(
  ctx: Context,
  input: Order & { readonly isHeld: boolean },
): Promise<DisputeId> {
  requirePermission(ctx, "evidence.download");
  const { isHeld, ...order } = input;
  if (isHeld) requirePermission(ctx, "hold.manage");
  return inTransaction(ctx, async (ctx) => {
    const id = await requestDisputeFile(ctx, order);
    if (!isHeld) return id;
    const { shortId, recipients } = await getEnvelope(ctx, { envelopeId: order.envelopeId as EnvelopeId });
    const name = recipients.find((one) => one.id === order.recipientId)?.name ?? "";
    const subject = `Disputed signature of ${name}`.slice(0, 200);
    const matter = order.matter?.trim() || subject;
    await placeHold(ctx, {
      matter,
      reason: order.reason?.trim() || subject,
      scope: "envelope",
      query: shortId,
    });
    return id;
  });
}
