import { rulesFor } from "#lib/envelopes/core/documents/page-plan.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";

interface Papers {
  readonly envelope: { readonly rules: readonly FieldRule[] };
  readonly documents: readonly { readonly id: string }[];
  readonly revisions: readonly { readonly documentId: string }[];
  readonly fields: readonly { readonly id: string; readonly documentId: string }[];
  readonly values: ReadonlyMap<string, string>;
}

/** Whether somebody is shown a document, and signs it. */
export const isShown = (
  { hiddenDocuments }: { readonly hiddenDocuments: readonly string[] },
  documentId: string,
): boolean => !hiddenDocuments.includes(documentId);

/**
 * An envelope as somebody is shown it: without documents that are kept from them, nor anything that stands in those. What
 * their own fields follow from is in what they are shown, or it could not have been sent.
 */
export function asShownTo<P extends Papers>(
  papers: P,
  person: { readonly hiddenDocuments: readonly string[] },
): P {
  if (person.hiddenDocuments.length === 0) return papers;
  const isOpen = ({ documentId }: { readonly documentId: string }) => isShown(person, documentId);
  const fields = papers.fields.filter(isOpen);
  const known = new Set(fields.map(({ id }) => id));
  return {
    ...papers,
    fields,
    envelope: { ...papers.envelope, rules: rulesFor(papers.envelope.rules, known) },
    documents: papers.documents.filter(({ id }) => isShown(person, id)),
    revisions: papers.revisions.filter(isOpen),
    values: new Map([...papers.values].filter(([id]) => known.has(id))),
  };
}
