import { expect, test } from "vitest";
import { type AuthenticationRule, type RuleCondition, raisedBy, rulesFor } from "./authentication-rules.ts";

const rule = (
  conditions: readonly Partial<RuleCondition>[],
  minimum: AuthenticationRule["minimum"] = "sms-code",
): AuthenticationRule => ({
  ...{ id: "1", name: "a rule", minimum, roles: null },
  conditions: conditions.map((one) => ({
    ...{ about: "field", label: "", operator: "is", value: "" },
    ...one,
  })),
});
const facts = {
  ...{ role: "signer", classId: "leases", email: "Ana@Mail.Example.com", phone: "+491711234567" },
  answers: [{ label: "Price", value: "€ 1,250.50" }],
};
const holds = (condition: Partial<RuleCondition>, over: Partial<typeof facts> = {}) =>
  rulesFor([rule([condition])], { ...facts, ...over }).length === 1;

test("a rule without conditions always applies, one with several where all hold", () => {
  expect(rulesFor([rule([])], facts)).toHaveLength(1);
  const both = rule([
    { about: "class", value: "leases" },
    { about: "country", value: "+1" },
  ]);
  expect(rulesFor([both], facts)).toHaveLength(0);
  expect(rulesFor([both], { ...facts, phone: "+15125550117" })).toHaveLength(1);
});

test("a domain counts with what is below it, and nothing that only looks like it", () => {
  expect(holds({ about: "domain", value: "example.com" })).toBe(true);
  expect(holds({ about: "domain", value: ".COM" })).toBe(true);
  expect(holds({ about: "domain", value: "ample.com" })).toBe(false);
  expect(holds({ about: "domain", operator: "is-not", value: "example.com" })).toBe(false);
  expect(holds({ about: "domain", operator: "is-not", value: "elsewhere.example" })).toBe(true);
});

test("an amount is read in either way of writing, and what cannot be read counts as reaching it", () => {
  const price = (value: string) =>
    holds({ about: "amount", label: "price", operator: "at-least", value: "1000" }, {
      answers: [{ label: "Price", value }],
    } as Partial<typeof facts>);
  for (const much of ["1000", "1,250.50", "€ 1.250,50", "1.250", "1 250", "1'250.00", "1000,00 EUR", "12x50"])
    expect(price(much), much).toBe(true);
  for (const little of ["999.99", "999,99 €", "", "none"]) expect(price(little), little).toBe(false);
});

test("an answer of any field of that name, and no other, makes a rule hold", () => {
  expect(holds({ about: "field", label: "PRICE ", operator: "filled" })).toBe(true);
  expect(holds({ about: "field", label: "Cost", operator: "filled" })).toBe(false);
});

test("what is told is the rules that ask for more than was chosen", () => {
  const some = rule([], "email-code");
  const more = { ...rule([], "sms-code"), id: "2" };
  expect(raisedBy(["none"], [some, more], facts)).toEqual({ required: ["sms-code"], by: [some, more] });
  expect(raisedBy(["email-code"], [some, more], facts).by).toEqual([more]);
  expect(raisedBy(["passkey"], [some, more], facts)).toEqual({ required: ["passkey"], by: [] });
});

test("who only gets a copy is asked for no more, and a rule about signers leaves approvers out", () => {
  const ofSigners = { ...rule([]), roles: ["signer"] };
  expect(rulesFor([ofSigners], facts)).toHaveLength(1);
  expect(rulesFor([ofSigners], { ...facts, role: "approver" })).toHaveLength(0);
  expect(rulesFor([rule([])], { ...facts, role: "copy" })).toHaveLength(0);
});

test("a rule by country holds for whoever left their number out", () => {
  const of = (operator: "is" | "is-not", phone: string) =>
    rulesFor([rule([{ about: "country", operator, value: "+49" }])], { ...facts, phone }).length;
  expect([of("is", "+491711234567"), of("is", "+15125550117"), of("is", "")]).toEqual([1, 0, 1]);
  expect([of("is-not", "+491711234567"), of("is-not", "+15125550117"), of("is-not", "")]).toEqual([0, 1, 1]);
});
