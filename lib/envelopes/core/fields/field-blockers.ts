import { isMinimum } from "../checks.ts";
import { compare, parseDecimal } from "./decimal.ts";
import type { FieldRule } from "./field-rules.ts";
import { isGrouped, isNumber, mayBeSensitive } from "./field-types.ts";
import { type FormField, groupOf } from "./form-field.ts";
import { circlesIn } from "./form-state.ts";
import { type FormulaFault, isFault, labelsIn, parseFormula, plainLabel } from "./formula.ts";
import { parsePattern } from "./pattern.ts";
import { readAnswer } from "./read-answer.ts";

/** Why what is said of a field cannot be sent. */
export type FieldBlocker =
  | {
      readonly code:
        | "field-value-wrong"
        | "field-window-wrong"
        | "options-missing"
        | "option-twice"
        | "group-too-small"
        | "group-on-two-documents"
        | "group-differs"
        | "group-bounds-wrong"
        | "pattern-wrong"
        | "link-wrong"
        | "note-empty"
        | "sensitive-type"
        | "sensitive-value"
        | "read-only-empty"
        | "rule-circle"
        | "rule-of-later"
        | "rule-of-sensitive"
        | "rule-of-missing"
        | "rule-value-wrong"
        | "rule-on-signature";
      readonly fieldId: string;
    }
  | {
      readonly code:
        | "formula-wrong"
        | "formula-label-unknown"
        | "formula-label-twice"
        | "formula-not-a-number"
        | "formula-of-later"
        | "formula-of-sensitive";
      readonly fieldId: string;
      /** The piece of the formula it is about. */
      readonly piece: string;
      readonly fault: FormulaFault["problem"] | "none";
    };

export interface PlacedField extends FormField {
  readonly documentId: string;
}

/**
 * What stands in the way of sending a form: settings that contradict each other, formulas and rules that cannot be
 * worked out, or that would need an answer nobody has given yet.
 *
 * @param turns whose turn each person's is.
 */
export function fieldBlockers(
  fields: readonly PlacedField[],
  rules: readonly FieldRule[],
  turns: ReadonlyMap<string, number>,
): FieldBlocker[] {
  const found: FieldBlocker[] = [];
  for (const field of fields) found.push(...settingBlockers(field));
  found.push(...groupBlockers(fields));
  for (const field of fields)
    if (field.type === "formula") found.push(...formulaBlockers(field, fields, turns));
  found.push(...ruleBlockers(fields, rules, turns));
  for (const fieldId of circlesIn(fields, rules)) found.push({ code: "rule-circle", fieldId });
  const seen = new Set<string>();
  return found.filter((blocker) => {
    const key = JSON.stringify(blocker);
    return !seen.has(key) && seen.add(key);
  });
}

function* settingBlockers(field: FormField): Generator<FieldBlocker> {
  const { id: fieldId, type, settings } = field;
  const { value, isReadOnly, isForEditor, isSensitive, options = [] } = settings;
  if (type === "note" && !value) yield { code: "note-empty", fieldId };
  if (type === "link" && (!value || !isAddress(settings.url ?? ""))) yield { code: "link-wrong", fieldId };
  if (type === "dropdown") {
    if (options.length === 0 || options.includes("")) yield { code: "options-missing", fieldId };
    if (new Set(options).size !== options.length) yield { code: "option-twice", fieldId };
  }
  if (type === "pattern" && (typeof parsePattern(settings.pattern ?? "") === "string" || !settings.example))
    yield { code: "pattern-wrong", fieldId };
  if (hasWrongWindow(settings)) yield { code: "field-window-wrong", fieldId };
  else if (value && type !== "note" && type !== "link" && "problem" in readAnswer(field, value))
    yield { code: "field-value-wrong", fieldId };
  if (isReadOnly && !value && !isForEditor && type !== "note" && type !== "link")
    yield { code: "read-only-empty", fieldId };
  if (isSensitive && !mayBeSensitive(type)) yield { code: "sensitive-type", fieldId };
  if (isSensitive && value) yield { code: "sensitive-value", fieldId };
}

function hasWrongWindow({ from, to, minimum, maximum, shortest, longest }: FormField["settings"]): boolean {
  if (from !== undefined && to !== undefined && from > to) return true;
  const [low, high] = [parseDecimal(minimum ?? ""), parseDecimal(maximum ?? "")];
  if (low && high && compare(low, high) > 0) return true;
  return shortest !== undefined && longest !== undefined && shortest > longest;
}

/** A page of the web, over a connection nobody reads along. */
export function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === "https:" && url.username === "" && url.password === "";
}

