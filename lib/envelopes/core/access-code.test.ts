import { expect, test } from "vitest";
import { accessCode } from "./access-code.ts";

test("how a code is written does not matter", () => {
  expect(accessCode("k7mw-4p xq")).toBe("K7MW4PXQ");
  expect(accessCode("Ｋ７ＭＷ４Ｐ")).toBe("K7MW4P");
  expect(accessCode("٣٤٥٦٧٨")).toBe("345678");
});

test.each(["", "12345", "aaaaaaaa", "1 2 1 2 1 2", "- - - - - -"])("“%s” is too weak", (typed) => {
  expect(accessCode(typed)).toBeNull();
});
