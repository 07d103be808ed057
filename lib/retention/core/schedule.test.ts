import { expect, test } from "vitest";
import {
  type Action,
  classFor,
  clockStart,
  dueDay,
  isComingUp,
  isDay,
  isDue,
  isShorter,
  standardClass,
  triggerOf,
} from "./schedule.ts";

const at = (text: string) => new Date(text);

test.each([
  ["2026-11-21T10:00:00Z", 7, "2033-11-22"],
  ["2026-11-21T23:59:59Z", 0, "2026-11-22"],
  ["2024-02-29T12:00:00Z", 1, "2025-03-02"],
  ["2024-02-29T12:00:00Z", 4, "2028-03-01"],
  ["2026-12-31T00:00:00Z", 10, "2037-01-01"],
])("what ended at %s is kept %i years, and may go on %s", (endedAt, years, day) => {
  expect(dueDay(at(endedAt), years)).toBe(day);
});

test("a day is due from its first moment, and shows a fortnight before", () => {
  expect(isDue("2033-11-22", at("2033-11-21T23:59:59Z"))).toBe(false);
  expect(isDue("2033-11-22", at("2033-11-22T00:00:00Z"))).toBe(true);
  expect(isComingUp("2033-11-22", at("2033-11-07T23:00:00Z"))).toBe(false);
  expect(isComingUp("2033-11-22", at("2033-11-08T00:00:00Z"))).toBe(true);
});

test("only what has ended has a clock", () => {
  expect(["draft", "sent", "sealing"].map(triggerOf)).toEqual([null, null, null]);
  expect(["completed", "declined", "voided", "expired"].map(triggerOf)).toEqual([
    "completion",
    "void",
    "void",
    "expiry",
  ]);
});

test("the chosen class decides where it is about that end, then the organization's, then the standard", () => {
  const lease = {
    id: "1",
    name: "Lease",
    trigger: "completion",
    years: 10,
    countsFrom: "end",
    action: "destroy",
    basis: "§ 1",
  } as const;
  const voids = {
    id: "2",
    name: "Voided",
    trigger: "void",
    years: 8,
    countsFrom: "end",
    action: "destroy",
    basis: "§ 2",
  } as const;
  expect(classFor("completion", lease, [voids])).toBe(lease);
  expect(classFor("void", lease, [voids])).toBe(voids);
  expect(classFor("expiry", lease, [voids])).toEqual(standardClass("expiry"));
  expect(classFor("expiry", null, [])).toMatchObject({ id: null, years: 7 });
});

test("a contract's life counts before the limitation period, and not before it was signed", () => {
  const ofContract = { countsFrom: "contract-end" } as const;
  const endedAt = new Date("2026-11-21T18:00:00Z");
  const start = (day: string | null) => clockStart(ofContract, endedAt, day);
  expect(start("2027-12-31")).toEqual(new Date("2027-12-31T00:00:00Z"));
  expect(dueDay(start("2027-12-31")!, 6)).toBe("2034-01-01");
  // A leap day there is not six years later.
  expect(dueDay(start("2028-02-29")!, 6)).toBe("2034-03-02");
  expect(start("2026-11-21")).toBe(endedAt);
  expect(start("2020-01-01")).toBe(endedAt);
  expect(start(null)).toBeNull();
  expect(clockStart({ countsFrom: "end" }, endedAt, "2027-12-31")).toBe(endedAt);
});

test("an end that keeps less is a shorter time, whatever the years", () => {
  const span = (years: number, action: Action) => ({ years, countsFrom: "end" as const, action });
  expect(isShorter(span(10, "destroy"), span(7, "keep"))).toBe(true);
  expect(isShorter(span(7, "hand-over"), span(7, "review"))).toBe(true);
  expect(isShorter(span(7, "archive"), span(7, "review"))).toBe(false);
  expect(isShorter(span(6, "keep"), span(7, "destroy"))).toBe(true);
});

test("a day is one of the calendar", () => {
  expect(["2028-02-29", "2026-12-31"].every(isDay)).toBe(true);
  expect(["2026-02-29", "2026-13-01", "31.12.2026", "", "2026-1-1", "9999-99-99"].some(isDay)).toBe(false);
});
