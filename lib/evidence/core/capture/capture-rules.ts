import { answersHold, OPERATORS, type Operator, same } from "#lib/envelopes/core/field-answers.ts";

export const CAPTURE_OPERATORS = OPERATORS;
export type CaptureOperator = Operator;

export interface Condition {
  readonly about: "title" | "field";
  readonly label: string;
  readonly operator: CaptureOperator;
  readonly value: string;
}

export interface CaptureRule {
  readonly name: string;
  readonly combine: "all" | "any";
  readonly conditions: readonly Condition[];
}

export interface FormFacts {
  readonly title: string;
  /** What was entered, by the field's label; several fields may have the same. */
  readonly fields: readonly { readonly label: string; readonly value: string }[];
}

export type CaptureOutcome =
  | { readonly isCaptured: true; readonly ruleName: string | null; readonly reason: null }
  | { readonly isCaptured: false; readonly ruleName: null; readonly reason: string };

/**
 * Whether certificates of an envelope are captured. Without a rule they are; with rules, when one of them holds. The
 * reason says what was wanted and never what was entered: that belongs to whoever entered it.
 */
export function captureOutcome(rules: readonly CaptureRule[], facts: FormFacts): CaptureOutcome {
  if (rules.length === 0) return { isCaptured: true, ruleName: null, reason: null };
  const missing: string[] = [];
  for (const { name, combine, conditions } of rules) {
    const unmet = conditions.filter((condition) => !holds(condition, facts));
    const isMet = combine === "all" ? unmet.length === 0 : unmet.length < conditions.length;
    if (isMet) return { isCaptured: true, ruleName: name, reason: null };
    missing.push(`${name}: ${unmet.map((condition) => unmetWords(condition, facts)).join("; ")}`);
  }
  return { isCaptured: false, ruleName: null, reason: missing.join(". ") };
}

const valuesOf = ({ about, label }: Condition, { title, fields }: FormFacts): string[] =>
  about === "title" ? [title] : fields.filter((one) => same(one.label, label)).map(({ value }) => value);

const holds = (condition: Condition, facts: FormFacts): boolean =>
  answersHold(valuesOf(condition, facts), condition.operator, condition.value);

function unmetWords(condition: Condition, facts: FormFacts): string {
  const { about, label, operator, value } = condition;
  const what = about === "title" ? "the title" : `the field “${label}”`;
  if (about === "field" && valuesOf(condition, facts).length === 0) return `there is no field “${label}”`;
  if (operator === "filled") return `${what} is empty`;
  if (operator === "empty") return `${what} is filled in`;
  return `${what} ${NOT[operator]} “${value}”`;
}

const NOT = {
  is: "is not",
  "is-not": "is",
  contains: "does not contain",
  "at-least": "is not at least",
  "at-most": "is not at most",
} as const;
