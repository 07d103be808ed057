import { isDict, type PdfDict, type PdfObject, PdfRef } from "../objects.ts";
import { allowed, forbidden, printable } from "./change.ts";
import type { FormPart } from "./form-view.ts";
import { type Findings, isInvisible, listDifference, type UpdateStep } from "./update-step.ts";

/** What a signature field may say of itself; no actions. */
const FIELD_KEYS = new Set([
  ...["Type", "Subtype", "FT", "T", "TU", "TM", "V", "F", "Ff", "P", "Rect", "AP", "AS", "MK", "Kids", "Parent"],
  ...["Lock", "SV", "DA", "Q", "NM", "M", "H", "BS", "Border", "StructParent", "DR"],
]); // biome-ignore format: words

/**
 * Judges the interactive form: it may only gain signature fields.
 *
 * @returns object numbers of the widgets of signature fields that were added or signed: pages may list them.
 * @see ISO 32000-2 §12.7.3, §12.8.2.2
 */
export function judgeForm(step: UpdateStep, findings: Findings): ReadonlySet<number> {
  const { oldForm, nextForm, comparison } = step;
  const widgets = new Set<number>();
  const [old, next] = [oldForm.dict, nextForm.dict];
  if (!old || !next) {
    if (old) findings.add(forbidden("form-removed", oldForm.number, "the form was removed"));
    else if (next) findings.add(forbidden("form-added", nextForm.number, "a form was added"));
    return widgets;
  }
  for (const key of comparison.changedKeys(old, next)) {
    if (key === "Fields") continue;
    if (key === "SigFlags" && isMore(step.old.number(old.get(key)), step.next.number(next.get(key))))
      continue;
    if (key === "DR" && isGrown(step, old.get(key), next.get(key))) {
      findings.add(allowed("form-resources-added", null, "fonts were added for the form"));
      continue;
    }
    const message = `${printable(key)} of the form was changed`;
    findings.add(forbidden("form-changed", nextForm.number, message));
  }
  judgeFields(step, findings, widgets);
  return widgets;
}

/** Whether all bits that were set still are. */
export const isMore = (old = 0, next = 0): boolean => (old & ~next) === 0;

/**
 * Whether a dictionary of resources, or one of their kinds, has all it had and maybe more: what a font or drawing
 * itself is may not change.
 */
export function isGrown(
  step: UpdateStep,
  old: PdfObject | undefined,
  next: PdfObject | undefined,
  depth = 1,
): boolean {
  const [before, after] = [step.old.resolve(old), step.next.resolve(next)];
  if (!isDict(after)) return false;
  if (before === null) return true;
  if (!isDict(before) || RESOURCE_SIGNS.some((key) => before.has(key))) return false;
  return [...before].every(
    ([key, value]) =>
      step.comparison.isSame(value, after.get(key)) ||
      (depth > 0 && isGrown(step, value, after.get(key), depth - 1)),
  );
}

/** What tells that a dictionary is a resource, not a list of them. */
const RESOURCE_SIGNS = ["Type", "Subtype", "BaseFont", "S", "FontDescriptor", "CharProcs"];

function judgeFields(step: UpdateStep, findings: Findings, widgets: Set<number>): void {
  const { old, next, oldForm, nextForm } = step;
  const [before, after] = [old.array(oldForm.dict?.get("Fields")), next.array(nextForm.dict?.get("Fields"))];
  const { added, missing } = listDifference(step, before, after);
  for (const item of missing) {
    const number = item instanceof PdfRef ? item.number : null;
    const name = number === null ? undefined : oldForm.fields.get(number)?.field.name;
    const message = `field "${printable(name ?? "?")}" was removed from the form, or moved in it`;
    findings.add(forbidden("field-removed", number, message));
  }
  for (const item of added) judgeNewField(step, findings, item, widgets);
  for (const [number, { field }] of nextForm.fields) {
    if (field.type !== "Sig" || !step.touched.has(number)) continue;
    const before = oldForm.fields.get(number)?.field;
    const isSignedNow = before?.value === null && isDict(field.value);
    if (isSignedNow && field.widgets.every(({ dict }) => isInvisible(next, dict)))
      for (const { ref } of field.widgets) if (ref) widgets.add(ref.number);
  }
}

function judgeNewField(step: UpdateStep, findings: Findings, item: PdfObject, widgets: Set<number>): void {
  const number = item instanceof PdfRef ? item.number : null;
  const part = number === null ? undefined : step.nextForm.fields.get(number);
  const problem =
    number === null || !part ? "is no field of its own" : newFieldProblem(step, number, part, widgets);
  const name = `field "${printable(part?.field.name ?? "?")}"`;
  if (problem !== null) {
    findings.add(forbidden("field-added", number, `${name} was added, and it ${problem}`));
    return;
  }
  const { field } = part!;
  const isSigned = isDict(field.value);
  const kind = isTimestamp(step, field.value) ? "time-stamp" : "signature";
  findings.add(
    allowed(
      isSigned ? `${kind}-added` : "signature-field-added",
      number,
      isSigned ? `a ${kind} was added as ${name}` : `an empty signature ${name} was added`,
    ),
  );
}

const isTimestamp = ({ next }: UpdateStep, value: PdfObject): boolean =>
  isDict(value) && next.name(value.get("SubFilter")) === "ETSI.RFC3161";

/** Why a new field may not be there, or null. A visible field can cover what was signed (sneaky signatures). */
function newFieldProblem(
  step: UpdateStep,
  number: number,
  { field }: FormPart,
  widgets: Set<number>,
): string | null {
  const { next, references, permission, oldForm } = step;
  if (field.type !== "Sig") return "is no signature field";
  if (references.isReferenced(number)) return "was part of the document before";
  if (field.name === "" || oldForm.names.has(field.name)) return "has the name of another field";
  const dicts = [field.dict, ...field.widgets.map(({ dict }) => dict)];
  const strange = dicts.flatMap((dict) => [...dict.keys()]).find((key) => !FIELD_KEYS.has(key));
  if (strange !== undefined) return `has an entry ${printable(strange)}`;
  const numbers = field.widgets.map(({ ref }) => ref?.number ?? null);
  if (numbers.some((one) => one === null || references.isReferenced(one)))
    return "has a place on a page that was there before";
  const isHidden = field.widgets.every(({ dict }) => isInvisible(next, dict));
  const isSigned = isDict(field.value);
  if (permission.level === 1 && !isTimestamp(step, field.value)) return "is no time-stamp";
  if (permission.level !== null && !isHidden) return "can be seen, in a document that was closed to that";
  if (!isHidden && !isSigned && field.widgets.some(({ dict }) => dict.has("AP")))
    return "draws on the page without being signed";
  for (const one of numbers) widgets.add(one!);
  return null;
}

/** Whether a change of a field's entry only closes it further. */
export function isClosing(key: string, step: UpdateStep, old: PdfDict, next: PdfDict): boolean {
  const [before, after] = [step.old.number(old.get(key)) ?? 0, step.next.number(next.get(key)) ?? 0];
  const gained = after & ~before;
  if (!isMore(before, after)) return false;
  // §12.5.3: Print, Locked and LockedContents; §12.7.4.1: ReadOnly.
  return (key === "F" && (gained & ~(4 | 128 | 512)) === 0) || (key === "Ff" && gained === 1);
}
