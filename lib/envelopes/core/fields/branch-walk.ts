import { add, decimalText, negate, ONE, parseDecimal } from "./decimal.ts";
import { type FieldRule, type RuleTest, takesValue } from "./field-rules.ts";
import { isAsked, MANNERS } from "./field-types.ts";
import { ADOPTED, CHECKED, type FormField, groupOf } from "./form-field.ts";
import { type FieldState, formState, ruleHolds } from "./form-state.ts";
import { readAnswer } from "./read-answer.ts";

export const WALK_LIMITS = { combinations: 2_048, branches: 60 } as const;

/** An outcome of the rules, and one way to get there. */
export interface Branch {
  /** What is answered, by field; empty where it is left empty. */
  readonly answers: ReadonlyMap<string, string>;
  /** What the fields are that rules are about. */
  readonly outcomes: ReadonlyMap<
    string,
    Pick<FieldState, "presence" | "isRequired" | "isFixed"> & { readonly setTo: string | null }
  >;
  /** How many of the combinations of answers lead here. */
  readonly combinations: number;
}

/** Fields and rules that have to do with each other, walked by themselves. */
export interface Walk {
  readonly questions: readonly string[];
  readonly targets: readonly string[];
  readonly branches: readonly Branch[];
  readonly walked: number;
  /** False where there are more combinations than can be walked: then nothing is said to be impossible. */
  readonly isWhole: boolean;
}

export interface WalkedRules {
  readonly walks: readonly Walk[];
  /** Rules that hold for no answers there can be. */
  readonly neverHold: readonly string[];
  /** Fields that somebody has to fill in, by themselves or by a rule, and that are never there. */
  readonly neverThere: readonly string[];
}

/**
 * Walks every branch of a draft's rules: every combination of answers that any rule tells apart. Answers that no rule
 * tells apart are walked once.
 */
export function walkRules(fields: readonly FormField[], rules: readonly FieldRule[]): WalkedRules {
  const byId = new Map(fields.map((field) => [field.id, field]));
  const neverHold: string[] = [];
  const neverThere: string[] = [];
  const walks = connected(rules).map((own): Walk => {
    const questions = [...new Set(own.flatMap(({ tests }) => tests.map(({ fieldId }) => fieldId)))];
    const targets = [...new Set(own.flatMap(({ targets }) => targets))].filter((id) => byId.has(id));
    const tests = own.flatMap((rule) => rule.tests);
    const choices = choicesOf(
      questions.flatMap((id) => byId.get(id) ?? []),
      tests,
      fields,
    );
    const whole = choices.reduce((product, { length }) => product * length, 1);
    const held = new Set<string>();
    const there = new Set<string>();
    const branches = new Map<string, Branch>();
    let walked = 0;
    for (const answers of combinations(choices)) {
      if (walked++ >= WALK_LIMITS.combinations) break;
      const states = formState({ fields, rules: own, values: answers, settled: new Map() });
      const valueNow = (id: string) => states.get(id)?.value ?? "";
      const holding = own.filter((rule) => ruleHolds(rule, valueNow));
      for (const { id } of holding) held.add(id);
      const outcomes: Branch["outcomes"] = new Map(
        targets.map((id) => {
          const { presence, isRequired, isFixed } = states.get(id)!;
          if (presence === "shown") there.add(id);
          const set = holding.find(({ effect, targets }) => effect === "set" && targets.includes(id));
          return [
            id,
            { presence, isRequired, isFixed, setTo: set && presence === "shown" ? set.value : null },
          ];
        }),
      );
      const captures = holding
        .filter(({ effect }) => effect === "capture" || effect === "raise")
        .map(({ id }) => id);
      const key = JSON.stringify([[...outcomes], captures]);
      const known = branches.get(key);
      branches.set(key, {
        ...{ answers: known?.answers ?? answers, outcomes },
        combinations: (known?.combinations ?? 0) + 1,
      });
    }
    // Where nothing fitting was found to answer, as with a pattern, nothing is known of what an answer would do.
    const isAnswered = questions.every((id) => {
      const field = byId.get(id);
      return !field || isFixed(field) || field.type === "radio" || fittingAnswers(field, tests).length > 0;
    });
    const isWhole = whole <= WALK_LIMITS.combinations && isAnswered;
    if (isWhole) {
      neverHold.push(...own.filter(({ id }) => !held.has(id)).map(({ id }) => id));
      const needed = new Set(own.flatMap(({ effect, targets }) => (effect === "require" ? targets : [])));
      neverThere.push(
        ...targets.filter((id) => !there.has(id) && (byId.get(id)!.isRequired || needed.has(id))),
      );
    }
    return {
      ...{ questions, targets, isWhole, walked: Math.min(walked, WALK_LIMITS.combinations) },
      branches: [...branches.values()],
    };
  });
  return { walks, neverHold, neverThere };
}

