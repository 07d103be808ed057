/** What a passphrase over a private key has to reach, in bits. */
export const LEAST_PASSPHRASE_BITS = 128;

/** One of 7776 words, as five dice choose them (log2). */
const WORD_BITS = 12.92;
const FEWEST_WORDS = 4;

/**
 * How many guesses a passphrase stands for at most, in bits: what whoever made it could have chosen from, as far as its
 * text shows. Words count as words, and what is repeated or in a row counts once; no estimate can tell that a text
 * stands in a book.
 *
 * @param text as it is typed; blanks and hyphens between its parts add nothing.
 */
export function passphraseBits(text: string): number {
  const parts = text
    .normalize("NFC")
    .split(/[\s_.-]+/u)
    .filter((part) => part !== "");
  const isWords = parts.length >= FEWEST_WORDS && parts.every((part) => /^\p{Lu}?\p{Ll}{2,}$/u.test(part));
  if (isWords) return new Set(parts.map((part) => part.toLowerCase())).size * WORD_BITS;
  const characters = [...parts.join("")];
  const kinds = [
    [/\p{Ll}/u, 26],
    [/\p{Lu}/u, 26],
    [/\p{N}/u, 10],
    [/[^\p{L}\p{N}]/u, 33],
  ] as const;
  const pool = kinds.reduce(
    (sum, [kind, size]) => sum + (characters.some((one) => kind.test(one)) ? size : 0),
    0,
  );
  const choices = characters.filter((_, index) => !goesOn(characters, index)).length;
  const distinct = new Set(characters).size;
  // Few different characters were not drawn from the whole alphabet they belong to.
  const from = distinct * 3 < Math.min(pool, characters.length) ? distinct : pool;
  return choices * Math.log2(Math.max(1, from));
}

/** The third or later of a row like `aaa`, `abc` or `321`. */
function goesOn(characters: readonly string[], index: number): boolean {
  const step = (at: number) => characters[at]!.codePointAt(0)! - characters[at - 1]!.codePointAt(0)!;
  return index > 1 && Math.abs(step(index)) <= 1 && step(index) === step(index - 1);
}

// Letters and digits that are not mistaken for each other when read aloud.
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/** 160 bits in eight groups of four. @param random 20 bytes. */
export function passphraseOf(random: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = "";
  for (const octet of random) {
    held = (held << 8) | octet;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31]!;
    }
    held &= (1 << bits) - 1;
  }
  return text.replace(/(.{4})(?=.)/g, "$1-");
}
