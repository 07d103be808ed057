import { expect, test } from "vitest";
import { isPhoneNumber, phoneNumber } from "./phone-number.ts";

test.each([
  ["+1 (512) 555-0117", "+15125550117"],
  ["0049 30/123456", "+4930123456"],
  ["+351 21–123.4567", "+351211234567"],
])("%s is %s", (typed, number) => {
  expect(phoneNumber(typed)).toBe(number);
  expect(isPhoneNumber(number)).toBe(true);
});

test.each(["512 555 0117", "+0123456789", "+1234", "+1234567890123456", "call me", ""])(
  "%s is none",
  (typed) => {
    expect(isPhoneNumber(phoneNumber(typed))).toBe(false);
  },
);
