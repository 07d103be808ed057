import { expect, test } from "vitest";
import { ruleValue } from "./rules.ts";

test("a rule is kept as it is compared, and what is none is refused", () => {
  expect(ruleValue("tag", " Harbor ")).toBe("harbor");
  expect(ruleValue("person", "@Acme.Example")).toBe("acme.example");
  expect(ruleValue("person", "Ana.Ruiz@acme.example")).toBe("ana.ruiz@acme.example");
  expect(ruleValue("jurisdiction", "us-ca")).toBe("US-CA");
  const template = "01890000-0000-7000-8000-000000000001";
  expect(ruleValue("template", template)).toBe(template);
  for (const [kind, text] of [
    ["tag", "  "],
    ["tag", "x".repeat(201)],
    ["template", "Lease"],
    ["person", "ana ruiz"],
    ["person", "ana@"],
    ["person", "acme"],
  ] as const)
    expect([kind, text, ruleValue(kind, text)]).toEqual([kind, text, null]);
});