function* groupBlockers(fields: readonly PlacedField[]): Generator<FieldBlocker> {
  for (const field of fields)
    if (field.type === "radio" && groupOf(field) === null)
      yield { code: "group-too-small", fieldId: field.id };
  const grouped = fields.filter((field) => isGrouped(field.type) && groupOf(field) !== null);
  for (const members of Map.groupBy(grouped, (field) => groupOf(field)!).values()) {
    const [first] = members as [PlacedField, ...PlacedField[]];
    const { id: fieldId } = first;
    const { least, most } = first.settings;
    if (first.type === "radio" && members.length < 2) yield { code: "group-too-small", fieldId };
    if (members.some(({ documentId }) => documentId !== first.documentId))
      yield { code: "group-on-two-documents", fieldId };
    const isForEditor = Boolean(first.settings.isForEditor);
    const differs = ({ settings }: PlacedField) =>
      settings.least !== least ||
      settings.most !== most ||
      Boolean(settings.isForEditor) !== isForEditor ||
      (isForEditor && Boolean(settings.isReadOnly) !== Boolean(first.settings.isReadOnly));
    if (members.some(differs)) yield { code: "group-differs", fieldId };
    if ((least ?? 0) > members.length || (least ?? 0) > (most ?? members.length))
      yield { code: "group-bounds-wrong", fieldId };
    const names = members.map(({ settings, label }) => settings.option || label);
    if (first.type === "radio" && (names.includes("") || new Set(names).size !== names.length))
      yield { code: "option-twice", fieldId };
  }
}

/** Whether an answer is there when it is needed: it is one's own, or of somebody whose turn was before. */
const isInTime = (needed: FormField, field: FormField, turns: ReadonlyMap<string, number>): boolean =>
  needed.recipientId === field.recipientId ||
  (turns.get(needed.recipientId) ?? Number.POSITIVE_INFINITY) < (turns.get(field.recipientId) ?? 0);

function* formulaBlockers(
  field: FormField,
  fields: readonly FormField[],
  turns: ReadonlyMap<string, number>,
): Generator<FieldBlocker> {
  const about = { fieldId: field.id, fault: "none" } as const;
  const formula = parseFormula(field.settings.formula ?? "");
  if (isFault(formula)) {
    yield { code: "formula-wrong", fieldId: field.id, piece: formula.piece, fault: formula.problem };
    return;
  }
  for (const piece of labelsIn(formula)) {
    const named = fields.filter(({ label }) => label !== "" && plainLabel(label) === plainLabel(piece));
    const [only] = named;
    if (!only) yield { code: "formula-label-unknown", ...about, piece };
    else if (named.length > 1) yield { code: "formula-label-twice", ...about, piece };
    else if (!isNumber(only.type) && only.type !== "checkbox")
      yield { code: "formula-not-a-number", ...about, piece };
    else if (only.settings.isSensitive) yield { code: "formula-of-sensitive", ...about, piece };
    else if (!isInTime(only, field, turns)) yield { code: "formula-of-later", ...about, piece };
  }
}

function* ruleBlockers(
  fields: readonly FormField[],
  rules: readonly FieldRule[],
  turns: ReadonlyMap<string, number>,
): Generator<FieldBlocker> {
  const known = new Map(fields.map((field) => [field.id, field]));
  for (const { tests, targets, effect, value } of rules) {
    const told = targets[0] ?? tests[0]!.fieldId;
    if (effect !== "capture" && targets.length === 0) yield { code: "rule-of-missing", fieldId: told };
    for (const fieldId of targets) {
      const target = known.get(fieldId);
      if (!target) {
        yield { code: "rule-of-missing", fieldId };
        continue;
      }
      const isGone = effect === "show" || effect === "hide" || effect === "skip";
      const others = fields.filter(
        ({ id, type, recipientId }) =>
          type === "signature" &&
          recipientId === target.recipientId &&
          id !== fieldId &&
          !isConditional(id, rules),
      );
      if (isGone && target.type === "signature" && others.length === 0)
        yield { code: "rule-on-signature", fieldId };
      if (effect === "raise" && !isMinimum(value)) yield { code: "rule-value-wrong", fieldId };
      if (effect === "set" && "problem" in readAnswer(target, value))
        yield { code: "rule-value-wrong", fieldId };
      if (effect === "set" && target.settings.isSensitive) yield { code: "rule-of-sensitive", fieldId };
    }
    for (const { fieldId, operator } of tests) {
      const tested = known.get(fieldId);
      if (!tested) {
        yield { code: "rule-of-missing", fieldId: told };
        continue;
      }
      const about = targets.flatMap((id) => known.get(id) ?? []);
      // What it holds is known to nobody but who entered it; that it holds something is no secret.
      if (tested.settings.isSensitive && operator !== "filled" && operator !== "empty")
        yield { code: "rule-of-sensitive", fieldId: told };
      for (const target of about)
        if (!isInTime(tested, target, turns)) yield { code: "rule-of-later", fieldId: target.id };
    }
  }
}

const isConditional = (fieldId: string, rules: readonly FieldRule[]): boolean =>
  rules.some(
    ({ effect, targets }) =>
      (effect === "show" || effect === "hide" || effect === "skip") && targets.includes(fieldId),
  );
