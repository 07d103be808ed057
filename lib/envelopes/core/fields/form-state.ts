import { compare, type Decimal, ONE, parseDecimal, ZERO } from "./decimal.ts";
import type { FieldRule, RuleTest } from "./field-rules.ts";
import { isAsked, MANNERS } from "./field-types.ts";
import { CHECKED, type FormField, groupOf } from "./form-field.ts";
import { type Formula, isFault, labelsIn, parseFormula, plainLabel, workOut } from "./formula.ts";
import { type AnswerProblem, type AnswerProblemCode, readAnswer } from "./read-answer.ts";
import { placesOf, roundedText } from "./typed-number.ts";

/** What a field is just now, after every rule and formula. */
export interface FieldState {
  /** A hidden field is not there; a skipped one is there and not asked. Neither goes into the document. */
  readonly presence: "shown" | "hidden" | "skipped";
  readonly isRequired: boolean;
  /** As it is kept and sealed; empty for what is not shown. */
  readonly value: string;
  /** Its value comes from a rule, a formula or the sender, and not from who signs. */
  readonly isFixed: boolean;
  /** What has to be done before Finish; null when all is well. */
  readonly problem: AnswerProblem | null;
}

export type FormRules = readonly FieldRule[];

export interface Form {
  /** Of everybody, so that rules and formulas find what they name. */
  readonly fields: readonly FormField[];
  readonly rules: FormRules;
  /** By field, as kept. */
  readonly values: ReadonlyMap<string, string>;
  /** Fields of others, with what they hold for good; empty until their person has finished. */
  readonly settled: ReadonlyMap<string, string>;
}

/**
 * Decides what every field is: there or not, needed or not, with which value. One function for the screen, where it
 * guides, and for the server, where it decides.
 */
export function formState({ fields, rules, values, settled }: Form): ReadonlyMap<string, FieldState> {
  const states = new Map<string, FieldState>();
  const known = new Map(fields.map((field) => [field.id, field]));
  const byLabel = new Map<string, FormField>();
  for (const field of fields) if (field.label !== "") byLabel.set(plainLabel(field.label), field);
  const formulas = new Map<string, Formula>();
  for (const { id, type, settings } of fields) {
    const formula = type === "formula" ? parseFormula(settings.formula ?? "") : null;
    if (formula && !isFault(formula)) formulas.set(id, formula);
  }
  const valueNow = (id: string) => states.get(id)?.value ?? "";
  const look = (field: FormField): FieldState => {
    const fixed = settled.get(field.id);
    if (fixed !== undefined)
      return { presence: "shown", isRequired: false, value: fixed, isFixed: true, problem: null };
    const own = rules.filter(({ targets }) => targets.includes(field.id));
    const holding = own.filter((rule) => ruleHolds(rule, valueNow));
    const has = (effect: FieldRule["effect"]) => holding.some((rule) => rule.effect === effect);
    const isShownByRule = own.some(({ effect }) => effect === "show");
    const presence =
      has("hide") || (isShownByRule && !has("show")) ? "hidden" : has("skip") ? "skipped" : "shown";
    const isRequired = presence === "shown" && (field.isRequired || has("require"));
    if (presence !== "shown") return { presence, isRequired, value: "", isFixed: true, problem: null };
    const base = { presence, isRequired } as const;
    const set = holding.find(({ effect }) => effect === "set");
    if (set) return { ...base, ...kept(field, set.value), isFixed: true };
    const formula = formulas.get(field.id);
    if (formula) return { ...base, ...worked(field, formula, byLabel, valueNow), isFixed: true };
    if (MANNERS[field.type] === "shown")
      return { ...base, value: field.settings.value ?? "", isFixed: true, problem: null };
    if (field.settings.isReadOnly && field.settings.value !== undefined)
      return { ...base, ...kept(field, field.settings.value), isFixed: true };
    const value = values.get(field.id) ?? "";
    return { ...base, value, isFixed: MANNERS[field.type] === "worked-out", problem: wrong(field, value) };
  };
  for (const id of inOrder(fields, dependenciesOf(fields, rules))) {
    const field = known.get(id);
    if (field) states.set(id, look(field));
  }
  const open = fields.filter(({ id }) => !settled.has(id));
  for (const field of open) {
    const state = states.get(field.id)!;
    if (state.problem === null && groupOf(field) === null && isMissing(field, state))
      states.set(field.id, { ...state, problem: { code: MISSING[field.type] ?? "missing", values: {} } });
  }
  for (const [id, problem] of groupProblems(open, states))
    states.set(id, { ...states.get(id)!, problem, isRequired: true });
  return states;
}

