import { z } from "zod";

export const RULE_OPERATORS = ["is", "is-not", "contains", "at-least", "at-most", "filled", "empty"] as const;
export type RuleOperator = (typeof RULE_OPERATORS)[number];

/** Whether an answer is compared with something. */
export const takesValue = (operator: RuleOperator): boolean => operator !== "filled" && operator !== "empty";

/** What happens when a rule holds. */
export const RULE_EFFECTS = ["show", "hide", "require", "set", "skip", "capture"] as const;
export type RuleEffect = (typeof RULE_EFFECTS)[number];

export const RULE_LIMITS = { rules: 200, tests: 10, targets: 50, value: 1_000 } as const;

export const RuleTest = z.object({
  fieldId: z.uuid(),
  operator: z.enum(RULE_OPERATORS),
  value: z.string().max(RULE_LIMITS.value).default(""),
});

/** If answers are so, something is so of other fields; or the signer's certificate is captured. */
export const FieldRule = z.object({
  id: z.uuid(),
  combine: z.enum(["all", "any"]),
  tests: z.array(RuleTest).min(1).max(RULE_LIMITS.tests),
  effect: z.enum(RULE_EFFECTS),
  /** Fields it is about; empty for a capture. */
  targets: z.array(z.uuid()).max(RULE_LIMITS.targets),
  /** What they are set to. */
  value: z.string().max(RULE_LIMITS.value).default(""),
});
export type FieldRule = z.infer<typeof FieldRule>;
export type RuleTest = z.infer<typeof RuleTest>;

/** Whether a rule decides about a locked field: who could add, change or drop it could switch the field off. */
export const isLockedRule = ({ targets }: Pick<FieldRule, "targets">, locked: ReadonlySet<string>): boolean =>
  targets.some((id) => locked.has(id));
