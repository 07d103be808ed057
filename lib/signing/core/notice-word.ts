/** No vowels, so that no word comes of it; nothing that looks like something else. */
const SIGNS = "BCDFGHJKMNPQRTVWXZ2346789";
const LENGTH = 4;
const CHOICES = 4;

export interface NoticeWord {
  readonly word: string;
  /** The word among others, in no order. */
  readonly choices: readonly string[];
}

/**
 * A word to be read out of a PDF, with others to choose it from.
 *
 * @param random 64 random bytes.
 * @throws RangeError with fewer
 */
export function newNoticeWord(random: Uint8Array): NoticeWord {
  if (random.length < 64) throw new RangeError("a word and its choices need 64 random bytes");
  const words: string[] = [];
  for (let start = 1; words.length < CHOICES; start += LENGTH) {
    const word = Array.from(
      random.subarray(start, start + LENGTH),
      (byte) => SIGNS[byte % SIGNS.length],
    ).join("");
    if (word.length < LENGTH) throw new RangeError("the bytes are not random");
    if (!words.includes(word)) words.push(word);
  }
  return { word: words[random[0]! % CHOICES]!, choices: words };
}

/** Whether somebody read the word: spaces, case and dashes do not matter. */
export const isNoticeWord = (typed: string, word: string): boolean =>
  typed.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, "") === word;