const MISSING: Partial<Record<FormField["type"], AnswerProblemCode>> = {
  ...{ signature: "mark-missing", initials: "mark-missing", stamp: "file-missing" },
  ...{ checkbox: "check-missing", dropdown: "choose-missing" },
  ...{ attachment: "file-missing", image: "file-missing" },
  ...{ approve: "approve-missing", payment: "payment-missing" },
};

const isMissing = ({ type }: FormField, { presence, isRequired, value, isFixed }: FieldState) =>
  presence === "shown" && isRequired && value === "" && isAsked(type) && (!isFixed || type === "payment");

/** A fixed value as it is kept: what the sender wrote, or as it came when it cannot be read. */
function kept(field: FormField, text: string): Pick<FieldState, "value" | "problem"> {
  const read = readAnswer(field, text);
  return "value" in read ? { value: read.value, problem: null } : { value: text, problem: read.problem };
}

function wrong(field: FormField, value: string): AnswerProblem | null {
  const read = readAnswer(field, value);
  return "problem" in read ? read.problem : null;
}

function worked(
  field: FormField,
  formula: Formula,
  byLabel: ReadonlyMap<string, FormField>,
  valueNow: (id: string) => string,
): Pick<FieldState, "value" | "problem"> {
  const entered = labelsIn(formula).map((label) => {
    const named = byLabel.get(plainLabel(label));
    return named ? valueNow(named.id) : "";
  });
  if (entered.length > 0 && entered.every((value) => value === "")) return { value: "", problem: null };
  const result = workOut(formula, (label) => {
    const named = byLabel.get(plainLabel(label));
    return named ? numberIn(valueNow(named.id)) : ZERO;
  });
  if ("problem" in result) return { value: "", problem: { code: result.problem, values: {} } };
  const { settings } = field;
  const places = settings.places ?? (settings.currency ? placesOf(settings.currency) : 2);
  return { value: roundedText(result.value, places), problem: null };
}

const numberIn = (value: string): Decimal => (value === CHECKED ? ONE : (parseDecimal(value) ?? ZERO));

/** Whether the answers are as a rule wants them. */
export function ruleHolds(
  { combine, tests }: Pick<FieldRule, "combine" | "tests">,
  valueFor: (fieldId: string) => string,
): boolean {
  const holds = (test: RuleTest) => testHolds(test, valueFor(test.fieldId));
  return combine === "all" ? tests.every(holds) : tests.some(holds);
}

const plain = (text: string) => text.normalize("NFKC").trim().toLowerCase();

function testHolds({ operator, value: wanted }: RuleTest, value: string): boolean {
  switch (operator) {
    case "filled":
      return value !== "";
    case "empty":
      return value === "";
    case "is":
      return isEqual(value, wanted);
    case "is-not":
      return !isEqual(value, wanted);
    case "contains":
      return plain(value).includes(plain(wanted));
    case "at-least":
      return order(value, wanted, (difference) => difference >= 0);
    case "at-most":
      return order(value, wanted, (difference) => difference <= 0);
  }
}

