import { type DraftRecipient, ENVELOPE_LIMITS } from "../draft.ts";
import type { TemplateContent } from "./template-content.ts";

/** Whoever tries a template: they are everybody in it. */
export interface Trier {
  readonly name: string;
  readonly email: string;
}

/**
 * A template as its maker tries it: every role is theirs and comes to their mailbox. What belongs to the real workspace
 * stays there: its class, who is in the room, whom signatures are sent to, and how others show who they are.
 */
export function forTrial({ draft, documents }: TemplateContent, trier: Trier): TemplateContent {
  const { signatureKind: _, signatureProviderId: __, ...rest } = draft;
  return { documents, draft: { ...rest, recipients: draft.recipients.map(asTrier(trier)) } };
}

const asTrier =
  ({ name, email }: Trier) =>
  (role: DraftRecipient): DraftRecipient => {
    const { hostId: _, isGivenLink: __, isCheckLocked: ___, roleName = "", ...rest } = role;
    const called = roleName === "" ? name : `${name} (${roleName})`;
    return {
      ...rest,
      ...(roleName === "" ? {} : { roleName }),
      name: called.slice(0, ENVELOPE_LIMITS.nameLength),
      ...{ email, phone: "", check: "none", namedBy: "" },
    };
  };
