import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { retentionError } from "./errors.ts";
import { changeHold, loadHeld, loadHold, loadHoldsOver } from "./hold-store.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";

const Input = z.object({ holdId: z.uuid(), reason: typedText(1000) });

/**
 * Releases a hold. What another one covers stays held; what is due is queued again and let through anew.
 *
 * @throws retention/not-found, hold-released, reason-missing
 */
export async function releaseHold(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "hold.manage");
  const { holdId, reason } = Input.parse(input);
  if (reason === "") throw retentionError("reason-missing", "no reason");
  await inTransaction(ctx, async (ctx) => {
    const hold = await loadHold(ctx, holdId, true);
    if (hold.releasedAt) throw retentionError("hold-released", `hold ${holdId}`);
    const released = { releasedBy: member.memberId, releasedAt: ctx.now(), releaseReason: reason };
    await changeHold(ctx, holdId, released);
    const held = await loadHeld(ctx, holdId);
    for (const envelopeId of held) {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const others = await loadHoldsOver(ctx, envelopeId);
      if (others.length === 0 && envelope.heldSince)
        await changeEnvelope(ctx, envelopeId, { heldSince: null });
      const data = { hold: holdId, others: others.length };
      await appendEvent(ctx, { type: "envelope.freed", envelopeId, data });
    }
    const data = { hold: holdId, envelopes: held.length, reason: personal(reason) };
    await appendEvent(ctx, { type: "legal-hold.released", envelopeId: null, data });
  });
}
