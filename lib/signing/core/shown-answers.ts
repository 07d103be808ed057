import { MANNERS } from "#lib/envelopes/core/fields/field-types.ts";
import { ADOPTED } from "#lib/envelopes/core/fields/form-field.ts";
import type { Separators } from "#lib/envelopes/core/fields/typed-number.ts";
import { isRefusal } from "#lib/errors.ts";
import { signingError } from "../errors.ts";
import { type CeremonyField, parseValue } from "./field-values.ts";

/** Marks by what they hold, hexadecimal SHA-256; null where there is none. */
export interface MarkDigests {
  readonly signature: string | null;
  readonly initials: string | null;
}

/** A person's answers as they stood on their screen when they pressed Finish. */
export interface ShownAnswers {
  /** By field, as entered there. */
  readonly values: Readonly<Record<string, string>>;
  /** Of the language numbers were written in; left out, they are as they are kept. */
  readonly separators?: Separators;
  /** The marks that were on the screen; left out where the page did not know them. */
  readonly marks?: MarkDigests | null;
}

/**
 * What you see is what you sign, for answers too: those on screen must be those that are kept. Of a file, a mark and a
 * sensitive answer only whether there is one was on the screen in a form that can be compared.
 *
 * @param fields the person's own. @param kept by field. @param heightOf a field's height, in points.
 * @throws signing/answers-changed
 */
export function requireAnswers<F extends CeremonyField>(
  fields: readonly F[],
  kept: ReadonlyMap<string, string>,
  shown: ShownAnswers,
  heightOf: (field: F) => number,
): void {
  const changed = fields.filter((field) => {
    const given = shown.values[field.id];
    if (given === undefined || isNobodys(field)) return false;
    return !isSame(field, given, kept.get(field.id) ?? "", heightOf(field), shown.separators);
  });
  if (changed.length > 0) throw signingError("answers-changed", changed.map(({ id }) => id).join(", "));
}

/**
 * The same for the marks: what a person made in another window since is not what they looked at here.
 *
 * @param fields the person's own. @param kept answers by field. @param marks as they are kept.
 * @throws signing/answers-changed
 */
export function requireMarks(
  fields: readonly CeremonyField[],
  kept: ReadonlyMap<string, string>,
  shown: MarkDigests,
  marks: MarkDigests,
): void {
  const changed = fields.filter(({ id, type }) => {
    const isMark = type === "signature" || type === "initials";
    return isMark && kept.get(id) === ADOPTED && shown[type] !== marks[type];
  });
  if (changed.length > 0) throw signingError("answers-changed", changed.map(({ id }) => id).join(", "));
}

/** Nobody enters it by hand. */
const isNobodys = ({ type, settings }: CeremonyField): boolean =>
  MANNERS[type] === "worked-out" ||
  MANNERS[type] === "shown" ||
  settings.isReadOnly === true ||
  settings.isBlock === true;

function isSame(
  field: CeremonyField,
  given: string,
  kept: string,
  heightPt: number,
  separators: Separators | undefined,
): boolean {
  const isOnlyThere = MANNERS[field.type] === "file" || field.settings.isSensitive === true;
  if (isOnlyThere) return (given === "") === (kept === "");
  if (given === kept) return true;
  try {
    return parseValue(field, given, heightPt, separators) === kept;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
