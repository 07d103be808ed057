import { expect, test } from "vitest";
import messages from "../../../../messages/en/sign.json" with { type: "json" };
import type { FieldSettings } from "./field-settings.ts";
import type { FieldType } from "./field-types.ts";
import { MASK } from "./form-field.ts";
import { readAnswer } from "./read-answer.ts";
import { writtenAnswer } from "./written-answer.ts";

const read = (type: FieldType, text: string, settings: FieldSettings = {}) => {
  const answer = readAnswer({ type, settings }, text);
  return "value" in answer ? answer.value : answer.problem.code;
};

test.for([
  ["day", "2028-02-29", "2028-02-29"],
  ["day", "2026-02-29", "date-wrong"],
  ["day", "2100-02-29", "date-wrong"],
  ["day", "2026-13-01", "date-wrong"],
  ["day", "1.3.2026", "date-wrong"],
  ["email", "ana@example.com", "ana@example.com"],
  ["email", "ana@example", "email-wrong"],
  ["email", "a@b.com, c@d.com", "email-wrong"],
  ["phone", "+1 (512) 555-0117", "+15125550117"],
  ["phone", "0049 30 901820", "+4930901820"],
  ["phone", "512 555 0117", "phone-country"],
  ["phone", "+1 512", "phone-wrong"],
  ["phone", "+٩٧١ ٥٠ ١٢٣ ٤٥٦٧", "+971501234567"],
  ["ssn", "۲۱۹-۰۹-۹۹۹۹", "219-09-9999"],
  ["ein", "१२-३४५६७८९", "12-3456789"],
  ["zip", "٧٨٧٠١", "78701"],
  ["ssn", "219-09-9999", "219-09-9999"],
  ["ssn", "219099999", "219-09-9999"],
  ["ssn", "666-09-9999", "ssn-wrong"],
  ["ssn", "219-00-9999", "ssn-wrong"],
  ["ein", "123456789", "12-3456789"],
  ["ein", "12-345678", "ein-wrong"],
  ["zip", "78701 1234", "78701-1234"],
  ["zip", "7870", "zip-wrong"],
  ["number", "12.5", "12.5"],
  ["number", "twelve", "number-wrong"],
  ["checkbox", "on", ""],
  ["signature", "anything", ""],
] as const)("%s “%s” is %s", ([type, text, answer]) => {
  expect(read(type, text)).toBe(answer);
});

test("windows, lengths and options hold", () => {
  const window = { from: "2026-03-02", to: "2026-03-31" };
  expect(read("day", "2026-03-02", window)).toBe("2026-03-02");
  expect(read("day", "2026-04-01", window)).toBe("date-between");
  expect(readAnswer({ type: "day", settings: { from: "2026-03-02" } }, "2026-03-01")).toEqual({
    problem: { code: "date-after", values: { date: "2026-03-01" } },
  });
  expect(read("number", "0.1", { minimum: "0.10", maximum: "5" })).toBe("0.1");
  expect(read("number", "5.01", { minimum: "0.10", maximum: "5" })).toBe("number-between");
  expect(read("amount", "$ 12.5", { currency: "USD" })).toBe("12.50");
  for (const typed of ["100 EUR", "€100", "EUR 100", "¥100"])
    expect(read("amount", typed, { currency: "USD" }), typed).toBe("currency-wrong");
  expect(read("amount", "100 USD", { currency: "USD" })).toBe("100.00");
  expect(read("amount", "€ 100", { currency: "EUR" })).toBe("100.00");
  expect(read("amount", "￥100", { currency: "JPY" })).toBe("100");
  expect(read("amount", "12.505", { currency: "USD" })).toBe("number-places");
  expect(read("amount", "12.5", { currency: "JPY" })).toBe("number-places");
  expect(read("dropdown", "Red", { options: ["Red", "Blue"] })).toBe("Red");
  expect(read("dropdown", "red", { options: ["Red", "Blue"] })).toBe("option-wrong");
  expect(read("cells", "AB 12", { cells: 4 })).toBe("AB12");
  expect(read("cells", "AB1", { cells: 4 })).toBe("cells-wrong");
  expect(read("pattern", "AB12", { pattern: "[A-Z]{2}\\d{2}", example: "AB12" })).toBe("AB12");
  expect(read("pattern", "A12", { pattern: "[A-Z]{2}\\d{2}", example: "AB12" })).toBe("pattern-wrong");
});

test("lengths are counted as people count: emoji and accents are one each", () => {
  expect(read("text", "👩‍👩‍👧", { longest: 1 })).toBe("👩‍👩‍👧");
  expect(read("text", "e\u0301", { longest: 1 })).toBe("e\u0301");
  expect(read("text", "ab", { longest: 1 })).toBe("text-too-long");
  expect(read("text", "a", { shortest: 2 })).toBe("text-too-short");
  expect(read("cells", "👩‍👩‍👧é", { cells: 2 })).toBe("👩‍👩‍👧é");
  expect(read("name", "N".repeat(500))).toBe("N".repeat(500));
});

test("a document writes what was entered in the sender's way, and hides what is sensitive", () => {
  const written = (type: FieldType, value: string, settings: FieldSettings = {}) =>
    writtenAnswer({ type, settings }, value);
  expect(written("day", "2026-03-01")).toBe("1 Mar 2026");
  expect(written("day", "2026-03-01", { dateStyle: "03/01/2026" })).toBe("03/01/2026");
  expect(written("amount", "1234.5", { currency: "EUR", numberStyle: "1.234,56" })).toBe("1.234,50 EUR");
  expect(written("ssn", "219-09-9999", { isSensitive: true })).toBe(MASK);
  expect(written("ssn", "219-09-9999", { isSensitive: true, isPrinted: true })).toBe("219-09-9999");
});

test("words for what to do blame nobody", () => {
  for (const [code, words] of Object.entries(messages.field.problems)) {
    expect(words, code).not.toMatch(/invalid|please|oops|error|wrong|sorry/i);
    expect(words.length, code).toBeGreaterThan(8);
  }
  expect(messages.field.problems["date-after"]).toBe("Enter a date after {date}");
  expect(messages.field.problems["group-none"]).toBe("Choose at least one option");
  expect(messages.field.problems["phone-country"]).toBe(
    "Phone number needs a country code, like +1 512 555 0117",
  );
});
