import { joinedLimit } from "#lib/identity/core/mark-methods.ts";
import { cutText } from "#lib/identity/core/typed-text.ts";
import { envelopesError } from "../../errors.ts";
import { type DraftContent, type DraftField, type DraftRecipient, type Order, turnsOf } from "../draft.ts";
import { SETTING_LIMITS } from "../fields/field-settings.ts";
import { isPressed, takesDefault } from "../fields/field-types.ts";
import { SIGNATURE_KINDS } from "../signature-kind.ts";
import { labelKey } from "../templates/draft-from-template.ts";
import type { TemplateContent } from "../templates/template-content.ts";

/**
 * Several templates as one: their documents one after the other, and one person for each role that goes by the same name in
 * several of them. Whose turn comes when is as in the templates; where these differ, nobody acts before any of them
 * would let them.
 *
 * @throws envelopes/form-package-roles-differ where one name is a signer here and something else there.
 */
export function combineTemplates(title: string, all: readonly TemplateContent[]): TemplateContent {
  const [first] = all as [TemplateContent, ...TemplateContent[]];
  const roles = new Map<string, { readonly role: DraftRecipient; turn: number }>();
  const idOf = new Map<string, string>();
  // What one form keeps from a role stays kept from whoever has it.
  const hidden = new Map<string, string[]>();
  for (const { draft } of all) {
    const turns = turnsOf(draft.order, draft.recipients);
    for (const role of draft.recipients) {
      const key = labelKey(role.roleName || role.id);
      const known = roles.get(key);
      if (known && known.role.role !== role.role)
        throw envelopesError("form-package-roles-differ", `role ${role.id}`);
      const turn = turns.get(role.id)!;
      const own = (known?.role ?? role).id;
      if (role.hiddenDocuments?.length)
        hidden.set(own, [...(hidden.get(own) ?? []), ...role.hiddenDocuments]);
      if (known) known.turn = Math.max(known.turn, turn);
      else roles.set(key, { role, turn });
      idOf.set(role.id, (known?.role ?? role).id);
    }
  }
  const shared = (id: string) => idOf.get(id) ?? id;
  const draft: DraftContent = {
    ...{ title, order: orderOf(all), message: all.map(({ draft }) => draft.message).find(Boolean) ?? "" },
    consentMode: all.some(({ draft }) => draft.consentMode === "consumer") ? "consumer" : "business",
    ...strictest(all.map(({ draft }) => draft)),
    asksForEveryPage: all.some(({ draft }) => draft.asksForEveryPage),
    markLimit: joinedLimit(all.map(({ draft }) => draft.markLimit)),
    expiryDays: Math.min(...all.map(({ draft }) => draft.expiryDays)),
    reminderHours: shortestOf(all.map(({ draft }) => draft.reminderHours)),
    recipients: [...roles.values()].map(({ role, turn }) => ({
      ...{ ...role, turn, alternativeTo: role.alternativeTo && shared(role.alternativeTo) },
      namedBy: role.namedBy && shared(role.namedBy),
      ...(role.witnessOf ? { witnessOf: shared(role.witnessOf) } : {}),
      ...(hidden.has(role.id) ? { hiddenDocuments: hidden.get(role.id)! } : {}),
    })) as DraftContent["recipients"],
    fields: withOwnGroups(all.map(({ draft }) => draft.fields)).map((field) => ({
      ...field,
      recipientId: shared(field.recipientId),
    })),
    rules: all.flatMap(({ draft }) => draft.rules),
  };
  return all.length === 1
    ? { ...first, draft: { ...first.draft, title } }
    : { draft, documents: all.flatMap(({ documents }) => documents) };
}

/** Who signs all of them: whoever the form asks for that asks for most. */
function strictest(drafts: readonly DraftContent[]) {
  const rank = ({ signatureKind = "here" }: DraftContent) => SIGNATURE_KINDS.indexOf(signatureKind);
  const { signatureKind, signatureProviderId } = drafts.toSorted((a, b) => rank(b) - rank(a))[0]!;
  return { signatureKind, signatureProviderId };
}

/** Groups of one name in two forms stay two questions. */
function withOwnGroups(forms: readonly (readonly DraftField[])[]): DraftField[] {
  const taken = new Set<string>();
  return forms.flatMap((fields) => {
    const own = new Set(fields.flatMap(({ settings }) => settings.group ?? []));
    const names = new Map<string, string>();
    for (const group of own) {
      let name = group;
      for (let number = 2; taken.has(name) || (name !== group && own.has(name)); number++) {
        const suffix = ` ${number}`;
        name = `${cutText(group, SETTING_LIMITS.group - suffix.length)}${suffix}`;
      }
      names.set(group, name);
    }
    for (const name of names.values()) taken.add(name);
    return fields.map((field) => {
      const { group } = field.settings;
      return group ? { ...field, settings: { ...field.settings, group: names.get(group)! } } : field;
    });
  });
}

/** The shortest interval asked for; null only where nobody wants reminders. */
function shortestOf(hours: readonly (number | null)[]): number | null {
  const asked = hours.filter((one) => one !== null);
  return asked.length > 0 ? Math.min(...asked) : null;
}

function orderOf(all: readonly TemplateContent[]): Order {
  return all.every(({ draft }) => draft.order === "parallel") ? "parallel" : "mixed";
}

export interface SharedLabel {
  readonly label: string;
  /** In how many of them it stands. */
  readonly forms: number;
}

/** What can be entered beforehand, by label; what several forms ask for comes first. */
export function sharedLabels(all: readonly TemplateContent[]): SharedLabel[] {
  const found = new Map<string, { label: string; forms: Set<number> }>();
  for (const [index, { draft }] of all.entries())
    for (const { type, label, settings } of draft.fields) {
      const key = labelKey(label);
      if (key === "" || !takesDefault(type) || isPressed(type) || settings.isSensitive) continue;
      const known = found.get(key) ?? { label: label.trim(), forms: new Set<number>() };
      known.forms.add(index);
      found.set(key, known);
    }
  const labels = [...found.values()].map(({ label, forms }) => ({ label, forms: forms.size }));
  return labels.toSorted((a, b) => b.forms - a.forms);
}
