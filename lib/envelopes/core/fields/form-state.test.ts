import { expect, test } from "vitest";
import type { FieldRule } from "./field-rules.ts";
import type { FormField } from "./form-field.ts";
import { circlesIn, formState } from "./form-state.ts";

const field = (id: string, change: Partial<FormField> = {}): FormField => ({
  ...{ id, recipientId: "ana", type: "text", label: id, isRequired: false, settings: {} },
  ...change,
});
const rule = (
  effect: FieldRule["effect"],
  targets: string[],
  ...tests: [string, string, string?][]
): FieldRule => ({
  ...{ id: `${effect} ${targets}`, combine: "all", effect, targets, value: "" },
  tests: tests.map(([fieldId, operator, value = ""]) => ({
    ...{ fieldId, operator: operator as FieldRule["tests"][number]["operator"], value },
  })),
});
function state(
  fields: readonly FormField[],
  values: Record<string, string>,
  rules: readonly FieldRule[] = [],
  settled: Record<string, string> = {},
) {
  return formState({
    ...{ fields, rules, values: new Map(Object.entries(values)) },
    settled: new Map(Object.entries(settled)),
  });
}

test("a shown field is there only while its rule holds, and then asked for", () => {
  const fields = [field("Married", { type: "checkbox" }), field("Spouse", { isRequired: true })];
  const rules = [rule("show", ["Spouse"], ["Married", "filled"])];
  expect(state(fields, {}, rules).get("Spouse")).toMatchObject({ presence: "hidden", problem: null });
  const shown = state(fields, { Married: "yes" }, rules).get("Spouse");
  expect(shown).toMatchObject({ presence: "shown", problem: { code: "missing" } });
});

test("what a hidden field held counts for nothing: not in the document, not in a sum, not in a rule", () => {
  const fields = [
    field("Extra", { type: "checkbox" }),
    field("Fee", { type: "amount" }),
    field("Total", { type: "formula", settings: { formula: "100 + [Fee]" } }),
    field("Why"),
  ];
  const rules = [rule("show", ["Fee"], ["Extra", "filled"]), rule("hide", ["Why"], ["Fee", "empty"])];
  const values = { Fee: "5.00", Why: "so", Extra: "" };
  const states = state(fields, values, rules);
  expect(states.get("Fee")).toMatchObject({ presence: "hidden", value: "" });
  expect(states.get("Total")!.value).toBe("");
  expect(states.get("Why")!.presence).toBe("hidden");
  const all = state(fields, { ...values, Extra: "yes" }, rules);
  expect(all.get("Total")!.value).toBe("105.00");
  expect(all.get("Why")).toMatchObject({ presence: "shown", value: "so" });
});

test("rules require, set and skip; the order they stand in does not matter", () => {
  const fields = [
    field("Last"),
    field("Country", { type: "dropdown", settings: { options: ["US", "DE"] } }),
    field("State"),
    field("Currency"),
  ];
  const rules = [
    rule("require", ["State"], ["Country", "is", "us"]),
    { ...rule("set", ["Currency"], ["Country", "is", "DE"]), value: "EUR" },
    rule("skip", ["Last"], ["Currency", "is", "EUR"]),
  ];
  expect(state(fields, { Country: "US" }, rules).get("State")!.problem!.code).toBe("missing");
  const german = state(fields, { Country: "DE", Currency: "USD" }, rules);
  expect(german.get("State")!.problem).toBeNull();
  expect(german.get("Currency")).toMatchObject({ value: "EUR", isFixed: true });
  expect(german.get("Last")).toMatchObject({ presence: "skipped", value: "" });
});

