import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { changeEnvelope, changeRecipient, loadRecipients, lockChangeable } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** From now. */
  days: z.number().int().min(1).max(365),
});

const DAY_MS = 86_400_000;

/**
 * Gives more time for signing, also when the time was over: then whoever was asked already gets a new link. Less time is
 * given by a correction, which people are told of.
 *
 * @throws envelopes/not-under-way, held, no-more-time where there is that much time already
 */
export async function extendEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, days } = Input.parse(input);

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    const wasOver = envelope.state === "expired";
    if ((envelope.state !== "sent" && !wasOver) || envelope.purgedAt)
      throw envelopesError("not-under-way", `envelope is ${envelope.state}`);
    const now = ctx.now();
    const expiresAt = new Date(now.getTime() + days * DAY_MS);
    if (!wasOver && envelope.expiresAt && expiresAt <= envelope.expiresAt)
      throw envelopesError("no-more-time", `open until ${envelope.expiresAt.toISOString()}`);
    await changeEnvelope(ctx, envelopeId, { state: "sent", endedAt: null, filedAwayAt: null, expiresAt });
    await appendEvent(ctx, {
      type: "envelope.extended",
      envelopeId,
      data: { from: envelope.expiresAt?.toISOString() ?? null, to: expiresAt.toISOString(), wasOver },
    });
    if (!wasOver) return;
    for (const { id, state, lapsedAt } of await loadRecipients(ctx, envelopeId)) {
      if (lapsedAt) continue;
      if (state !== "notified" && state !== "viewed" && state !== "consented") continue;
      await changeRecipient(ctx, id, { remindedAt: now, reminderHeldAt: null });
      await appendEvent(ctx, { type: "recipient.reminded", envelopeId, data: { recipient: id } });
    }
  });
}
