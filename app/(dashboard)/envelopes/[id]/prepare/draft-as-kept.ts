import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import { withoutEmpty } from "#lib/envelopes/core/merge-drafts.ts";
import { phoneNumber } from "#lib/envelopes/core/phone-number.ts";

/** What was typed, as the server takes it. */
export const asEntered = (content: DraftContent): DraftContent => ({
  ...content,
  title: content.title.trim(),
  message: content.message.trim(),
  recipients: content.recipients.map((person) => ({
    ...person,
    name: person.name.trim(),
    email: person.email.trim().toLowerCase(),
    phone: phoneNumber(person.phone.trim()),
    ...(person.note === undefined ? {} : { note: person.note.trim() }),
    ...(person.onBehalfOf === undefined ? {} : { onBehalfOf: person.onBehalfOf.trim() }),
  })),
  fields: content.fields.map((field) => ({ ...field, settings: trimmed(field.settings) })),
});

function trimmed(settings: FieldSettings): FieldSettings {
  const entries = Object.entries(settings).map(([key, value]) => {
    if (Array.isArray(value)) return [key, value.map((one) => one.trim())];
    return [key, typeof value === "string" && key !== "pattern" ? value.trim() : value];
  });
  return Object.fromEntries(entries) as FieldSettings;
}

/** A draft as the server writes it down, to compare two of them: all there is of it, whatever will be added. */
export function asKept(content: DraftContent): string {
  const entered = asEntered(content);
  const recipients = entered.recipients.map(({ turn, roleName, hiddenDocuments, ...person }) => ({
    ...person,
    roleName: roleName?.trim(),
    // Whoever steps in for somebody is shown what that person is, whatever is said of them.
    ...(hiddenDocuments?.length && person.alternativeTo === "" ? { hiddenDocuments } : {}),
    ...(entered.order === "mixed" ? { turn } : {}),
  }));
  const fields = entered.fields
    .map((field) => ({ ...field, label: field.label.trim() }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return canonicalJson(withoutEmpty({ ...entered, recipients, fields } as unknown as Json));
}
