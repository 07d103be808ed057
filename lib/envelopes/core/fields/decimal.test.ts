import { expect, test } from "vitest";
import { add, compare, decimalText, divide, multiply, parseDecimal, roundTo, subtract } from "./decimal.ts";

const of = (text: string) => parseDecimal(text)!;

test("sums and products are exact where binary fractions are not", () => {
  expect(decimalText(add(of("0.1"), of("0.2")))).toBe("0.3");
  expect(decimalText(subtract(of("1.00"), of("0.9")))).toBe("0.10");
  expect(decimalText(multiply(of("19.99"), of("3")))).toBe("59.97");
  expect(decimalText(multiply(of("999999999999999.99"), of("1.19")))).toBe("1189999999999999.9881");
});

test("half is rounded away from zero, as money is by hand", () => {
  for (const [text, places, rounded] of [
    ["1.005", 2, "1.01"],
    ["2.675", 2, "2.68"],
    ["-1.005", 2, "-1.01"],
    ["1.004", 2, "1.00"],
    ["7", 2, "7.00"],
    ["0.5", 0, "1"],
  ] as const)
    expect(decimalText(roundTo(of(text), places)), text).toBe(rounded);
});

test("a quotient has twenty places and no zeros at its end; nothing is divided by zero", () => {
  expect(decimalText(divide(of("1"), of("4"))!)).toBe("0.25");
  expect(decimalText(divide(of("2"), of("3"))!)).toBe("0.66666666666666666667");
  expect(divide(of("1"), of("0.00"))).toBeNull();
});

test("equal numbers are equal however they are written; what is no number is none", () => {
  expect(compare(of("1.50"), of("1.5"))).toBe(0);
  expect(compare(of("-2"), of("1"))).toBe(-1);
  for (const text of ["", "1,5", "1.", ".5", "1e3", "--1", "1".repeat(31), "NaN"])
    expect(parseDecimal(text), text).toBeNull();
});
