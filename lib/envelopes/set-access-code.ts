import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { accessCode } from "./core/access-code.ts";
import { envelopesError } from "./errors.ts";
import { loadRecipients, lockEnvelope, saveAccessCode } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
  code: typedLine(64),
});

/**
 * Sets the code a person is asked for, which the sender tells them by another way; it is never mailed, and can be
 * replaced as long as the envelope is under way.
 *
 * @throws envelopes/access-code-weak, recipient-not-found, not-under-way
 */
export async function setAccessCode(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId, code } = Input.parse(input);
  const wanted = accessCode(code);
  if (!wanted) throw envelopesError("access-code-weak", "too short or too simple");
  const codeHash = await hashPassword(wanted);

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft" && envelope.state !== "sent")
      throw envelopesError("not-under-way", `envelope is ${envelope.state}`);
    const known = await loadRecipients(ctx, envelopeId);
    if (!known.some(({ id }) => id === recipientId))
      throw envelopesError("recipient-not-found", `recipient ${recipientId}`);
    const { organizationId } = ctx;
    const setBy = member.memberId;
    await saveAccessCode(ctx, { organizationId, recipientId, codeHash, setAt: ctx.now(), setBy });
    await appendEvent(ctx, { type: "access-code.set", envelopeId, data: { recipient: recipientId } });
  });
}
