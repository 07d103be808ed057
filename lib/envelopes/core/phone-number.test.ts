import { expect, test } from "vitest";
import { isPhoneNumber, phoneNumber } from "./phone-number.ts";

test.each([
  ["+1 (512) 555-0117", "+15125550117"],
  ["0049 30/123456", "+4930123456"],
  ["+351 21–123.4567", "+351211234567"],
  ["+44 (0)20 7946 0018", "+442079460018"],
  ["0049 (0) 30 123456", "+4930123456"],
  ["+39 (0)6 1234 5678", "+390612345678"],
  ["+٤٤ (٠)٢٠ ٧٩٤٦ ٠٠١٨", "+442079460018"],
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
