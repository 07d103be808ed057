import type { ProductField } from "#lib/pdf/fields.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import { type CeremonyField, isMultiline } from "./field-values.ts";

/** The organization's two signatures: the first in the file and the last. */
export const CERTIFICATION_FIELD = "Certification";
export const SEAL_FIELD = "Seal";

export interface Signer {
  readonly id: string;
  readonly name: string;
}

/** A document's form before anyone has signed: what is written, and which field of ours each entry is. */
export interface PdfForm {
  readonly fields: readonly ProductField[];
  /** Our field → the name of the PDF's. */
  readonly names: ReadonlyMap<string, string>;
  /** Signer → the signature field that holds their CMS. */
  readonly signatures: ReadonlyMap<string, string>;
}

/**
 * Lays out the form of one document. Each signer has one signature field; their further signatures and initials
 * are drawings in read-only fields that this one signature covers. Names are unique and hold no period.
 *
 * @param signers in the order of the envelope. @param fields of this document. @param pages as displayed.
 */
export function pdfForm(
  signers: readonly Signer[],
  fields: readonly (CeremonyField & { readonly recipientId: string })[],
  pages: readonly PageBox[],
): PdfForm {
  const written: ProductField[] = [invisible(CERTIFICATION_FIELD, "Certification by the sender")];
  const names = new Map<string, string>();
  const signatures = new Map<string, string>();
  for (const [index, signer] of signers.entries()) {
    const prefix = `Signer${index + 1}`;
    signatures.set(signer.id, prefix);
    const own = fields.filter(({ recipientId }) => recipientId === signer.id).sort(inReadingOrder);
    const first = own.find(({ type }) => type === "signature");
    const others = own.filter((field) => field !== first);
    const entries = others.map((field, position): ProductField => {
      const name = `${prefix}_${field.type}_${position + 1}`;
      names.set(field.id, name);
      const { heightPt } = boxSize(field, pages[field.page]!);
      return {
        ...place(field),
        name,
        kind: field.type === "checkbox" ? "checkbox" : "text",
        label: labelOf(field, signer),
        isMultiline: isMultiline(field.type, heightPt),
      };
    });
    const lock =
      others.length > 0
        ? { lock: { action: "include", fields: entries.map(({ name }) => name) } as const }
        : {};
    if (first) names.set(first.id, prefix);
    const label = `Signature of ${signer.name}`;
    written.push(
      first
        ? { ...place(first), ...lock, name: prefix, kind: "signature", label }
        : { ...invisible(prefix, label), ...lock },
    );
    written.push(...entries);
  }
  written.push({ ...invisible(SEAL_FIELD, "Seal of the sender"), lock: { action: "all" } });
  return { fields: written, names, signatures };
}

const invisible = (name: string, label: string): ProductField => ({
  ...{ name, label, kind: "signature", page: 0, box: null, isRequired: false },
});

const place = ({ page, x, y, width, height, isRequired }: CeremonyField) => ({
  page,
  isRequired,
  box: { x, y, width: Math.min(width, 1 - x), height: Math.min(height, 1 - y) },
});

function inReadingOrder(a: CeremonyField, b: CeremonyField): number {
  return a.page - b.page || a.y - b.y || a.x - b.x || (a.id < b.id ? -1 : 1);
}

const KIND_WORDS = {
  signature: "Signature",
  initials: "Initials",
  name: "Name",
  date: "Date signed",
  text: "Text",
  checkbox: "Checkbox",
} as const;

const labelOf = ({ type, label }: CeremonyField, signer: Signer): string =>
  label === "" ? `${KIND_WORDS[type]} of ${signer.name}` : `${label} (${signer.name})`;
