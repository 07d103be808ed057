import { expect, test } from "vitest";
import { daysLeft, dueWarnings, nextReviewAt, urgencyOf } from "./key-dates.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

test("warnings come 90, 60, 30, 7 and 1 days ahead, and none after the end", () => {
  expect(dueWarnings("seal", inDays(91), NOW)).toEqual([]);
  expect(dueWarnings("seal", inDays(90), NOW)).toEqual([90]);
  expect(dueWarnings("seal", inDays(29), NOW)).toEqual([30, 60, 90]);
  expect(dueWarnings("seal", inDays(0.5), NOW)).toEqual([1, 7, 30, 60, 90]);
  expect(dueWarnings("seal", inDays(-1), NOW)).toEqual([]);
});

test("what renews itself is news only when it did not", () => {
  expect(dueWarnings("ocsp", inDays(29), NOW)).toEqual([]);
  expect(dueWarnings("ocsp", inDays(6), NOW)).toEqual([7]);
  expect(dueWarnings("tsa", inDays(59), NOW)).toEqual([60]);
  expect(urgencyOf("ocsp", inDays(89), NOW)).toBe("calm");
  expect(urgencyOf("ocsp", inDays(20), NOW)).toBe("month");
});

test("what is over is never called calm", () => {
  expect([-1, 0, 3, 20, 60, 90].map((days) => urgencyOf("seal", inDays(days), NOW))).toEqual([
    ...["over", "over", "days", "month", "quarter", "calm"],
  ]);
  expect(daysLeft(inDays(1.5), NOW)).toBe(1);
});

test("reviews fall on the same day of the month, or its last", () => {
  const at = (text: string) => new Date(`${text}T09:00:00Z`);
  const policy = { reviewMonths: 6, passphraseMonths: 3 };
  expect(nextReviewAt("key-review", at("2026-08-31"), policy)).toEqual(at("2027-02-28"));
  expect(nextReviewAt("certificate-audit", at("2026-08-31"), policy)).toEqual(at("2027-08-31"));
  expect(nextReviewAt("key-review", at("2026-11-20"), { ...policy, reviewMonths: 12 })).toEqual(
    at("2027-11-20"),
  );
  expect(nextReviewAt("passphrases", at("2026-11-30"), policy)).toEqual(at("2027-02-28"));
});
