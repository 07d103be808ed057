import { latinDigits } from "#lib/identity/core/latin-digits.ts";

/** A number as typed without what only helps reading it: `+1 (512) 555-0117` → `+15125550117`. */
export const phoneNumber = (typed: string): string =>
  latinDigits(typed)
    .replaceAll(/[\s().\p{Pd}/]/gu, "")
    .replace(/^00/, "+");

/** Whether a number can be called from anywhere: its country's code and up to fifteen digits (ITU-T E.164). */
export const isPhoneNumber = (number: string): boolean => /^\+[1-9]\d{6,14}$/.test(number);