function isEqual(value: string, wanted: string): boolean {
  const [a, b] = [parseDecimal(value), parseDecimal(wanted.trim())];
  return a && b ? compare(a, b) === 0 : plain(value) === plain(wanted);
}

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Numbers by size, days by date; anything else is in no order. */
function order(value: string, wanted: string, fits: (difference: number) => boolean): boolean {
  const [a, b] = [parseDecimal(value), parseDecimal(wanted.trim())];
  if (a && b) return fits(compare(a, b));
  if (!ISO_DAY.test(value) || !ISO_DAY.test(wanted.trim())) return false;
  return fits(value < wanted.trim() ? -1 : value > wanted.trim() ? 1 : 0);
}

/** Which fields a field's state comes from. */
export function dependenciesOf(
  fields: readonly FormField[],
  rules: FormRules,
): ReadonlyMap<string, ReadonlySet<string>> {
  const byLabel = new Map(
    fields.filter(({ label }) => label !== "").map((field) => [plainLabel(field.label), field.id]),
  );
  const found = new Map<string, Set<string>>(fields.map(({ id }) => [id, new Set()]));
  // What a person shows is no part of any field.
  for (const { targets, tests } of rules.filter(({ effect }) => effect !== "raise"))
    for (const target of targets) for (const { fieldId } of tests) found.get(target)?.add(fieldId);
  for (const { id, type, settings } of fields) {
    const formula = type === "formula" ? parseFormula(settings.formula ?? "") : null;
    if (!formula || isFault(formula)) continue;
    for (const label of labelsIn(formula)) {
      const named = byLabel.get(plainLabel(label));
      if (named) found.get(id)!.add(named);
    }
  }
  return found;
}

/** Fields so that each comes after those it depends on; of a circle, where it was entered. */
function inOrder(
  fields: readonly FormField[],
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const done = new Set<string>();
  const path = new Set<string>();
  const visit = (id: string): void => {
    if (done.has(id) || path.has(id)) return;
    path.add(id);
    for (const needed of dependencies.get(id) ?? []) visit(needed);
    path.delete(id);
    done.add(id);
  };
  for (const { id } of fields) visit(id);
  return [...done];
}

/** Fields that depend on themselves, by whatever way; empty when there are none. */
export function circlesIn(fields: readonly FormField[], rules: FormRules): readonly string[] {
  const dependencies = dependenciesOf(fields, rules);
  const reaches = (from: string): boolean => {
    const seen = new Set<string>();
    const open = [...(dependencies.get(from) ?? [])];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === from) return true;
      if (seen.has(id)) continue;
      seen.add(id);
      open.push(...(dependencies.get(id) ?? []));
    }
    return false;
  };
  const acted = [...dependencies].filter(([, needed]) => needed.size > 0).map(([id]) => id);
  return acted.filter(reaches);
}

/** What a group wants, told at its first field that is shown. */
function* groupProblems(
  fields: readonly FormField[],
  states: ReadonlyMap<string, FieldState>,
): Generator<readonly [string, AnswerProblem]> {
  const groups = Map.groupBy(
    fields.filter((field) => groupOf(field) !== null && states.get(field.id)!.presence === "shown"),
    (field) => groupOf(field)!,
  );
  for (const members of groups.values()) {
    const [first] = members as [FormField, ...FormField[]];
    const count = members.filter(({ id }) => states.get(id)!.value !== "").length;
    const isRequired = members.some(({ id }) => states.get(id)!.isRequired);
    const isRadio = first.type === "radio";
    const least = isRadio ? (isRequired ? 1 : 0) : (first.settings.least ?? (isRequired ? 1 : 0));
    const most = isRadio ? 1 : (first.settings.most ?? members.length);
    const code = groupProblem(count, Math.min(least, members.length), most);
    if (code) yield [first.id, { code, values: { least, most, count: members.length } }];
  }
}

function groupProblem(count: number, least: number, most: number): AnswerProblemCode | null {
  if (count >= least && count <= most) return null;
  if (least === most) return least === 1 ? "group-none" : "group-exactly";
  if (count > most) return "group-most";
  return least === 1 ? "group-none" : "group-least";
}
