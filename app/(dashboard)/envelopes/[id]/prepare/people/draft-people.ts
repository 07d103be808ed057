import type { DraftContent, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { type RecipientRole, signs } from "#lib/envelopes/core/roles.ts";
import { uuidV7 } from "#lib/ids.ts";

/** A new id, made here so that what is placed on a page can name it before anything is saved. */
export const newId = (): string => uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));

export const newPerson = (person: Partial<DraftRecipient> = {}): DraftRecipient => ({
  ...{ id: newId(), role: "signer", name: "", email: "", check: "none", phone: "", language: "" },
  ...{ meaning: "", turn: 1, alternativeTo: "", namedBy: "", onlyIf: null },
  ...person,
});

export const withPerson = (
  content: DraftContent,
  id: string,
  change: Partial<DraftRecipient>,
): DraftContent => ({
  ...content,
  recipients: content.recipients.map((person) => (person.id === id ? { ...person, ...change } : person)),
});

/** As `withPerson`. Whoever acts instead of somebody else has that person's fields, and none of their own. */
export function withPlace(content: DraftContent, id: string, change: Partial<DraftRecipient>): DraftContent {
  const changed = withPerson(content, id, change);
  return change.alternativeTo ? withoutFieldsOf(withPerson(changed, id, { onlyIf: null }), id) : changed;
}

/** Only signers have fields: those of whoever signs no longer go too. Nobody acts instead of who does something else. */
export function withRole(content: DraftContent, id: string, role: RecipientRole): DraftContent {
  const changed = withoutTies(withPerson(content, id, { role, alternativeTo: "" }), id, role === "copy");
  return signs(role) ? changed : withoutFieldsOf(changed, id);
}

export const withoutPerson = (content: DraftContent, id: string): DraftContent => ({
  ...withoutFieldsOf(content, id),
  recipients: withoutTies(content, id, true).recipients.filter((person) => person.id !== id),
});

/** Nobody acts instead of this person any more, and nobody is named by them where they name nobody. */
const withoutTies = (content: DraftContent, id: string, namesNobody: boolean): DraftContent => ({
  ...content,
  recipients: content.recipients.map((person) => ({
    ...person,
    alternativeTo: person.alternativeTo === id ? "" : person.alternativeTo,
    namedBy: namesNobody && person.namedBy === id ? "" : person.namedBy,
  })),
});

const withoutFieldsOf = (content: DraftContent, id: string): DraftContent => ({
  ...content,
  fields: content.fields.filter(({ recipientId }) => recipientId !== id),
});

/** The person put at another place in the order; the others keep theirs. */
export function movedTo(content: DraftContent, id: string, place: number): DraftContent {
  const person = content.recipients.find((candidate) => candidate.id === id);
  if (!person) return content;
  const others = content.recipients.filter((candidate) => candidate.id !== id);
  const at = Math.min(Math.max(place, 0), others.length);
  if (content.recipients[at]?.id === id) return content;
  return { ...content, recipients: others.toSpliced(at, 0, person) };
}

/** Those who share an address with somebody else. */
export function sharedAddresses(recipients: readonly DraftRecipient[]): ReadonlySet<string> {
  const addresses = recipients.map(({ email }) => email.trim().toLowerCase()).filter((email) => email !== "");
  return new Set(addresses.filter((email, index) => addresses.indexOf(email) !== index));
}
