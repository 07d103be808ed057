import type { Becomes } from "./documents/page-plan.ts";
import type { DraftContent, DraftRecipient } from "./draft.ts";
import { dependenciesOf } from "./fields/form-state.ts";
import { attests } from "./roles.ts";

type Person = Pick<DraftRecipient, "id" | "alternativeTo" | "hiddenDocuments">;

/** Documents a person is not shown: whoever may act instead of somebody is shown what that person is. */
export function hiddenFrom(person: Person, people: readonly Person[]): readonly string[] {
  const leader = people.find(({ id }) => id === person.alternativeTo) ?? person;
  return leader.hiddenDocuments ?? [];
}

/** What is kept from somebody once pages went elsewhere: whatever holds a page of what was kept from them. */
export const hiddenAfter = (hidden: readonly string[], becomes: Becomes): string[] => [
  ...new Set(hidden.flatMap(becomes)),
];

export type HiddenBlocker =
  /** Nothing is left for them to read. */
  | { readonly code: "hides-every-document"; readonly recipientId: string }
  /** A witness or a notary would sign less than the person whose signature it is about. */
  | { readonly code: "witness-sees-less"; readonly recipientId: string }
  /** It stands in a document that its person is not shown. */
  | { readonly code: "field-hidden"; readonly fieldId: string }
  /** What it holds, or whether it is there, is decided by an answer in such a document. */
  | { readonly code: "depends-on-hidden"; readonly fieldId: string };

/** What cannot be where not everybody is shown every document. */
export function* hiddenBlockers(
  { recipients, fields, rules }: Pick<DraftContent, "recipients" | "fields" | "rules">,
  documents: readonly { readonly id: string }[],
): Generator<HiddenBlocker> {
  const hidden = new Map(recipients.map((person) => [person.id, new Set(hiddenFrom(person, recipients))]));
  if ([...hidden.values()].every(({ size }) => size === 0)) return;
  for (const { id, role, witnessOf = "" } of recipients) {
    const own = hidden.get(id)!;
    if (own.size > 0 && documents.every((document) => own.has(document.id)))
      yield { code: "hides-every-document", recipientId: id };
    const signers = recipients.filter(
      (one) => one.role === "signer" && (witnessOf === "" || one.id === witnessOf),
    );
    const seesLess = signers.some((signer) => !own.isSubsetOf(hidden.get(signer.id)!));
    if (attests(role) && seesLess) yield { code: "witness-sees-less", recipientId: id };
  }
  const places = new Map(fields.map((field) => [field.id, field]));
  const isHidden = (personId: string, fieldId: string) =>
    hidden.get(personId)?.has(places.get(fieldId)?.documentId ?? "") ?? false;
  // What a person shows may follow from an answer too.
  const asking = rules.map((rule) => (rule.effect === "raise" ? { ...rule, effect: "show" as const } : rule));
  const dependencies = dependenciesOf(fields, asking);
  for (const { id, recipientId } of fields) {
    if (isHidden(recipientId, id)) yield { code: "field-hidden", fieldId: id };
    else if ([...reached(id, dependencies)].some((other) => isHidden(recipientId, other)))
      yield { code: "depends-on-hidden", fieldId: id };
  }
}

/** All that a field follows from, at however many removes. */
function reached(id: string, dependencies: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const other of dependencies.get(next) ?? [])
      if (!found.has(other)) {
        found.add(other);
        open.push(other);
      }
  return found;
}
