import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { recordAct } from "./record-act.ts";

const Input = z.object({ contact: typedText(500) });
const CHANGES = { tries: 10, windowSeconds: 86_400 };

/**
 * Records how a person wants to be reached from now on, and has the sender told. The address they are identified by in
 * this envelope stays as it is: whoever holds the link could otherwise take it over.
 *
 * @see 15 USC 7001(c)(1)(B)(iii) @throws signing/contact-missing
 */
export async function changeContact(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { contact } = Input.parse(input);
  if (contact === "") throw signingError("contact-missing", "nothing given");
  await limitRate(ctx.runtime, `contact:${recipientId}`, CHANGES);

  await inTransaction(ctx, async (ctx) => {
    const { recipient } = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    const event = await appendEvent(ctx, {
      type: "contact.changed",
      envelopeId,
      data: { recipient: recipientId, contact: personal(contact) },
    });
    await recordAct(ctx, recipient, { kind: "contact-changed", detail: contact }, event);
  });
}
