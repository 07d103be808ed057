import { expect, test } from "vitest";
import { parsePattern } from "./pattern.ts";

const fits = (pattern: string, text: string) => {
  const parsed = parsePattern(pattern);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed.fits(text);
};

test.for([
  ["[A-Z]{2}\\d{6}", "AB123456", true],
  ["[A-Z]{2}\\d{6}", "AB12345", false],
  ["[A-Z]{2}\\d{6}", "xAB123456", false],
  ["^(yes|no)$", "yes", true],
  ["(yes|no)", "yesno", false],
  ["a.c", "a😀c", true],
  ["[^0-9]+", "abc", true],
  ["[^0-9]+", "ab1", false],
  ["\\w+@\\w+\\.com", "jo@me.com", true],
  ["a{2,3}", "aaaa", false],
  ["a{2,}", "aaaaa", true],
  ["(ab)?c*", "abccc", true],
  ["[\\d-]+", "12-3", true],
  ["\\(\\d+\\)", "(12)", true],
] as const)("%s and “%s”: %s", ([pattern, text, answer]) => {
  expect(fits(pattern, text)).toBe(answer);
});

test("patterns that would keep others busy for years are done at once", () => {
  const begun = performance.now();
  expect(fits("(a+)+b", "a".repeat(1_000))).toBe(false);
  expect(fits("(a|a)*c", "a".repeat(1_000))).toBe(false);
  expect(fits("(.*)(.*)(.*)x", "y".repeat(1_000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(60_000);
});

test.for([
  ["", "empty"],
  ["(a", "open-group"],
  ["a)", "open-group"],
  ["[a", "open-class"],
  ["*a", "unknown-sign"],
  ["a\\1", "unknown-sign"],
  ["(?=a)", "unknown-sign"],
  ["a{5,2}", "too-large"],
  ["((a{200}){200}){200}", "too-large"],
  ["a".repeat(201), "too-long"],
  [`${"(".repeat(40)}a${")".repeat(40)}`, "too-large"],
] as const)("%s is refused: %s", ([pattern, problem]) => {
  expect(parsePattern(pattern)).toBe(problem);
});
