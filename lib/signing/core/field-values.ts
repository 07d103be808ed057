import type { FieldContent } from "#lib/pdf/appearance.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { signingError } from "../errors.ts";

export type FieldType = "signature" | "initials" | "name" | "date" | "text" | "checkbox";

/** A field as the ceremony knows it. */
export interface CeremonyField {
  readonly id: string;
  readonly documentId: string;
  readonly type: FieldType;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly isRequired: boolean;
}

/** What a mark's field holds once its signer has put the mark there. */
export const ADOPTED = "adopted";
export const CHECKED = "yes";
const LONGEST_TEXT = 1_000;

/** A text field as high as two lines takes several. */
const MULTILINE_FROM_PT = 30;
export const isMultiline = (type: FieldType, heightPt: number): boolean =>
  type === "text" && heightPt >= MULTILINE_FROM_PT;

/**
 * What a signer entered, as it is kept; empty means not filled.
 *
 * @throws signing/value-too-long, or field-not-yours for what nobody fills by hand
 */
export function parseValue(type: FieldType, given: string, heightPt: number): string {
  if (type === "date") throw signingError("field-not-yours", "the date is set at signing");
  if (type === "checkbox") return given === CHECKED ? CHECKED : "";
  if (type === "signature" || type === "initials") return given === ADOPTED ? ADOPTED : "";
  if (given.length > LONGEST_TEXT) throw signingError("value-too-long", `${given.length} characters`);
  const text = given.replaceAll("\r\n", "\n");
  return (isMultiline(type, heightPt) ? text : text.replaceAll("\n", " ")).trim();
}

/** What a value looks like; null for an empty one, which is not drawn. */
export function contentOf(
  type: FieldType,
  value: string,
  heightPt: number,
  marks: { readonly signature: Mark | null; readonly initials: Mark | null },
  caption: readonly string[],
): FieldContent | null {
  if (type === "checkbox") return { kind: "checkbox", isChecked: value === CHECKED };
  if (value === "") return null;
  if (type === "signature") {
    if (!marks.signature) throw signingError("mark-missing", "no signature adopted");
    return { kind: "signature", mark: marks.signature, caption };
  }
  if (type === "initials") {
    if (!marks.initials) throw signingError("mark-missing", "no initials adopted");
    return { kind: "initials", mark: marks.initials };
  }
  return { kind: "text", text: value, lines: isMultiline(type, heightPt) ? "multiple" : "single" };
}

/** Fields that must hold a value before Finish and do not; dates fill themselves. */
export function missingFields(
  fields: readonly CeremonyField[],
  values: ReadonlyMap<string, string>,
): readonly CeremonyField[] {
  return fields.filter(
    (field) => field.isRequired && field.type !== "date" && (values.get(field.id) ?? "") === "",
  );
}
