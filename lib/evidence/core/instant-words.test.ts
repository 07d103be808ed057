import { expect, test } from "vitest";
import { bothWords, localWords, shortLocalWords, utcWords } from "./instant-words.ts";

const at = new Date("2026-11-20T02:05:09.999Z");

test("UTC to the second, not rounded", () => {
  expect(utcWords(at)).toBe("20 Nov 2026, 02:05:09 UTC");
});

test.each([
  ["America/Mexico_City", "19 Nov 2026, 20:05:09 (UTC−6)"],
  ["Asia/Kathmandu", "20 Nov 2026, 07:50:09 (UTC+5:45)"],
  ["Pacific/Kiritimati", "20 Nov 2026, 16:05:09 (UTC+14)"],
  ["Europe/London", "20 Nov 2026, 02:05:09 (UTC+0)"],
  ["America/St_Johns", "19 Nov 2026, 22:35:09 (UTC−3:30)"],
])("by the clock of %s", (timeZone, words) => {
  expect(localWords(at, timeZone)).toBe(words);
});

test("summer time has its own distance", () => {
  expect(localWords(new Date("2026-07-01T00:00:00Z"), "Europe/Madrid")).toBe("1 Jul 2026, 02:00:00 (UTC+2)");
});

test("the day is said again only where it is another", () => {
  expect(shortLocalWords(at, "Europe/Madrid")).toBe("03:05:09 (UTC+1)");
  expect(bothWords(at, "Europe/Madrid")).toBe("20 Nov 2026, 02:05:09 UTC (03:05:09, UTC+1)");
  expect(bothWords(at, "America/Mexico_City")).toBe(
    "20 Nov 2026, 02:05:09 UTC (19 Nov 2026, 20:05:09, UTC−6)",
  );
});

test("a time zone there is not is a caller's bug", () => {
  expect(() => localWords(at, "Europe/Atlantis")).toThrow(RangeError);
});
