import { identityError } from "../errors.ts";

/** SP 800-63B-4 §3.1.1.2: 15 characters when the password is the only factor; length counts, not composition. */
export const PASSWORD_LENGTH = { least: 15, most: 256 } as const;

/** Long ones that are guessed first. Shorter ones are refused by their length already. */
const COMMON = [
  "passwordpassword",
  "password123456789",
  "123456789012345",
  "1234567890123456",
  "12345678910111213",
  "qwertyuiopasdfgh",
  "qwertyuiopasdfghjkl",
  "qwertyuiopasdfghjklzxcvbnm",
  "1qaz2wsx3edc4rfv",
  "1q2w3e4r5t6y7u8i",
  "correcthorsebatterystaple",
  "thequickbrownfox",
  "thequickbrownfoxjumps",
  "iloveyouiloveyou",
  "letmeinletmeinletmein",
  "administrator123",
  "changemechangeme",
  "trustno1trustno1",
  "welcomewelcome123",
  "abcdefghijklmnop",
  "abcdefghijklmnopqrstuvwxyz",
  "whereofwhereofwhereof",
  "inwitnesswhereof",
  "inwitnesswhereof1",
];

/**
 * Refuses a password that is too short, too long, or among the first to be guessed: a common one, one character
 * or pattern over and over, a run, or what everybody knows of the person.
 *
 * @param known words that are no secret: name, e-mail address, organization.
 * @throws identity/password-too-short, password-too-long, password-too-common
 */
export function requireGoodPassword(password: string, known: readonly string[]): void {
  const normalized = password.normalize("NFKC");
  const length = [...normalized].length;
  if (length < PASSWORD_LENGTH.least) throw identityError("password-too-short", `${length} characters`);
  if (length > PASSWORD_LENGTH.most) throw identityError("password-too-long", `${length} characters`);
  const plain = normalized.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  if (COMMON.includes(plain) || isPattern(plain) || isMostlyKnown(plain, known))
    throw identityError("password-too-common", "it is among the first to be guessed");
}

function isPattern(text: string): boolean {
  if (/^(.{1,5})\1+.{0,4}$/u.test(text)) return true;
  const codes = [...text].map((character) => character.codePointAt(0)!);
  const steps = codes.slice(1).map((code, index) => code - codes[index]!);
  return steps.length > 0 && (steps.every((step) => step === 1) || steps.every((step) => step === -1));
}

/** What is left without the known words must still be a password's core. */
function isMostlyKnown(text: string, known: readonly string[]): boolean {
  let rest = text;
  for (const word of known.flatMap((entry) => entry.toLowerCase().split(/[^\p{L}\p{N}]+/u)))
    if (word.length >= 4) rest = rest.replaceAll(word, "");
  return [...rest].length < 8;
}
