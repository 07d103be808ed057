import type { AcroFormField } from "../form.ts";
import { isDict, isName, type PdfDict, type PdfObject, PdfRef, PdfStream, PdfString } from "../objects.ts";
import { allowed, type Change, forbidden, printable, unclear } from "./change.ts";
import { isClosing } from "./form-rules.ts";
import type { FormPart } from "./form-view.ts";
import { isLocked, restrictionsOf } from "./permission.ts";
import type { Findings, UpdateStep } from "./update-step.ts";

// A widget's appearance is clipped to its BBox, which is fitted into its Rect (§8.10.1, §12.5.5): as long as Rect
// stays, whatever is drawn stays in the field that was there when the document was signed.
const FILLED_KEYS = new Set(["V", "AS", "AP", "I", "TI", "RV", "M"]);
const SIGNED_KEYS = new Set(["V", "AS", "AP", "M"]);
/** Those of a filled field that say nothing of how it is shown. */
const UNSEEN_KEYS = new Set(["V", "M", "TI"]);
const READ_ONLY = 1 << 0;
const PUSH_BUTTON = 1 << 16;

/** Judges a change of an object that was a field or its widget. @see ISO 32000-2 §12.7.4, §12.8.2.4 */
export function judgeField(step: UpdateStep, findings: Findings, number: number, part: FormPart): void {
  const { field } = part;
  const [old, next] = [step.old.get(number), step.next.get(number)];
  const name = `field "${printable(field.name)}"`;
  if (!isDict(old) || !isDict(next)) {
    findings.add(forbidden("field-removed", number, `${name} was removed`));
    return;
  }
  const keys = step.comparison.changedKeys(old, next).filter((key) => !isClosing(key, step, old, next));
  if (keys.length === 0) {
    findings.add(allowed("field-closed", number, `${name} was closed`));
    return;
  }
  const problem =
    field.type === "Sig"
      ? signingProblem(step, number, field, old, next, keys)
      : fillingProblem(step, field, keys, old, next);
  if (problem) findings.add(forbidden(problem.code, number, `${name}: ${problem.message}`));
  else if (field.type === "Sig") findings.add(allowed("field-signed", number, `${name} was signed`));
  else {
    const isUnseen = keys.every((key) => UNSEEN_KEYS.has(key) || isUnset(key, step, old, next));
    findings.add(fillingOf(step, number, part, isUnseen));
  }
}

/** A button that named no state is off (§12.7.5.2.3). */
const isUnset = (key: string, { next: file }: UpdateStep, old: PdfDict, next: PdfDict): boolean =>
  key === "AS" && !old.has("AS") && file.name(next.get("AS")) === "Off";

/**
 * What a permitted filling is told as. Words drawn anew over the same value, and words in a field that no person was
 * to fill (§12.7.4.1: ReadOnly), are told apart from a person's entry: only a signature vouches for them.
 */
function fillingOf(step: UpdateStep, number: number, { field }: FormPart, isUnseen: boolean): Change {
  const name = `field "${printable(field.name)}"`;
  const after = step.nextForm.fields.get(number)?.field;
  const hasNewValue = !step.comparison.isSame(field.value, after?.value ?? null);
  if (!isVouchedFor(step, field)) {
    if ((field.flags & READ_ONLY) !== 0 && (hasNewValue || !isUnseen))
      return unclear("read-only-field", number, `${name} was filled although it was closed to people`);
    if (!hasNewValue && !isUnseen)
      return unclear("appearance-alone", number, `${name} shows something else while its value is the same`);
  }
  return allowed("field-filled", number, `${name} was filled`);
}

