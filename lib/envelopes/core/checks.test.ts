import { expect, test } from "vitest";
import {
  CHECK_METHODS,
  factorsOf,
  isShown,
  MINIMUMS,
  outstanding,
  requiredChecks,
  satisfies,
  stepsOf,
  takesPhone,
} from "./checks.ts";

test("a minimum takes the place of what is less, and leaves what is more", () => {
  expect(requiredChecks(["none"], ["sms-code"])).toEqual(["sms-code"]);
  expect(requiredChecks(["email-code"], ["sms-code"])).toEqual(["sms-code"]);
  expect(requiredChecks(["passkey"], ["sms-code"])).toEqual(["passkey"]);
  expect(requiredChecks(["authenticator"], ["second-factor"])).toEqual(["authenticator"]);
  expect(requiredChecks(["sms-code"], ["second-factor"])).toEqual(["second-factor"]);
  expect(requiredChecks(["none"], [])).toEqual([]);
});

test("what nothing else shows is asked for besides", () => {
  expect(requiredChecks(["access-code"], ["sms-code"])).toEqual(["access-code", "sms-code"]);
  expect(requiredChecks(["sms-code"], ["sso"])).toEqual(["sso"]);
  expect(requiredChecks(["passkey"], ["sso"])).toEqual(["passkey", "sso"]);
  expect(requiredChecks(["access-code"], ["email-code"])).toEqual(["access-code"]);
});

test("a code by SMS and a second factor are asked for together where both were chosen, and nothing alone does for both", () => {
  const both = "sms-and-second-factor";
  expect(requiredChecks([both])).toEqual([both]);
  for (const minimum of ["email-code", "sms-code", "second-factor"] as const)
    expect(requiredChecks([both], [minimum])).toEqual([both]);
  for (const chosen of ["none", "sms-code", "second-factor"] as const)
    expect(requiredChecks([chosen], [both])).toEqual([both]);
  for (const chosen of ["passkey", "authenticator", "sso", "access-code"] as const)
    expect(requiredChecks([chosen], [both])).toEqual([chosen, both]);
  expect(stepsOf([both])).toEqual(["sms-code", "second-factor"]);
  // Whoever shows their passkey anyway is not asked for another second factor.
  expect(stepsOf(["passkey", both])).toEqual(["passkey", "sms-code"]);
  expect(outstanding([both], new Set())).toEqual(["sms-code", "second-factor"]);
  expect(outstanding([both], new Set(["authenticator"]))).toEqual(["sms-code"]);
  expect(outstanding([both], new Set(["sms-code"]))).toEqual(["second-factor"]);
  expect(isShown(both, new Set(["sms-code", "passkey"]))).toBe(true);
  expect(isShown(both, new Set(["sms-code"]))).toBe(false);
  expect(takesPhone([both])).toBe(true);
  expect(takesPhone(["second-factor"])).toBe(false);
});

test("no choice is ever weakened: what comes out does for the choice and for every minimum", () => {
  for (const chosen of CHECK_METHODS)
    for (const first of MINIMUMS)
      for (const second of MINIMUMS) {
        const required = requiredChecks([chosen], [first, second]);
        for (const minimum of [first, second])
          expect(
            required.some((check) => satisfies(check, minimum)),
            `${chosen} ${first} ${second}`,
          ).toBe(true);
        const isMinimum = (MINIMUMS as readonly string[]).includes(chosen);
        if (!isMinimum && chosen !== "none") expect(required).toContain(chosen);
        if (isMinimum) expect(required.some((check) => satisfies(check, chosen as "sso"))).toBe(true);
      }
});

test("an app or a passkey is a second factor, a code by SMS is none", () => {
  expect(outstanding(["second-factor"], new Set(["sms-code"]))).toEqual(["second-factor"]);
  expect(outstanding(["second-factor"], new Set(["authenticator"]))).toEqual([]);
  expect(outstanding(["access-code", "second-factor"], new Set(["passkey"]))).toEqual(["access-code"]);
  expect(outstanding(["none"], new Set())).toEqual([]);
});

test("two codes to one mailbox are one factor, and an access code is none", () => {
  expect(factorsOf(["link"])).toBe(1);
  expect(factorsOf(["link", "email-code"])).toBe(1);
  expect(factorsOf(["link", "access-code"])).toBe(1);
  expect(factorsOf(["link", "sms-code"])).toBe(2);
  expect(factorsOf(["link", "email-code", "passkey"])).toBe(2);
});

test("a code to the number that the link went to is no second factor", () => {
  expect(factorsOf(["link", "sms-code"], "")).toBe(1);
  expect(factorsOf(["link", "sms-code"], "ana@example.com")).toBe(2);
  expect(factorsOf(["link", "sms-code", "passkey"], "")).toBe(2);
  expect(factorsOf(["sms-code"], "")).toBe(1);
});
