import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission, withoutReaders } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, FieldId } from "#lib/ids.ts";
import { signingError } from "./errors.ts";
import { openValue } from "./sealed-values.ts";
import { loadCeremony, loadSealed } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  fieldId: z.uuid().transform((id) => id as FieldId),
  /** Why it is looked at; whoever it is about may be told. */
  reason: typedLine(300),
});

/**
 * Shows a sensitive answer to whoever may see it, for a reason that is on record before it is shown.
 *
 * @throws signing/reason-missing, not-found; authorize/not-allowed
 */
export async function revealAnswer(ctx: Context, input: z.input<typeof Input>): Promise<{ value: string }> {
  const member = requirePermission(ctx, "answer.reveal");
  const { envelopeId, fieldId, reason } = Input.parse(input);
  if (reason === "") throw signingError("reason-missing", "a sensitive answer is shown for a reason");

  const kept = await inTransaction(ctx, async (ctx) => {
    const { envelope, fields } = await loadCeremony(ctx, envelopeId, true);
    // With whom it is shared to read sees that there is an answer, not what it is.
    requireOwn(member, withoutReaders(envelope), "envelope.read-all");
    const field = fields.find(({ id }) => id === fieldId);
    const kept =
      field && envelope.purgedAt === null ? (await loadSealed(ctx, envelopeId)).get(fieldId) : null;
    if (!kept || !field) throw signingError("not-found", `a sensitive answer in field ${fieldId}`);
    await appendEvent(ctx, {
      type: "field.revealed",
      envelopeId,
      data: { recipient: field.recipientId, field: fieldId, reason: personal(reason) },
    });
    return kept;
  });
  return { value: await openValue(ctx, kept) };
}
