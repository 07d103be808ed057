import { expect, test } from "vitest";
import { secretDates } from "./secret-dates.ts";

const since = new Date("2026-08-31T12:00:00Z");

test("a secret is due so many months after it was set, on the last day of a shorter month", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  expect(secretDates(since, 6, now)).toEqual({
    ageDays: 83,
    dueAt: new Date("2027-02-28T12:00:00Z"),
    isOverdue: false,
  });
});

test("from its day on it is overdue", () => {
  const dueAt = new Date("2026-09-30T12:00:00Z");
  expect(secretDates(since, 1, dueAt)).toMatchObject({ dueAt, isOverdue: true });
  expect(secretDates(since, 1, new Date(dueAt.getTime() - 1)).isOverdue).toBe(false);
});
