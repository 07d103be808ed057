import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { requireTurn } from "./core/finish.ts";
import { signingError } from "./errors.ts";
import { ceremonyOf, changeEnvelope, changeRecipient, endTokens, loadCeremony } from "./store.ts";
import { stepBack } from "./take-on.ts";

const Input = z.object({ reason: typedText(500) });

/** Ends the envelope because somebody will not sign, unless another may instead. @throws signing/reason-missing */
export async function decline(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { reason } = Input.parse(input);
  if (reason === "") throw signingError("reason-missing", "no reason given");

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    if (await stepBack(ctx, loaded, ceremony.recipient, reason)) return;

    const at = ctx.now();
    await changeRecipient(ctx, recipientId, { state: "declined", declinedAt: at, declineReason: reason });
    await changeEnvelope(ctx, envelopeId, {
      state: "declined",
      endedAt: at,
      endReason: reason,
      waitingFor: null,
    });
    await endTokens(
      ctx,
      loaded.recipients.map(({ id }) => id),
      at,
    );
    await appendEvent(ctx, {
      type: "recipient.declined",
      envelopeId,
      data: { recipient: recipientId, reason: personal(reason) },
    });
  });
}
