import { isMultiline } from "#lib/envelopes/core/fields/field-look.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf } from "#lib/envelopes/core/fields/form-field.ts";
import { byTabOrder } from "#lib/envelopes/core/fields/tab-order.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import type { ProductField } from "#lib/pdf/fields.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import type { CeremonyField } from "./field-values.ts";

/** The organization's two signatures: the first in the file and the last. */
export const CERTIFICATION_FIELD = "Certification";
export const SEAL_FIELD = "Seal";

/** A document's form before anyone has signed: what is written, and which field of ours each entry is. */
export interface PdfForm {
  readonly fields: readonly ProductField[];
  /** Our field → the name of the PDF's. */
  readonly names: ReadonlyMap<string, string>;
  /** A radio button → its place among those of its group, from 0. */
  readonly buttons: ReadonlyMap<string, number>;
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
  signers: readonly { readonly id: string }[],
  fields: readonly CeremonyField[],
  pages: readonly PageBox[],
): PdfForm {
  const written: ProductField[] = [invisible(CERTIFICATION_FIELD, "Certification by the sender")];
  const names = new Map<string, string>();
  const buttons = new Map<string, number>();
  const signatures = new Map<string, string>();
  for (const [index, signer] of signers.entries()) {
    const prefix = `Signer${index + 1}`;
    // Whoever signs in somebody's place signs in this field, and certified words stay as they are: no names.
    const who = signers.length === 1 ? "the signer" : `signer ${index + 1}`;
    signatures.set(signer.id, prefix);
    const own = fields.filter(({ recipientId }) => recipientId === signer.id).sort(inReadingOrder);
    const first = own.find(({ type }) => type === "signature");
    const others = own.filter((field) => field !== first && field.type !== "decline");
    const groups = Map.groupBy(others, (field) =>
      field.type === "radio" ? (groupOf(field) ?? field.id) : field.id,
    );
    const entries = [...groups.values()].map((members, position): ProductField => {
      const [field] = members as [CeremonyField, ...CeremonyField[]];
      const name = `${prefix}_${field.type}_${position + 1}`;
      for (const [place, { id }] of members.entries()) {
        names.set(id, name);
        if (field.type === "radio") buttons.set(id, place);
      }
      return field.type === "radio" ? radioGroup(name, members, who) : entryOf(name, field, who, pages);
    });
    const lock =
      others.length > 0
        ? { lock: { action: "include", fields: entries.map(({ name }) => name) } as const }
        : {};
    if (first) names.set(first.id, prefix);
    const label = `Signature of ${who}`;
    written.push(
      first
        ? { ...place(first), ...lock, name: prefix, kind: "signature", label }
        : { ...invisible(prefix, label), ...lock },
    );
    written.push(...entries);
  }
  written.push({ ...invisible(SEAL_FIELD, "Seal of the sender"), lock: { action: "all" } });
  return { fields: written, names, buttons, signatures };
}

function entryOf(name: string, field: CeremonyField, who: string, pages: readonly PageBox[]): ProductField {
  const { type, settings } = field;
  const { heightPt } = boxSize(field, pages[field.page]!);
  const shared = { ...place(field), name, label: labelOf(field, who) };
  if (type === "checkbox") return { ...shared, kind: "checkbox" };
  if (type === "dropdown") return { ...shared, kind: "choice", options: settings.options ?? [] };
  if (type === "cells" && !settings.isSensitive)
    return { ...shared, kind: "text", cells: settings.cells ?? 8 };
  return { ...shared, kind: "text", isMultiline: isMultiline(type, heightPt) };
}

function radioGroup(name: string, members: readonly CeremonyField[], who: string): ProductField {
  const [first] = members as [CeremonyField, ...CeremonyField[]];
  return {
    ...{ name, kind: "radio", page: first.page, box: null },
    label: `${first.settings.group ?? labelOf(first, who)} (${who})`,
    isRequired: members.some(({ isRequired }) => isRequired),
    buttons: members.map((field) => ({
      page: field.page,
      box: place(field).box,
      label: optionOf(field),
    })),
  };
}

/** What a button of a group stands for. */
export const optionOf = ({ settings, label }: Pick<CeremonyField, "settings" | "label">): string =>
  settings.option || label;

const invisible = (name: string, label: string): ProductField => ({
  ...{ name, label, kind: "signature", page: 0, box: null, isRequired: false },
});

const place = ({ page, x, y, width, height, isRequired }: CeremonyField) => ({
  page,
  isRequired,
  box: { x, y, width: Math.min(width, 1 - x), height: Math.min(height, 1 - y) },
});

function inReadingOrder(a: CeremonyField, b: CeremonyField): number {
  return a.page - b.page || byTabOrder(a, b) || a.y - b.y || a.x - b.x || (a.id < b.id ? -1 : 1);
}

/** A mark in words, as the sealed file says it to who does not see it. */
export function spokenMark(
  { type, label }: Pick<CeremonyField, "type" | "label">,
  name: string,
  at: Date,
): string | null {
  if (type === "image") return `${label || KIND_WORDS.image} from ${name}`;
  if (type !== "signature" && type !== "initials") return null;
  return `${KIND_WORDS[type]} of ${name}, ${instantIn("en", at)}`;
}

const KIND_WORDS: Readonly<Record<FieldType, string>> = {
  signature: "Signature",
  initials: "Initials",
  stamp: "Stamp",
  date: "Date signed",
  name: "Name",
  forename: "First name",
  surname: "Last name",
  title: "Title",
  company: "Company",
  text: "Text",
  cells: "Text",
  day: "Date",
  number: "Number",
  amount: "Amount",
  email: "E-mail address",
  phone: "Phone number",
  ssn: "Social Security number",
  ein: "Employer identification number",
  zip: "ZIP code",
  pattern: "Text",
  checkbox: "Checkbox",
  radio: "Choice",
  dropdown: "Choice",
  attachment: "Attachment",
  image: "Picture",
  payment: "Payment",
  formula: "Worked out",
  link: "Link",
  note: "Note",
  approve: "Approval",
  decline: "Decline",
};

function labelOf({ type, label, settings }: CeremonyField, who: string): string {
  const named = label === "" ? (settings.option ?? "") : label;
  const text = named === "" ? `${KIND_WORDS[type]} of ${who}` : `${named} (${who})`;
  return settings.help ? `${text}. ${settings.help}` : text;
}
