import { describe, expect, test } from "vitest";
import { WALK_LIMITS, walkRules } from "./branch-walk.ts";
import type { FieldRule, RuleTest } from "./field-rules.ts";
import type { FormField } from "./form-field.ts";

const field = (id: string, type: FormField["type"], more: Partial<FormField> = {}): FormField => ({
  ...{ id, recipientId: "ana", type, label: id, isRequired: false, settings: {} },
  ...more,
});
let count = 0;
const rule = (
  tests: readonly RuleTest[],
  effect: FieldRule["effect"],
  targets: readonly string[],
  combine: FieldRule["combine"] = "all",
): FieldRule => ({
  ...{ id: `rule ${count++}`, combine, tests: [...tests], effect, targets: [...targets], value: "" },
});
const is = (fieldId: string, value: string): RuleTest => ({ fieldId, operator: "is", value });
const atLeast = (fieldId: string, value: string): RuleTest => ({ fieldId, operator: "at-least", value });

describe("the branches of a draft's rules", () => {
  test("are one for each outcome, with answers that lead there", () => {
    const fields = [
      field("pet", "dropdown", { settings: { options: ["Dog", "Cat", "None"] } }),
      field("breed", "text", { isRequired: true }),
      field("notes", "text"),
    ];
    const { walks, neverHold, neverThere } = walkRules(fields, [
      rule([is("pet", "Dog")], "show", ["breed"]),
      rule([is("pet", "Cat")], "require", ["notes"]),
    ]);
    expect([neverHold, neverThere]).toEqual([[], []]);
    expect(walks).toHaveLength(1);
    const told = walks[0]!.branches.map(({ answers, outcomes }) => [
      answers.get("pet"),
      outcomes.get("breed")!.presence,
      outcomes.get("notes")!.isRequired,
    ]);
    expect(told).toEqual([
      ["", "hidden", false],
      ["Dog", "shown", false],
      ["Cat", "hidden", true],
    ]);
  });

  test("are looked for on either side of a number", () => {
    const fields = [field("rent", "number", { isRequired: true }), field("deposit", "text")];
    const [walk] = walkRules(fields, [rule([atLeast("rent", "1000")], "show", ["deposit"])]).walks;
    expect(walk!.branches.map(({ answers }) => answers.get("rent"))).toEqual(["1000", "999"]);
  });

  test("of rules that have nothing to do with each other are walked apart", () => {
    const ids = Array.from({ length: 12 }, (_, index) => String(index));
    const fields = ids.flatMap((id) => [field(`q${id}`, "checkbox"), field(`t${id}`, "text")]);
    const rules = ids.map((id) =>
      rule([{ fieldId: `q${id}`, operator: "filled", value: "" }], "show", [`t${id}`]),
    );
    const { walks } = walkRules(fields, rules);
    expect(walks.map(({ branches, walked }) => [branches.length, walked])).toEqual(ids.map(() => [2, 2]));
  });

  test("include one of a group of buttons at a time", () => {
    const settings = (option: string) => ({ group: "Size", option });
    const fields = [
      field("small", "radio", { settings: settings("small") }),
      field("large", "radio", { settings: settings("large") }),
      field("why", "text"),
    ];
    const both = rule([{ ...is("small", "yes") }, { ...is("large", "yes") }], "show", ["why"]);
    const { neverHold, walks } = walkRules(fields, [both]);
    expect(neverHold).toEqual([both.id]);
    expect(walks[0]!.walked).toBe(3);
  });
});

describe("what can never be", () => {
  test("is a rule that contradicts itself, and one behind a field that is never shown", () => {
    const fields = [field("a", "number"), field("b", "text"), field("c", "text", { isRequired: true })];
    const impossible = rule([atLeast("a", "10"), { fieldId: "a", operator: "at-most", value: "5" }], "show", [
      "b",
    ]);
    const behind = rule([{ fieldId: "b", operator: "filled", value: "" }], "show", ["c"]);
    const { neverHold, neverThere } = walkRules(fields, [impossible, behind]);
    expect(neverHold).toEqual([impossible.id, behind.id]);
    expect(neverThere).toEqual(["c"]);
  });

  test("is an answer that the field does not take", () => {
    const fields = [field("day", "number", { settings: { maximum: "31" } }), field("b", "text")];
    const late = rule([atLeast("day", "40")], "require", ["b"]);
    expect(walkRules(fields, [late]).neverHold).toEqual([late.id]);
  });

  test("is not claimed of a pattern that nothing tried here fits", () => {
    const settings = { pattern: "QX[0-9]{9}Z" };
    const fields = [field("code", "pattern", { settings }), field("b", "text", { isRequired: true })];
    const filled = rule([{ fieldId: "code", operator: "filled", value: "" }], "show", ["b"]);
    expect(walkRules(fields, [filled])).toMatchObject({ neverHold: [], neverThere: [] });
  });

  test("is not claimed where not everything was walked", () => {
    const ids = Array.from({ length: 14 }, (_, index) => `q${index}`);
    const fields = [...ids.map((id) => field(id, "checkbox")), field("t", "text", { isRequired: true })];
    const all = rule(
      ids.map((fieldId) => ({ fieldId, operator: "filled", value: "" })),
      "show",
      ["t"],
    );
    // A rule has ten tests at most; fourteen of them are two rules in practice, and one here.
    const { walks, neverHold } = walkRules(fields, [all]);
    expect(walks[0]).toMatchObject({ isWhole: false, walked: WALK_LIMITS.combinations });
    expect(neverHold).toEqual([]);
  });
});
