import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { undrawableNames } from "#lib/envelopes/undrawable-names.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { RecipientId } from "#lib/ids.ts";
import { raisedNow } from "./checks/raise-at-finish.ts";
import { toBeNamedBy } from "./core/alternatives.ts";
import { requireConsent, requireTurn } from "./core/finish.ts";
import { signingError } from "./errors.ts";
import {
  ceremonyOf,
  changeRecipient,
  type LoadedCeremony,
  loadCeremony,
  type RecipientRow,
} from "./store.ts";

const Input = z.object({
  personId: z.uuid().transform((id) => id as RecipientId),
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  email: typedLine(254).transform((address) => address.toLowerCase()),
});

/**
 * Says who acts next, where the sender left that to whoever acts before. It can be said again until that person is
 * asked, and every saying is on record.
 *
 * @throws signing/next-not-yours, next-name-missing, next-name-not-drawable, next-address-wrong, next-address-known, and
 *   what requireTurn and requireConsent throw
 */
export async function nameNext(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { personId, name, email } = Input.parse(input);
  if (name === "") throw signingError("next-name-missing", "no name given");
  if (!isEmailAddress(email)) throw signingError("next-address-wrong", "no mail address");

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    requireConsent(ceremony);
    const person = toBeNamedBy(ceremony.recipient, loaded.recipients).find(({ id }) => id === personId);
    if (!person) throw signingError("next-not-yours", `recipient ${personId}`);
    // One address is one person: nobody signs twice under two names, and nobody names themselves.
    if (loaded.recipients.some((other) => other.email.toLowerCase() === email && other.id !== personId))
      throw signingError("next-address-known", "somebody here has that address");
    if (undrawableNames(ctx, [{ ...person, name }]).length > 0)
      throw signingError("next-name-not-drawable", "characters no font has");
    if (person.name === name && person.email === email) return;
    const raised = await raisedNow(ctx, loaded, { ...person, email }, "send");
    const furtherChecks = raised?.furtherChecks ?? person.furtherChecks;
    await changeRecipient(ctx, personId, { name, email, furtherChecks });
    await appendEvent(ctx, {
      type: "recipient.named",
      envelopeId,
      data: { recipient: recipientId, person: personId, name: personal(name), email: personal(email) },
    });
    if (raised) await appendEvent(ctx, { type: "authentication.raised", envelopeId, data: raised.data });
  });
}

/** @throws signing/next-not-named while somebody this person names has no name. Part of a verb. */
export function requireNamed({ recipients }: LoadedCeremony, recipient: RecipientRow): void {
  const open = toBeNamedBy(recipient, recipients).filter(({ email }) => email === "");
  if (open.length > 0) throw signingError("next-not-named", `${open.length} to be named`);
}
