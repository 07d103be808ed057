import { latinDigits } from "#lib/identity/core/latin-digits.ts";

/**
 * The zero for calls within a country, written in brackets after its code, is not dialed from abroad; in Italy and its
 * neighbors (39, 378, 379) it is part of the number. @see ITU-T E.123 §2.6
 */
const TRUNK_ZERO = /^(\+(?!39|37[89])\d{1,3})\(0\)/;

/** A number as typed without what only helps reading it: `+1 (512) 555-0117` → `+15125550117`. */
export const phoneNumber = (typed: string): string =>
  latinDigits(typed)
    .replaceAll(/[\s.\p{Pd}/]/gu, "")
    .replace(/^00/, "+")
    .replace(TRUNK_ZERO, "$1")
    .replaceAll(/[()]/g, "");

/** Whether a number can be called from anywhere: its country's code and up to fifteen digits (ITU-T E.164). */
export const isPhoneNumber = (number: string): boolean => /^\+[1-9]\d{6,14}$/.test(number);
