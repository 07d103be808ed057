import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { changeRecipient, loadRecipients, lockChangeable } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
  /** From now. */
  days: z.number().int().min(1).max(365),
});

const DAY_MS = 86_400_000;

/**
 * Gives one person more time of their own, also when it was over: then they get a new link. The envelope's own time stays
 * what it is.
 *
 * @throws envelopes/not-under-way, held, recipient-not-found, not-their-turn, no-own-time where only the envelope's time
 *   counts, no-more-time where there is that much already
 */
export async function giveMoreTime(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId, days } = Input.parse(input);

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "sent") throw envelopesError("not-under-way", `envelope is ${envelope.state}`);
    const person = (await loadRecipients(ctx, envelopeId)).find(({ id }) => id === recipientId);
    if (!person) throw envelopesError("recipient-not-found", `recipient ${recipientId}`);
    if (!["notified", "viewed", "consented"].includes(person.state))
      throw envelopesError("not-their-turn", `recipient is ${person.state}`);
    if (!person.dueAt) throw envelopesError("no-own-time", `recipient ${recipientId}`);
    const now = ctx.now();
    const dueAt = new Date(now.getTime() + days * DAY_MS);
    const wasOver = person.lapsedAt !== null;
    if (!wasOver && dueAt <= person.dueAt)
      throw envelopesError("no-more-time", `open until ${person.dueAt.toISOString()}`);
    const again = wasOver ? { remindedAt: now, reminderHeldAt: null } : {};
    await changeRecipient(ctx, recipientId, { dueAt, lapsedAt: null, ...again });
    await appendEvent(ctx, {
      type: "recipient.extended",
      envelopeId,
      data: { recipient: recipientId, from: person.dueAt.toISOString(), to: dueAt.toISOString(), wasOver },
    });
    if (wasOver)
      await appendEvent(ctx, { type: "recipient.reminded", envelopeId, data: { recipient: recipientId } });
  });
}
