import { expect, test } from "vitest";
import { editedNumber, NUMBER_STYLES, separatorsOf, typedNumber, writtenNumber } from "./typed-number.ts";

test.for([
  ["en", "1,234.50", "1234.50"],
  ["en", "1234.5", "1234.5"],
  ["en", "1.234", "1.234"],
  ["en", "−3", "-3"],
  ["en", "1,2", null],
  ["en", "1,23,456", "123456"],
  ["en", "12.3.4", null],
  ["en", "12e3", null],
  ["de", "1.234,50", "1234.50"],
  ["de", "1.234", "1234"],
  ["de", "1.5", null],
  ["de", "0,5", "0.5"],
  ["fr", "1 234,5", "1234.5"],
  ["fr", "1\u202f234,5", "1234.5"],
  ["de-CH", "1'234.50", "1234.50"],
  ["en", "٣٤", "34"],
  ["ja", "１２３", "123"],
  ["en", "000", "0"],
  ["en", "-0", "0"],
  ["en", "", null],
  ["en", "12 345", "12345"],
] as const)("in %s, “%s” is %s", ([locale, text, kept]) => {
  expect(typedNumber(text, separatorsOf(locale))).toBe(kept);
});

test("what is kept comes back to be edited so that it is read as the same again", () => {
  for (const locale of ["en", "de", "fr", "pl", "hi", "ar", "pt-BR"])
    for (const kept of ["1234567.5", "-0.25", "12"]) {
      const separators = separatorsOf(locale);
      expect(typedNumber(editedNumber(kept, separators), separators), `${locale} ${kept}`).toBe(kept);
    }
});

test("a document writes numbers in the sender's way", () => {
  expect(writtenNumber("1234567.5", NUMBER_STYLES["1,234.56"], 2)).toBe("1,234,567.50");
  expect(writtenNumber("-1234.5", NUMBER_STYLES["1.234,56"])).toBe("−1.234,5");
  expect(writtenNumber("999", NUMBER_STYLES["1 234,56"], 0)).toBe("999");
});
