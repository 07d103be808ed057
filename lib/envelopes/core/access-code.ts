import { latinDigits } from "#lib/identity/core/latin-digits.ts";

const LEAST = 6;

/**
 * A code as it is compared: without spaces and dashes, in capitals.
 *
 * @returns null for one that is too short, or of fewer than four different signs.
 */
export function accessCode(typed: string): string | null {
  const code = comparedCode(typed);
  return code.length >= LEAST && new Set(code).size >= 4 ? code : null;
}

/** What somebody typed, as it is compared. */
export const comparedCode = (typed: string): string =>
  latinDigits(typed)
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, "");
