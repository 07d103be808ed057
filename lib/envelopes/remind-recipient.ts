import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { deliveryOf, isNoAddress } from "./core/delivery-state.ts";
import { envelopesError } from "./errors.ts";
import { changeRecipient, loadRecipients, lockEnvelope } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
});

const PAUSE_MS = 60_000;

/**
 * Mails a fresh link to somebody whose turn it is.
 *
 * @throws envelopes/not-their-turn, own-time-over, reminded-just-now, address-came-back where there is no such mailbox
 */
export async function remindRecipient(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId } = Input.parse(input);

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "sent") throw envelopesError("not-under-way", `envelope is ${envelope.state}`);
    const recipient = (await loadRecipients(ctx, envelopeId)).find(({ id }) => id === recipientId);
    if (!recipient) throw envelopesError("recipient-not-found", `recipient ${recipientId}`);
    if (!["notified", "viewed", "consented"].includes(recipient.state))
      throw envelopesError("not-their-turn", `recipient is ${recipient.state}`);
    if (recipient.lapsedAt) throw envelopesError("own-time-over", `recipient ${recipientId}`);
    const last = recipient.remindedAt ?? recipient.notifiedAt;
    if (last && ctx.now().getTime() - last.getTime() < PAUSE_MS)
      throw envelopesError("reminded-just-now", `last mail at ${last.toISOString()}`);

    const { entries } = await readChain(ctx, envelopeId);
    if (isNoAddress(deliveryOf(entries, recipientId)))
      throw envelopesError("address-came-back", `recipient ${recipientId}`);

    await changeRecipient(ctx, recipientId, { remindedAt: ctx.now(), reminderHeldAt: null });
    await appendEvent(ctx, { type: "recipient.reminded", envelopeId, data: { recipient: recipientId } });
  });
}
