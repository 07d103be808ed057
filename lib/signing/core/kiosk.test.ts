import { expect, test } from "vitest";
import { kioskState, pinProblem } from "./kiosk.ts";

test.each([
  ["12345", "pin-form"],
  ["12345a", "pin-form"],
  ["1234567", "pin-form"],
  ["000000", "pin-easy"],
  ["123456", "pin-easy"],
  ["987654", "pin-easy"],
  ["890123", "pin-easy"],
  ["135791", null],
  ["271828", null],
])("%s: %s", (pin, problem) => {
  expect(pinProblem(pin)).toBe(problem);
});

test("five wrong numbers lock it, and its time ends it", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const later = new Date("2026-11-21T13:00:00Z");
  const open = { wrongPins: 4, expiresAt: later, endedAt: null };
  expect(kioskState(open, now)).toBe("open");
  expect(kioskState({ ...open, wrongPins: 5 }, now)).toBe("locked");
  expect(kioskState(open, later)).toBe("over");
  expect(kioskState({ ...open, wrongPins: 5, endedAt: now }, now)).toBe("over");
});
