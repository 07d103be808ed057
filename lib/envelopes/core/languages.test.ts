import { expect, test } from "vitest";
import { acceptedLanguages, directionOf, instantIn, languageFor } from "./languages.ts";

test("the first wanted language on offer is taken, by its primary subtag", () => {
  expect(languageFor(["sw", "es-MX", "fr"])).toBe("es");
  expect(languageFor(["pt-PT"])).toBe("pt-BR");
  expect(languageFor(["zh-TW"])).toBe("zh-Hans");
  expect(languageFor(["iw"])).toBe("he");
  expect(languageFor(["de"], ["en", "fr"])).toBe("en");
  expect(languageFor(["*", "", "\u0000"])).toBe("en");
});

test("a browser's languages are weighed, and what it refuses is left out", () => {
  expect(acceptedLanguages("en;q=0.2, ar-EG, fr;q=0.9, de;q=0")).toEqual(["ar-EG", "fr", "en"]);
  expect(acceptedLanguages("x".repeat(10_000))).toHaveLength(1);
  expect(acceptedLanguages("")).toEqual([""]);
});

test("a time is told with its offset, in the words of the language and digits everybody reads", () => {
  const at = new Date("2026-11-20T20:05:00Z");
  expect(instantIn("en", at)).toBe("20 November 2026 at 20:05 (UTC)");
  expect(instantIn("de", at, "America/Chicago")).toBe("20. November 2026 um 14:05 (UTC−6)");
  expect(instantIn("ar", at)).toMatch(/^20 نوفمبر 2026 في 20:05 \(UTC\)$/);
  expect(instantIn("ja", at)).toBe("2026年11月20日 20:05 (UTC)");
});

test("Arabic and Hebrew run from right to left", () => {
  expect(["ar", "he", "ar-EG", "iw"].map(directionOf)).toEqual(["rtl", "rtl", "rtl", "rtl"]);
  expect(["en", "hi", "ja"].map(directionOf)).toEqual(["ltr", "ltr", "ltr"]);
});
