import { envelopesError } from "#lib/envelopes/errors.ts";
import type { DocumentId } from "#lib/ids.ts";
import type { DraftContent, DraftField, DraftRecipient } from "../draft.ts";
import { conditionWith } from "../fields/field-rules.ts";
import { takesDefault } from "../fields/field-types.ts";
import type { TemplateContent } from "./template-content.ts";

/** Who takes a role. What is left out stays as the template has it. */
export interface RolePerson {
  readonly roleId: string;
  readonly name: string;
  readonly email: string;
  readonly phone?: string;
  readonly language?: DraftRecipient["language"];
  /** What they are asked for beside the link, where it is not what the template says. */
  readonly check?: DraftRecipient["check"];
}

export interface TemplateUse {
  readonly people: readonly RolePerson[];
  /** What fields hold at first, by their labels; of several with one label, all. */
  readonly values?: Readonly<Record<string, string>>;
  readonly title?: string;
  readonly message?: string;
}

export interface FromTemplate {
  readonly content: DraftContent;
  /** Document of the template → that of the envelope. */
  readonly documents: ReadonlyMap<DocumentId, DocumentId>;
  /** Role of the template → person of the envelope. */
  readonly recipients: ReadonlyMap<string, string>;
}

/**
 * What an envelope made from a template holds: every place and property as the template has it, under new ids.
 *
 * @param newId gives ids that sort in the order in which they were asked for: what reads by id reads as written.
 * @throws envelopes/role-unknown, value-unknown, check-locked
 */
export function draftFromTemplate(
  { draft, documents }: TemplateContent,
  { people, values = {}, title, message }: TemplateUse,
  newId: () => string,
): FromTemplate {
  const documentIds = new Map(documents.map(({ id }) => [id, newId() as DocumentId]));
  const recipientIds = new Map(draft.recipients.map(({ id }) => [id, newId()]));
  const fieldIds = new Map(draft.fields.map(({ id }) => [id, newId()]));
  const unknown = people.find(({ roleId }) => !recipientIds.has(roleId));
  if (unknown) throw envelopesError("role-unknown", `role ${unknown.roleId}`);
  const given = new Map(people.map((person) => [person.roleId, person]));
  const byLabel = new Map(Object.entries(values).map(([label, value]) => [labelKey(label), value]));
  const labels = new Set(
    draft.fields.filter(({ type }) => takesDefault(type)).map(({ label }) => labelKey(label)),
  );
  for (const label of byLabel.keys())
    if (label === "" || !labels.has(label)) throw envelopesError("value-unknown", "no field has that label");
  const roleId = (id: string) => recipientIds.get(id) ?? "";
  const content: DraftContent = {
    ...draft,
    title: title ?? draft.title,
    message: message ?? draft.message,
    recipients: draft.recipients.map((role): DraftRecipient => {
      const { name, email, phone, language, check } = given.get(role.id) ?? role;
      if (role.isCheckLocked && (check ?? role.check) !== role.check)
        throw envelopesError("check-locked", `role ${role.id}`);
      return {
        ...role,
        ...{ id: recipientIds.get(role.id)!, name, email },
        ...{ phone: phone ?? role.phone, language: language ?? role.language, check: check ?? role.check },
        ...{ alternativeTo: roleId(role.alternativeTo), namedBy: roleId(role.namedBy) },
        ...(role.witnessOf ? { witnessOf: roleId(role.witnessOf) } : {}),
        ...(role.hiddenDocuments
          ? { hiddenDocuments: role.hiddenDocuments.map((id) => documentIds.get(id as DocumentId)!) }
          : {}),
        onlyIf: role.onlyIf && conditionWith(role.onlyIf, (id) => fieldIds.get(id)!),
      };
    }),
    fields: draft.fields.map((field): DraftField => {
      const value = takesDefault(field.type) ? byLabel.get(labelKey(field.label)) : undefined;
      return {
        ...field,
        id: fieldIds.get(field.id)!,
        documentId: documentIds.get(field.documentId as DocumentId)!,
        recipientId: recipientIds.get(field.recipientId)!,
        settings: value === undefined ? field.settings : { ...field.settings, value },
      };
    }),
    rules: draft.rules.map((rule) => ({
      ...rule,
      id: newId(),
      tests: rule.tests.map((test) => ({ ...test, fieldId: fieldIds.get(test.fieldId)! })),
      targets: rule.targets.map((id) => fieldIds.get(id)!),
    })),
  };
  return { content, documents: documentIds, recipients: recipientIds };
}

/** Labels are compared as people read them. */
export const labelKey = (label: string): string => label.trim().toLowerCase().replaceAll(/\s+/g, " ");

/**
 * Places and properties alone, without what is new with every use: two uses of one version give the same bytes.
 * Documents and people are named by where they stand.
 */
export function placesOf({ fields, recipients }: DraftContent, documentIds: readonly string[]): object[] {
  const person = new Map(recipients.map(({ id }, index) => [id, index]));
  return fields.map(({ id: _, documentId, recipientId, ...field }) => ({
    ...field,
    document: documentIds.indexOf(documentId),
    recipient: person.get(recipientId) ?? -1,
  }));
}
