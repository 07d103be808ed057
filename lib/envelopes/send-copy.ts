import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { ENVELOPE_LIMITS } from "./core/draft.ts";
import { RECIPIENT_LANGUAGES } from "./core/languages.ts";
import { envelopesError } from "./errors.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { loadRecipients, lockEnvelope, saveRecipient } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  email: typedLine(254),
  language: z.enum(RECIPIENT_LANGUAGES).default(""),
  message: typedText(ENVELOPE_LIMITS.messageLength).default(""),
});

/** People an envelope can have been copied to once it was over. */
const MOST_COPIES = 200;
const RATE = { tries: 60, windowSeconds: 3_600 };

/**
 * Mails a link to the finished documents to one more address; to one that has a copy already, once more.
 *
 * @throws envelopes/not-completed, destroyed, person-name-missing, person-email-wrong, too-many-copies
 */
export async function sendCopy(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, name, email, language, message } = Input.parse(input);
  if (name === "") throw envelopesError("person-name-missing", "no name given");
  if (!isEmailAddress(email)) throw envelopesError("person-email-wrong", "no mail address");
  await limitRate(ctx.runtime, `copy:${member.memberId}`, RATE);

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.purgedAt) throw envelopesError("destroyed", `envelope ${envelopeId}`);
    if (envelope.state !== "completed")
      throw envelopesError("not-completed", `envelope is ${envelope.state}`);
    const people = await loadRecipients(ctx, envelopeId);
    const copies = people.filter(({ role }) => role === "copy");
    if (copies.length >= MOST_COPIES) throw envelopesError("too-many-copies", `${copies.length} copies`);
    const known = copies.find((copy) => copy.email.toLowerCase() === email.toLowerCase());
    const at = ctx.now();
    const id = known?.id ?? (uuidV7(at.getTime(), ctx.runtime.random(10)) as RecipientId);
    if (!known)
      await saveRecipient(ctx, {
        ...{
          organizationId: ctx.organizationId,
          id,
          envelopeId,
          role: "copy" as const,
          name,
          email,
          language,
        },
        order: Math.max(...people.map(({ order }) => order)),
        position: Math.max(...people.map(({ position }) => position)) + 1,
        notifiedAt: at,
      });
    await indexNow(ctx, [envelopeId]);
    await appendEvent(ctx, {
      type: "recipient.copied",
      envelopeId,
      data: {
        ...{ recipient: id, name: personal(name), email: personal(email) },
        message: message === "" ? undefined : personal(message),
      },
    });
  });
}