test.for([
  ["at-least", "10", "9.99", false],
  ["at-least", "10", "10.00", true],
  ["at-most", "2026-03-01", "2026-02-28", true],
  ["at-least", "2026-03-01", "2026-02-28", false],
  ["is", "1.50", "1.5", true],
  ["is-not", "x", "X ", false],
  ["contains", "lease", "The LEASE", true],
  ["at-least", "1", "many", false],
] as const)("a test %s %s of “%s” is %s", ([operator, wanted, value, holds]) => {
  const fields = [field("A"), field("B")];
  const shown = state(fields, { A: value }, [rule("show", ["B"], ["A", operator, wanted])]).get("B")!;
  expect(shown.presence === "shown").toBe(holds);
});

test("groups say how many, once, at their first", () => {
  const box = (id: string, settings = {}) =>
    field(id, { type: "checkbox", settings: { group: "Extras", least: 1, most: 2, ...settings } });
  const fields = [box("a"), box("b"), box("c")];
  const problems = (values: Record<string, string>) =>
    [...state(fields, values)].flatMap(([id, { problem }]) => (problem ? [`${id} ${problem.code}`] : []));
  expect(problems({})).toEqual(["a group-none"]);
  expect(problems({ b: "yes" })).toEqual([]);
  expect(problems({ a: "yes", b: "yes", c: "yes" })).toEqual(["a group-most"]);
  const radios = ["x", "y"].map((id) =>
    field(id, { type: "radio", isRequired: true, settings: { group: "One" } }),
  );
  expect(state(radios, {}).get("x")!.problem!.code).toBe("group-none");
  expect(state(radios, { y: "yes" }).get("x")!.problem).toBeNull();
});

test("formulas follow each other and their mistakes are told in words", () => {
  const fields = [
    field("Sum", { type: "formula", settings: { formula: "[Net] + [Tax]" } }),
    field("Tax", { type: "formula", settings: { formula: "round([Net] * 0.19, 2)" } }),
    field("Net", { type: "amount", settings: { currency: "EUR" } }),
    field("Each", { type: "formula", settings: { formula: "[Net] / [Count]" } }),
    field("Count", { type: "number" }),
  ];
  const states = state(fields, { Net: "19.99" });
  expect(states.get("Tax")!.value).toBe("3.80");
  expect(states.get("Sum")!.value).toBe("23.79");
  expect(states.get("Each")!.problem!.code).toBe("formula-zero");
  expect(state(fields, {}).get("Sum")).toMatchObject({ value: "", problem: null });
});

test("others' answers count as they left them, and nothing of theirs is asked for", () => {
  const fields = [
    field("Amount", { recipientId: "bob", type: "amount", isRequired: true }),
    field("Approval", { type: "checkbox" }),
  ];
  const rules = [rule("require", ["Approval"], ["Amount", "at-least", "1000"])];
  const asked = state(fields, {}, rules, { Amount: "1500.00" });
  expect(asked.get("Approval")!.problem!.code).toBe("check-missing");
  expect(state(fields, {}, rules, { Amount: "" }).get("Amount")!.problem).toBeNull();
});

test("circles are found by whatever way they go, and end", () => {
  const fields = [
    field("A", { type: "formula", settings: { formula: "[B] + 1" } }),
    field("B", { type: "formula", settings: { formula: "[A] + 1" } }),
    field("C"),
    field("D"),
  ];
  const rules = [rule("show", ["C"], ["D", "filled"]), rule("hide", ["D"], ["C", "filled"])];
  expect(circlesIn(fields, rules).toSorted()).toEqual(["A", "B", "C", "D"]);
  expect(circlesIn(fields, [rules[0]!]).toSorted()).toEqual(["A", "B"]);
  expect(circlesIn([field("X")], [rule("show", ["X"], ["X", "filled"])])).toEqual(["X"]);
  expect(state(fields, { C: "x" }, rules).size).toBe(4);
});

test("a payment that must be made blocks Finish until it is made", () => {
  const pay = field("Deposit", { type: "payment", isRequired: true, settings: { currency: "USD" } });
  expect(state([pay], {}).get("Deposit")!.problem!.code).toBe("payment-missing");
  expect(state([pay], { Deposit: "pay_123" }).get("Deposit")!.problem).toBeNull();
});
