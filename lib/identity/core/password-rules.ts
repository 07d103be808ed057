import { identityError } from "../errors.ts";

/** SP 800-63B-4 §3.1.1.2: 15 characters when the password is the only factor; length counts, not composition. */
export const PASSWORD_LENGTH = { least: 15, most: 256 } as const;

/** What long passwords that are guessed first are made of. Short ones are refused by their length already. */
const COMMON = [
  ..."correcthorsebatterystaple thequickbrownfoxjumpsoverthelazydog inwitnesswhereof".split(" "),
  ..."qwertyuiopasdfghjklzxcvbnm qwertyuiop asdfghjkl zxcvbnm qwertzuiop azertyuiop qwerty qwertz azerty".split(
    " ",
  ),
  ..."1qaz2wsx3edc4rfv 1q2w3e4r5t6y7u8i 1qaz2wsx 1q2w3e4r thequickbrownfox jumpsover thelazydog".split(" "),
  ..."administrator password passwort passw0rd p@ssw0rd p@ssword letmein welcome iloveyou changeme trustno1".split(
    " ",
  ),
  ..."football baseball superman princess sunshine whatever dragon monkey master shadow secret admin".split(
    " ",
  ),
  ..."abc123 whereof contract signature login test".split(" "),
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
  const typed = normalized.toLowerCase();
  const words = [...COMMON, ...known.flatMap((entry) => entry.toLowerCase().split(/[^\p{L}\p{N}]+/u))];
  // With and without what people put between words and at the ends: no way may it come to nothing.
  const joined = typed.replace(/[\s\p{Pd}\p{Pc}.,]/gu, "");
  const bare = joined.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "") || joined;
  const isGuessed = [typed, joined, bare].some((text) => isPattern(text) || isPattern(without(words, text)));
  if (isGuessed) throw identityError("password-too-common", "it is among the first to be guessed");
}

const LEAST_CORE = 8;

/** Whether a text is next to nothing: short, the same again and again, or a run of neighbors. */
function isPattern(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0)!);
  if (codes.length < LEAST_CORE || isRepeated(codes)) return true;
  const steps = codes.slice(1).map((code, index) => code - codes[index]!);
  // After 9 comes 0, and before 0 comes 9.
  const isRun = (way: number) => steps.every((step) => step === way || step === -9 * way);
  return isRun(1) || isRun(-1);
}

/** Whether a text is a part of it over and over, the last time perhaps cut off. */
function isRepeated(codes: readonly number[]): boolean {
  for (let period = 1; period * 2 <= codes.length; period++)
    if (codes.every((code, index) => index < period || code === codes[index - period])) return true;
  return false;
}

/** What is left when the words everybody tries first are taken out, the longest first. */
function without(words: readonly string[], text: string): string {
  let rest = text;
  for (const word of words.filter(({ length }) => length >= 4).sort((a, b) => b.length - a.length))
    rest = rest.replaceAll(word, "");
  return rest;
}