/** Whether the same update signs a field that was there, empty, and whose lock closes this one. */
function isVouchedFor({ old, oldForm, nextForm }: UpdateStep, { name }: AcroFormField): boolean {
  for (const [number, { field }] of oldForm.fields) {
    if (field.type !== "Sig" || field.value !== null) continue;
    if (!isDict(nextForm.fields.get(number)?.field.value ?? null)) continue;
    const { locks } = restrictionsOf({ dict: new Map(), field }, old);
    if (isLocked({ locks }, name)) return true;
  }
  return false;
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

const problem = (code: string, message: string): Problem => ({ code, message });

function signingProblem(
  step: UpdateStep,
  number: number,
  field: AcroFormField,
  old: PdfDict,
  next: PdfDict,
  keys: readonly string[],
): Problem | null {
  const after = step.nextForm.fields.get(number)?.field;
  if (field.value !== null) {
    if (!isDict(after?.value ?? null)) return problem("signature-removed", "the signature was removed");
    return keys.includes("V")
      ? problem("signature-replaced", "the signature was replaced")
      : problem("signature-field-changed", `${listed(keys)} changed although it is signed`);
  }
  if (!isDict(after?.value ?? null))
    return problem("field-changed", `${listed(keys)} changed without a signature`);
  const closed = closedProblem(step, field, step.next.name((after!.value as PdfDict).get("SubFilter")));
  if (closed) return closed;
  const value = next.get("V");
  if (keys.includes("V") && value instanceof PdfRef && step.references.isReferenced(value.number))
    return problem("signature-copied", "a signature of another place was put into it");
  const isPermitted = (key: string) => SIGNED_KEYS.has(key) || (key === "Lock" && !old.has("Lock"));
  const others = keys.filter((key) => !isPermitted(key));
  return others.length === 0
    ? null
    : problem("field-changed", `${listed(others)} changed while it was signed`);
}

function fillingProblem(
  step: UpdateStep,
  field: AcroFormField,
  keys: readonly string[],
  old: PdfDict,
  next: PdfDict,
): Problem | null {
  const closed = fillProblem(step, field);
  if (closed) return closed;
  const others = keys.filter((key) => !FILLED_KEYS.has(key));
  if (others.length > 0) return problem("field-changed", `${listed(others)} changed`);
  if (keys.includes("V") && !isValue(step.next.resolve(next.get("V"))))
    return problem("field-changed", "its value is of another kind");
  if (field.type === "Btn" && keys.includes("AP") && old.has("AP"))
    return problem("appearance-changed", "what its states look like changed");
  return null;
}

const isValue = (value: PdfObject): boolean =>
  value === null ||
  value instanceof PdfString ||
  isName(value) ||
  (Array.isArray(value) && value.every((item) => item instanceof PdfString || item instanceof PdfRef));

/** Why nobody may put a value into a field any more, or null. */
function fillProblem(step: UpdateStep, field: AcroFormField): Problem | null {
  if (field.type === null) return problem("field-changed", "it is of no known type");
  if (field.type === "Btn" && (field.flags & PUSH_BUTTON) !== 0)
    return problem("field-changed", "it is a push button and holds no value");
  return closedProblem(step, field, undefined);
}

function closedProblem(
  { permission }: UpdateStep,
  { name }: AcroFormField,
  subFilter: string | undefined,
): Problem | null {
  if (permission.level === 1 && subFilter !== "ETSI.RFC3161")
    return problem("closed-document", "a signature before closed the whole document");
  return isLocked(permission, name) ? problem("locked-field", "a signature before closed this field") : null;
}

/**
 * Judges an object that is only part of a field's appearance or value and was written anew: null when it may not be.
 */
export function judgeRedrawn(step: UpdateStep, number: number, key: string, next: PdfObject): Change | null {
  const part = step.oldForm.fields.get(number);
  if (!part) return null;
  const { field } = part;
  const redrawn = allowed("appearance-redrawn", null, `field "${printable(field.name)}" was drawn anew`);
  if (field.type === "Sig") {
    const after = step.nextForm.fields.get(number)?.field;
    return key === "AP" && field.value === null && isDict(after?.value ?? null) ? redrawn : null;
  }
  if (fillProblem(step, field) !== null) return null;
  const mayBe =
    key === "V"
      ? isValue(next)
      : key === "AP" && field.type !== "Btn" && (next instanceof PdfStream || isDict(next));
  if (!mayBe) return null;
  const filling = fillingOf(step, number, part, key === "V");
  return filling.verdict === "allowed" ? redrawn : filling;
}

const listed = (keys: readonly string[]): string => keys.map((key) => printable(key, 40)).join(", ");
