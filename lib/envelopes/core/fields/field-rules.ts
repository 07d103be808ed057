import { z } from "zod";

export const RULE_OPERATORS = ["is", "is-not", "contains", "at-least", "at-most", "filled", "empty"] as const;
export type RuleOperator = (typeof RULE_OPERATORS)[number];

/** Whether an answer is compared with something. */
export const takesValue = (operator: RuleOperator): boolean => operator !== "filled" && operator !== "empty";

/** What happens when a rule holds. */
export const RULE_EFFECTS = ["show", "hide", "require", "set", "skip", "raise", "capture"] as const;
export type RuleEffect = (typeof RULE_EFFECTS)[number];

export const RULE_LIMITS = { rules: 200, tests: 10, targets: 50, value: 1_000 } as const;

export const RuleTest = z.object({
  fieldId: z.uuid(),
  operator: z.enum(RULE_OPERATORS),
  value: z.string().max(RULE_LIMITS.value).default(""),
});

/** If answers are so, something is so of other fields or asked of their person; or the signer's certificate is captured. */
export const FieldRule = z.object({
  id: z.uuid(),
  combine: z.enum(["all", "any"]),
  tests: z.array(RuleTest).min(1).max(RULE_LIMITS.tests),
  effect: z.enum(RULE_EFFECTS),
  /** Fields it is about; empty for a capture. */
  targets: z.array(z.uuid()).max(RULE_LIMITS.targets),
  /** What they are set to; what their person shows at least, where that is raised. */
  value: z.string().max(RULE_LIMITS.value).default(""),
});
/** A person is asked only where answers are so: one, or several, of which all or any count. */
export const PersonCondition = RuleTest.extend({
  more: z
    .array(RuleTest)
    .max(RULE_LIMITS.tests - 1)
    .optional(),
  combine: z.enum(["all", "any"]).optional(),
});
export type PersonCondition = z.infer<typeof PersonCondition>;

/** The same as a rule has it. */
export const asRule = ({
  more = [],
  combine = "all",
  ...first
}: PersonCondition): Pick<FieldRule, "combine" | "tests"> => ({ combine, tests: [first, ...more] });

/** The same about other fields: of a copy, or of a draft made from a template. */
export const conditionWith = (
  condition: PersonCondition,
  idOf: (fieldId: string) => string,
): PersonCondition => ({
  ...condition,
  fieldId: idOf(condition.fieldId),
  ...(condition.more
    ? { more: condition.more.map((test) => ({ ...test, fieldId: idOf(test.fieldId) })) }
    : {}),
});

export type FieldRule = z.infer<typeof FieldRule>;
export type RuleTest = z.infer<typeof RuleTest>;

/** Whether a rule decides about a locked field: who could add, change or drop it could switch the field off. */
export const isLockedRule = ({ targets }: Pick<FieldRule, "targets">, locked: ReadonlySet<string>): boolean =>
  targets.some((id) => locked.has(id));
