import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { changeEnvelope, type EnvelopeRow, endTokens, loadRecipients, lockChangeable } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  reason: typedText(500),
});

/** How long who finished before can still read what they signed. */
export const READABLE_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Stops an envelope that is under way. The links of those who have not finished die; who has may read what they signed
 * for a while longer, marked VOID. Everybody who was told of it is told of this too.
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
    await withdraw(ctx, envelope, reason);
  });
}

/** The same, its row locked. Part of a verb. @param replacedBy the draft that takes its place. */
export async function withdraw(
  ctx: Context,
  { id: envelopeId, state }: EnvelopeRow,
  reason: string,
  replacedBy?: EnvelopeId,
): Promise<void> {
  if (state !== "sent") throw envelopesError("not-under-way", `envelope is ${state}`);
  await changeEnvelope(ctx, envelopeId, {
    state: "voided",
    endedAt: ctx.now(),
    endReason: reason,
    waitingFor: null,
  });
  const recipients = await loadRecipients(ctx, envelopeId);
  const idsOf = (isFinished: boolean) =>
    recipients.filter((one) => (one.state === "finished") === isFinished).map(({ id }) => id);
  await endTokens(ctx, idsOf(false));
  await endTokens(ctx, idsOf(true), new Date(ctx.now().getTime() + READABLE_DAYS * DAY_MS));
  const data = { reason: personal(reason), replacedBy };
  await appendEvent(ctx, { type: "envelope.voided", envelopeId, data });
}
