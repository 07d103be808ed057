import { expect, test } from "vitest";
import { mayDelegate } from "./delegation.ts";

test("a rule names whom a part may be handed on to", () => {
  expect(mayDelegate("nobody", "ana@firm.example", "bo@firm.example")).toBe(false);
  expect(mayDelegate("anyone", "ana@firm.example", "bo@other.example")).toBe(true);
  expect(mayDelegate("domain", "ana@firm.example", "bo@FIRM.example")).toBe(true);
  expect(mayDelegate("domain", "ana@firm.example", "bo@sub.firm.example")).toBe(false);
  expect(mayDelegate("domain", "ana@firm.example", "bo@firm.example.org")).toBe(false);
});

test("an address of a public mail service makes nobody a colleague", () => {
  expect(mayDelegate("domain", "ana@gmail.com", "bo@gmail.com")).toBe(false);
});
