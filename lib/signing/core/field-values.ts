import { fieldLook, isMultiline } from "#lib/envelopes/core/fields/field-look.ts";
import { MANNERS } from "#lib/envelopes/core/fields/field-types.ts";
import { CHECKED, type FormField, PLAIN_STAMP } from "#lib/envelopes/core/fields/form-field.ts";
import type { AnswerProblem } from "#lib/envelopes/core/fields/read-answer.ts";
import { readAnswer } from "#lib/envelopes/core/fields/read-answer.ts";
import type { Separators } from "#lib/envelopes/core/fields/typed-number.ts";
import { shownLine } from "#lib/identity/core/typed-text.ts";
import type { FieldContent } from "#lib/pdf/appearance.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { signingError } from "../errors.ts";

/** A field as the ceremony knows it. */
export interface CeremonyField extends FormField {
  readonly documentId: string;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * What a signer entered, as it is kept; empty means not filled.
 *
 * @throws signing/value-wrong, value-too-long, or field-not-yours for what nobody fills by hand
 */
export function parseValue(
  field: Pick<FormField, "type" | "settings">,
  given: string,
  heightPt: number,
  separators?: Separators,
): string {
  const { type, settings } = field;
  const manner = MANNERS[type];
  if (manner === "worked-out" || manner === "shown" || settings.isReadOnly)
    throw signingError("field-not-yours", `nobody fills a field of type ${type} by hand`);
  // A file comes by its own way; here it is only taken back, or a stamp chosen that needs none.
  if (manner === "file") {
    if (given === "" || (type === "stamp" && given === PLAIN_STAMP)) return given;
    throw signingError("field-not-yours", "a file is not typed");
  }
  if (given.length > LONGEST_TEXT) throw signingError("value-too-long", `${given.length} characters`);
  const text = given.replaceAll("\r\n", "\n");
  const line = isMultiline(type, heightPt) ? text : text.replaceAll("\n", " ");
  // What is not drawn is not refused for what nobody sees in it, so that is taken out.
  const read = readAnswer(field, settings.isSensitive ? shownLine(line) : line, separators);
  if ("problem" in read) throw refuseAnswer(read.problem);
  return read.value;
}

export const refuseAnswer = ({ code }: AnswerProblem) => signingError("value-wrong", code);

const LONGEST_TEXT = 1_000;

/** What a file's field shows: a picture, or which file it is. */
export interface GivenFile {
  readonly name: string;
  readonly sha256: string;
  readonly picture: Mark | null;
}

export interface Given {
  readonly marks: { readonly signature: Mark | null; readonly initials: Mark | null };
  readonly file: GivenFile | null;
  /** Of the person, for a stamp without a picture. */
  readonly name: string;
}

/** What a value looks like; null for an empty one, which is not drawn. */
export function contentOf(
  field: Pick<FormField, "type" | "settings">,
  value: string,
  heightPt: number,
  { marks, file, name }: Given,
  caption: readonly string[],
): FieldContent | null {
  const { type } = field;
  if (type === "checkbox" || type === "radio") return { kind: type, isChecked: value === CHECKED };
  if (value === "") return null;
  switch (type) {
    case "signature":
      if (!marks.signature) throw signingError("mark-missing", "no signature adopted");
      return { kind: "signature", mark: marks.signature, caption };
    case "initials":
      if (!marks.initials) throw signingError("mark-missing", "no initials adopted");
      return { kind: "initials", mark: marks.initials };
    case "stamp":
    case "image":
      if (value === PLAIN_STAMP) return { kind: "stamp", text: name };
      if (!file?.picture) throw signingError("file-missing", "no picture");
      return { kind: "initials", mark: file.picture };
    case "attachment":
      if (!file) throw signingError("file-missing", "no file");
      return fieldLook(field, attachedText(file, heightPt), heightPt);
    case "approve":
      return { kind: "text", text: "Approved", lines: "single" };
    default:
      return fieldLook(field, value, heightPt);
  }
}

/** Which file it was, so that nobody can put another in its place: the rest of the hash is in the audit trail. */
const attachedText = ({ name, sha256 }: GivenFile, heightPt: number): string =>
  isMultiline("attachment", heightPt)
    ? `${name}\nSHA-256 ${sha256}`
    : `${name} (SHA-256 ${sha256.slice(0, 16)}…)`;

/** What a field of the PDF's form holds; as it is read out. */
export function writtenValue(field: FormField, value: string, given: Given): string {
  switch (field.type) {
    case "signature":
    case "initials":
    case "stamp":
      return given.name;
    case "image":
      return given.file?.name ?? "";
    case "attachment":
      return given.file ? attachedText(given.file, 30).replace("\n", ", ") : "";
    default: {
      const content = contentOf(field, value, 0, given, []);
      return content && "text" in content ? content.text : "";
    }
  }
}
