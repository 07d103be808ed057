import { expect, test } from "vitest";
import { instantAt, localAt } from "./local-time.ts";

test.each([
  ["2026-11-21T09:00", "Europe/Lisbon", "2026-11-21T09:00:00.000Z"],
  ["2026-07-01T09:00", "Europe/Lisbon", "2026-07-01T08:00:00.000Z"],
  ["2026-11-21T09:00", "America/Chicago", "2026-11-21T15:00:00.000Z"],
  ["2026-11-21T09:00", "Asia/Kathmandu", "2026-11-21T03:15:00.000Z"],
  ["2026-01-01T00:30", "Pacific/Kiritimati", "2025-12-31T10:30:00.000Z"],
  ["2028-02-29T23:59", "UTC", "2028-02-29T23:59:00.000Z"],
  // Twice that night: the first, in summer time.
  ["2026-10-25T01:30", "Europe/Lisbon", "2026-10-25T00:30:00.000Z"],
])("%s in %s is %s", (local, zone, instant) => {
  expect(instantAt(local, zone)?.toISOString()).toBe(instant);
  expect(localAt(new Date(instant), zone)).toBe(local);
});

test.each([
  "2026-03-29T01:30",
  "2026-02-30T09:00",
  "2026-13-01T09:00",
  "2026-11-21",
  "tomorrow",
  "2026-11-21T25:00",
])("no clock in Lisbon ever shows %s", (local) => {
  expect(instantAt(local, "Europe/Lisbon")).toBeNull();
});
