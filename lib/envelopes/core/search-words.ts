const LONGEST = 64;
/** Scripts that are written without spaces between words: found by two characters beside each other. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const MOST_WORDS = 40_000;
const MOST_ASKED = 12;

/** Letters and digits as they are compared: without case, accents and width; ligatures and `ß` in full. */
export const folded = (text: string): string =>
  text
    .toWellFormed()
    .normalize("NFKD")
    .replace(/[\p{Mn}\p{Me}]/gu, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/ı/g, "i")
    .replace(/ø/g, "o")
    .replace(/ł/g, "l")
    .replace(/đ/g, "d")
    .replace(/æ/g, "ae")
    .replace(/œ/g, "oe")
    .normalize("NFC");

/** The words of a text by which it is found, each once. */
export function searchWords(text: string): string[] {
  const words = new Set<string>();
  for (const [run] of folded(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    for (const part of partsOf(run)) words.add(part);
    if (words.size >= MOST_WORDS) break;
  }
  return [...words];
}

function partsOf(run: string): string[] {
  const parts: string[] = [];
  const characters = [...run];
  let plain = "";
  characters.forEach((character, index) => {
    if (!UNSPACED.test(character)) {
      plain += character;
      return;
    }
    if (plain !== "") parts.push(plain.slice(0, LONGEST));
    plain = "";
    const next = characters[index + 1];
    const previous = characters[index - 1];
    if (next !== undefined && UNSPACED.test(next)) parts.push(character + next);
    else if (previous === undefined || !UNSPACED.test(previous)) parts.push(character);
  });
  if (plain !== "") parts.push(plain.slice(0, LONGEST));
  return parts;
}

/**
 * What PostgreSQL is asked for: all the words, the last one also as the beginning of a longer one. Null where nothing was
 * asked for that could be found.
 */
export function searchQuery(typed: string): string | null {
  const words = searchWords(typed.slice(0, 400)).slice(0, MOST_ASKED);
  if (words.length === 0) return null;
  return [...words.slice(0, -1), `${words.at(-1)!}:*`].join(" & ");
}
