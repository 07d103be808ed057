import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { changeEnvelope, endTokens, loadRecipients, lockChangeable } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  reason: typedText(500),
});

/**
 * Stops an envelope that is under way. Every link dies; everybody who was told of it is told of this too.
 *
 * @throws envelopes/reason-missing, not-under-way
 */
export async function voidEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, reason } = Input.parse(input);
  if (reason === "") throw envelopesError("reason-missing", "no reason given");

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "sent") throw envelopesError("not-under-way", `envelope is ${envelope.state}`);

    await changeEnvelope(ctx, envelopeId, {
      state: "voided",
      endedAt: ctx.now(),
      endReason: reason,
      waitingFor: null,
    });
    await endTokens(
      ctx,
      (await loadRecipients(ctx, envelopeId)).map(({ id }) => id),
    );
    await appendEvent(ctx, { type: "envelope.voided", envelopeId, data: { reason: personal(reason) } });
  });
}
