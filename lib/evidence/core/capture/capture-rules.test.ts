import { expect, test } from "vitest";
import { amountIn } from "#lib/envelopes/core/field-answers.ts";
import { type CaptureOperator, type CaptureRule, type Condition, captureOutcome } from "./capture-rules.ts";

const field = (label: string, operator: CaptureOperator, value = ""): Condition => ({
  ...{ about: "field", label, operator, value },
});
const rule = (...conditions: Condition[]): CaptureRule => ({
  name: "Large leases",
  combine: "all",
  conditions,
});
const facts = {
  title: "Lease 12B",
  fields: [
    { label: "Rent", value: "€ 1,250.50" },
    { label: "Guarantor", value: "" },
  ],
};
const holds = (condition: Condition) => captureOutcome([rule(condition)], facts).isCaptured;

test("without a rule every certificate is captured", () => {
  expect(captureOutcome([], facts)).toEqual({ isCaptured: true, ruleName: null, reason: null });
});

test("a condition holds by what was entered", () => {
  expect(holds(field("rent", "at-least", "1000"))).toBe(true);
  expect(holds(field("Rent", "at-least", "1,250.51"))).toBe(false);
  expect(holds(field("Rent", "at-most", "1250.5"))).toBe(true);
  expect(holds(field("Rent", "contains", "1,250"))).toBe(true);
  expect(holds(field("Rent", "is-not", "€ 1,250.50"))).toBe(false);
  expect(holds(field("Guarantor", "empty"))).toBe(true);
  expect(holds(field("Guarantor", "filled"))).toBe(false);
  expect(holds(field("Guarantor", "at-least", "0"))).toBe(false);
  expect(holds({ about: "title", label: "", operator: "contains", value: "LEASE" })).toBe(true);
});

test("what is skipped says what was wanted, and not what was entered", () => {
  const [rent, guarantor] = [field("Rent", "at-least", "5000"), field("Guarantor", "filled")];
  const outcome = captureOutcome([rule(rent, guarantor, field("Deposit", "filled"))], facts);
  expect(outcome.reason).toBe(
    "Large leases: the field “Rent” is not at least “5000”; the field “Guarantor” is empty; there is no field “Deposit”",
  );
  expect(outcome.reason).not.toContain("1,250");
});

test("one of several conditions, and one of several rules, are enough where that is said", () => {
  const [good, bad] = [field("Rent", "filled"), field("Guarantor", "filled")];
  const any = { name: "Either", combine: "any", conditions: [bad, good] } as const;
  expect(captureOutcome([any], facts)).toMatchObject({ isCaptured: true, ruleName: "Either" });
  expect(captureOutcome([rule(bad), any], facts).ruleName).toBe("Either");
  expect(captureOutcome([{ ...any, conditions: [bad] }], facts).isCaptured).toBe(false);
});

test("an amount is read as people write it, and a word is none", () => {
  for (const [text, amount] of [
    ["1,250.50", 1250.5],
    ["$12", 12],
    ["USD 1000", 1000],
    ["-3", -3],
  ] as const)
    expect(amountIn(text), text).toBe(amount);
  for (const text of ["", "twelve", "1,2", "1.2.3", "1,250,50"]) expect(amountIn(text), text).toBeNull();
});