/** Rules that share a field, whether they look at it or are about it, go together. */
function connected(rules: readonly FieldRule[]): FieldRule[][] {
  const groups: { readonly ids: Set<string>; readonly rules: FieldRule[] }[] = [];
  for (const rule of rules) {
    const ids = new Set([...rule.targets, ...rule.tests.map(({ fieldId }) => fieldId)]);
    const touched = groups.filter((group) => [...ids].some((id) => group.ids.has(id)));
    const merged = { ids, rules: [...touched.flatMap((group) => group.rules), rule] };
    for (const group of touched) {
      for (const id of group.ids) ids.add(id);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(merged);
  }
  return groups.map((group) => group.rules.toSorted((a, b) => rules.indexOf(a) - rules.indexOf(b)));
}

type Choice = ReadonlyMap<string, string>;

/** Nobody answers it. */
const isFixed = ({ type, settings }: FormField): boolean =>
  type === "formula" || Boolean(settings.isReadOnly) || MANNERS[type] === "shown";

/** What can be answered to each question, no two answers alike to the tests; one button of a group at a time. */
function choicesOf(
  questions: readonly FormField[],
  tests: readonly RuleTest[],
  fields: readonly FormField[],
): Choice[][] {
  const groups = Map.groupBy(questions, (field) =>
    field.type === "radio" ? (groupOf(field) ?? field.id) : field.id,
  );
  return [...groups.values()].map((members): Choice[] => {
    const [first] = members as [FormField, ...FormField[]];
    if (first.type !== "radio") return answersTo(first, tests).map((answer) => new Map([[first.id, answer]]));
    const chosen = (id: string | null): Choice =>
      new Map(members.map((member) => [member.id, member.id === id ? CHECKED : ""]));
    const group = groupOf(first);
    // A button that no rule looks at may be the one that is chosen: to the others that is none.
    const hasOthers = fields.some((field) => groupOf(field) === group && !members.includes(field));
    const isAnswered = first.isRequired && !hasOthers && group !== null;
    const each = members.map((member) => chosen(member.id));
    return isAnswered ? each : [chosen(null), ...each];
  });
}

/** Answers that tests tell apart: each tested one, one on either side of it, another, and none. */
function answersTo(field: FormField, tests: readonly RuleTest[]): string[] {
  const own = tests.filter(({ fieldId }) => fieldId === field.id);
  if (isFixed(field)) return [""];
  const none = field.isRequired && isAsked(field.type) ? [] : [""];
  const seen = new Set<string>();
  const answers: string[] = [];
  for (const value of [...none, ...fittingAnswers(field, own)]) {
    const told = own.map((test) => ruleHolds({ combine: "all", tests: [test] }, () => value)).join();
    if (seen.has(told)) continue;
    seen.add(told);
    answers.push(value);
  }
  return answers.length > 0 ? answers : [""];
}

/** What the field takes of what is worth trying, as it is kept. */
function fittingAnswers(field: FormField, own: readonly RuleTest[]): string[] {
  const tried = [
    ...(field.settings.options ?? []),
    ...own.filter(({ operator }) => takesValue(operator)).flatMap(({ value }) => beside(value.trim())),
    ...plainAnswers(field),
  ];
  return tried.flatMap((text) => {
    const read = text === "" ? null : readAnswer(field, text);
    return read && "value" in read ? [read.value] : [];
  });
}

/** A value and its neighbours, where it is a number or a day. */
function beside(value: string): string[] {
  const number = parseDecimal(value);
  if (number) return [value, decimalText(add(number, ONE)), decimalText(add(number, negate(ONE)))];
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day)) return [value];
  const on = (at: number) => new Date(at).toISOString().slice(0, 10);
  return [value, on(day + 86_400_000), on(day - 86_400_000)];
}

/** Something of each kind that fits most fields of that kind. */
function plainAnswers({ type, settings }: FormField): string[] {
  switch (type) {
    case "checkbox":
    case "approve":
      return [CHECKED];
    case "signature":
    case "initials":
      return [ADOPTED];
    default:
      return [
        ...[settings.minimum, settings.maximum, settings.from, settings.to, settings.example].flatMap(
          (text) => text ?? [],
        ),
        ...["Something else", "7", "1000", "2026-06-15", "somebody@example.com", "+15125550117"],
        ...["123-45-6789", "12-3456789", "78701", "ABCDEF"],
      ];
  }
}

function* combinations(choices: readonly (readonly Choice[])[]): Generator<Map<string, string>> {
  const [first, ...rest] = choices;
  if (!first) {
    yield new Map();
    return;
  }
  for (const others of combinations(rest)) for (const choice of first) yield new Map([...choice, ...others]);
}
