import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { takesPhone } from "#lib/envelopes/core/checks.ts";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { isPhoneNumber, phoneNumber } from "#lib/envelopes/core/phone-number.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import { isOut } from "#lib/envelopes/core/routing.ts";
import { undrawableNames } from "#lib/envelopes/undrawable-names.ts";
import { DEFAULT_DELEGATION, mayDelegate } from "#lib/identity/core/delegation.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { type RecipientId, uuidV7 } from "#lib/ids.ts";
import { checksOf } from "./checks/current-step.ts";
import { raisedNow } from "./checks/raise-at-finish.ts";
import { requireTurn } from "./core/finish.ts";
import { signingError } from "./errors.ts";
import {
  ceremonyOf,
  changeRecipient,
  endTokens,
  handFieldsOn,
  loadCeremony,
  loadSettings,
  partOf,
  saveRecipient,
} from "./store.ts";

const Input = z.object({
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  email: typedLine(254).transform((address) => address.toLowerCase()),
  /** Where a text message goes, when the sender asked for a code by text message. */
  phone: typedLine(40).transform(phoneNumber).default(""),
  reason: typedText(500),
});

const isInPerson = ({ actor }: Context): boolean =>
  actor.kind === "recipient" && actor.inPerson !== undefined;

/**
 * Hands what somebody was asked to do on to another person. The old link dies; the new person gets one of their own,
 * shows who they are in the way the sender asked for, and begins anew. Both stay on record.
 *
 * @throws signing/delegation-off, delegation-attests, delegation-in-person, delegate-address-known, delegation-outside, delegation-self, delegation-needs-sender, delegate-name-missing,
 *   delegate-name-not-drawable, delegate-address-wrong, delegate-phone-wrong, reason-missing, and what requireTurn throws
 */
export async function delegate(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { name, email, phone, reason } = Input.parse(input);
  if (name === "") throw signingError("delegate-name-missing", "no name given");
  if (!isEmailAddress(email)) throw signingError("delegate-address-wrong", "no mail address");
  if (reason === "") throw signingError("reason-missing", "no reason given");

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    const { recipient, fields } = ceremony;
    // What a witness saw, and an office, are nobody else's.
    if (attests(recipient.role)) throw signingError("delegation-attests", `a ${recipient.role}`);
    // Somebody who is there, before a host: a link by mail would undo that.
    if (isInPerson(ctx) || recipient.hostId)
      throw signingError("delegation-in-person", `recipient ${recipientId}`);
    const rule = (await loadSettings(ctx)).settings.delegation ?? DEFAULT_DELEGATION;
    if (rule === "nobody") throw signingError("delegation-off", "switched off");
    if (email === recipient.email.toLowerCase()) throw signingError("delegation-self", "to themselves");
    // One address is one person: nobody signs twice under two names.
    if (loaded.recipients.some((other) => !isOut(other) && other.email.toLowerCase() === email))
      throw signingError("delegate-address-known", "somebody here has that address");
    if (!mayDelegate(rule, recipient.email, email)) throw signingError("delegation-outside", "other domain");
    if (undrawableNames(ctx, [{ id: recipientId, role: recipient.role, name }]).length > 0)
      throw signingError("delegate-name-not-drawable", "characters no font has");
    const asked = checksOf(recipient);
    const needsPhone = takesPhone(asked);
    if (asked.includes("access-code"))
      throw signingError("delegation-needs-sender", "the sender told the code to one person");
    if (needsPhone && !isPhoneNumber(phone)) throw signingError("delegate-phone-wrong", "no number");

    const at = ctx.now();
    const id = uuidV7(at.getTime(), ctx.runtime.random(10)) as RecipientId;
    const { organizationId, order, role, check, firstRevision } = recipient;
    const person = { id, role, email, check, phone: needsPhone ? phone : "" };
    // What was asked of the first is asked of the second, and what rules ask of somebody with another address.
    const raised = await raisedNow(
      ctx,
      loaded,
      { ...person, furtherChecks: recipient.furtherChecks },
      "send",
    );
    const furtherChecks = raised?.furtherChecks ?? recipient.furtherChecks;
    const last = Math.max(...loaded.recipients.map(({ position }) => position));
    await saveRecipient(ctx, {
      ...{
        organizationId,
        id,
        envelopeId,
        position: last + 1,
        order,
        role,
        name,
        email,
        check,
        firstRevision,
      },
      ...{ phone: person.phone, furtherChecks },
      // For whom one acts, in what time and by which documents belongs to the part.
      ...partOf(recipient),
      ...{ state: "notified", notifiedAt: at, delegatedFrom: recipientId },
    });
    const fieldsSha256 = await handFieldsOn(ctx, recipientId, id);
    await changeRecipient(ctx, recipientId, { state: "delegated" });
    await endTokens(ctx, [recipientId], at);
    await appendEvent(ctx, {
      type: "recipient.delegated",
      envelopeId,
      data: {
        ...{ recipient: recipientId, to: id, name: personal(name), email: personal(email) },
        ...{ check, phone: needsPhone ? personal(phone) : undefined },
        fields: fields.map((field) => field.id),
        fieldsSha256,
        reason: personal(reason),
      },
    });
    if (raised) await appendEvent(ctx, { type: "authentication.raised", envelopeId, data: raised.data });
    await appendEvent(ctx, { type: "recipient.invited", envelopeId, data: { recipient: id } });
  });
}
