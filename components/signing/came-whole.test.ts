import { expect, test } from "vitest";
import { cameWhole } from "./came-whole.ts";

test("a code that comes whole goes on, in any script and with spaces, and typed digits wait", () => {
  for (const code of ["123456", "123 456", "١٢٣٤٥٦", "Your code: 123456"])
    expect(cameWhole("", code)).toBe(true);
  expect(cameWhole("", "1")).toBe(false);
  expect(cameWhole("12345", "123456")).toBe(false);
  expect(cameWhole("", "1234567")).toBe(false);
});
