/** Letters of one language, or of a few of which the first is by far the most written. */
const SCRIPTS: readonly (readonly [script: RegExp, language: string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, "ja"],
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Han}/gu, "zh"],
  [/\p{Script=Hebrew}/gu, "he"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Greek}/gu, "el"],
];

/** Small words that a language cannot do without, and its neighbours do not have. */
const SMALL_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: ["the", "of", "and", "to", "this", "shall", "by", "with", "which", "or"],
  es: ["el", "los", "las", "del", "y", "por", "con", "una", "este", "o"],
  fr: ["le", "les", "des", "et", "du", "une", "est", "dans", "par", "ou", "aux"],
  de: ["der", "die", "das", "und", "den", "ist", "nicht", "mit", "zu", "oder", "werden"],
  pt: ["o", "os", "das", "dos", "e", "da", "do", "não", "uma", "com", "ou", "pelo"],
  it: ["il", "di", "che", "della", "e", "gli", "per", "non", "una", "del", "con", "sono"],
  nl: ["het", "een", "van", "en", "de", "niet", "dat", "voor", "met", "wordt", "zijn"],
  pl: ["w", "z", "na", "się", "jest", "oraz", "nie", "lub", "przez", "dnia", "do"],
  vi: ["và", "của", "các", "không", "được", "có", "cho", "trong", "này", "theo"],
};

const FEWEST_LETTERS = 40;
const FEWEST_WORDS = 5;

/**
 * The language a text is written in, for a voice that reads it out.
 *
 * @param text as much of it as there is; the first pages are enough.
 * @returns BCP 47; null when it does not tell, since a wrong voice is worse than the reader's own.
 * @see WCAG 2.2, 3.1.1
 */
export function languageOf(text: string): string | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters < FEWEST_LETTERS) return null;
  const share = (pattern: RegExp) => (text.match(pattern)?.length ?? 0) / letters;
  // Japanese has ideographs between its own letters.
  for (const [script, language] of SCRIPTS)
    if (share(script) > (language === "ja" ? 0.15 : 0.5)) return language;
  if (share(/\p{Script=Arabic}/gu) > 0.5) return /[پچژگ]/u.test(text) ? "fa" : "ar";
  if (share(/\p{Script=Devanagari}/gu) > 0.5) return "hi";
  if (share(/\p{Script=Cyrillic}/gu) > 0.5) return /[іїєґ]/iu.test(text) ? "uk" : "ru";
  return share(/\p{Script=Latin}/gu) > 0.5 ? bySmallWords(text) : null;
}

function bySmallWords(text: string): string | null {
  const counts = new Map<string, number>();
  for (const [word] of text.toLocaleLowerCase("en").matchAll(/\p{L}+/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  const scores = Object.entries(SMALL_WORDS)
    .map(([language, words]) => ({
      language,
      score: words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0),
    }))
    .toSorted((a, b) => b.score - a.score);
  const [best, second] = scores as [(typeof scores)[0], (typeof scores)[0]];
  return best.score >= FEWEST_WORDS && best.score > second.score * 1.3 ? best.language : null;
}
