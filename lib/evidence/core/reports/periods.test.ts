import { expect, test } from "vitest";
import { endOf, lastPeriod } from "./periods.ts";

test("the last month is the one that has ended, also over the turn of a year and in leap years", () => {
  const last = (at: string) => Object.values(lastPeriod("monthly", new Date(at))).join(" ");
  expect(last("2026-11-21T09:00:00Z")).toBe("2026-10-01 2026-10-31");
  expect(last("2027-01-01T00:00:00Z")).toBe("2026-12-01 2026-12-31");
  expect(last("2028-03-31T23:59:59Z")).toBe("2028-02-01 2028-02-29");
});

test("the last quarter likewise", () => {
  const last = (at: string) => Object.values(lastPeriod("quarterly", new Date(at))).join(" ");
  expect(last("2026-11-21T09:00:00Z")).toBe("2026-07-01 2026-09-30");
  expect(last("2026-02-01T00:00:00Z")).toBe("2025-10-01 2025-12-31");
  expect(last("2026-04-01T00:00:00Z")).toBe("2026-01-01 2026-03-31");
});

test("a period ends when its last day does", () => {
  expect(endOf({ from: "2026-10-01", to: "2026-10-31" })).toEqual(new Date("2026-11-01T00:00:00Z"));
});
