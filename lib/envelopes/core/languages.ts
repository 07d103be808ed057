/** The languages a signer can read everything in, as BCP 47 tags. */
export const LANGUAGES = [
  ...(["en", "es", "fr", "de", "pt-BR", "it", "nl", "pl"] as const),
  ...(["uk", "ar", "he", "hi", "zh-Hans", "ja", "ko", "vi"] as const),
] as const;
export type Language = (typeof LANGUAGES)[number];

/** A recipient's language as the sender sets it; empty when it follows the reader's browser. */
export const RECIPIENT_LANGUAGES = ["", ...LANGUAGES] as const;

export const isLanguage = (tag: string): tag is Language => LANGUAGES.some((language) => language === tag);

/** The primary subtag, which names the language of a notice. */
export const primaryOf = (tag: string): string => {
  const primary = tag.split(/[-_]/, 1)[0]!.toLowerCase();
  return primary === "iw" ? "he" : primary;
};

/**
 * The first wanted language that is on offer, by its primary subtag: `es-MX` reads Spanish.
 *
 * @param wanted  BCP 47, best first; anything else in it is passed over.
 * @param offered English is always among them.
 * @see RFC 4647 §3.4
 */
export function languageFor(wanted: readonly string[], offered: readonly Language[] = LANGUAGES): Language {
  for (const tag of wanted) {
    const found = offered.find((language) => primaryOf(language) === primaryOf(tag));
    if (found) return found;
  }
  return "en";
}

/**
 * What a browser asks for, best first.
 *
 * @param header as it came, of any length.
 * @see RFC 9110 §12.5.4
 */
export function acceptedLanguages(header: string): string[] {
  return header
    .slice(0, 200)
    .split(",")
    .map((entry) => {
      const [tag = "", weight = "q=1"] = entry.trim().split(";");
      return { tag, weight: Number(weight.trim().replace(/^q=/, "")) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

/** Which way a language is written. */
export const directionOf = (tag: string): "ltr" | "rtl" =>
  ["ar", "he"].includes(primaryOf(tag)) ? "rtl" : "ltr";

/** For numbers and dates: the digits are those printed in documents, ids and codes. @see UTS #35 (`nu`) */
export const formatLocale = (language: string): string =>
  primaryOf(language) === "en" ? "en-GB" : `${language}-u-nu-latn`;

/** A day and time with its offset, as a person reads it: `20 November 2026 at 14:05 (UTC−6)`. */
export function instantIn(language: string, at: Date, timeZone = "UTC"): string {
  const words = formatOf(formatLocale(language), timeZone, {
    ...{ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
    hourCycle: "h23",
  }).format(at);
  return `${words} (${offsetOf(at, timeZone)})`;
}

const MOST_KEPT = 500;
const kept = new Map<string, Intl.DateTimeFormat>();

/** To make one costs far more than to use it. */
function formatOf(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const name = `${locale} ${timeZone}`;
  const known = kept.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone });
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(name, made);
  return made;
}

/** The same letters everywhere: some languages have a word of their own for Greenwich. */
function offsetOf(at: Date, timeZone: string): string {
  const parts = formatOf("en", timeZone, { timeZoneName: "shortOffset" }).formatToParts(at);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return offset
    .replace(/^GMT([+-]0)?$/, "UTC")
    .replace("GMT", "UTC")
    .replace("-", "−");
}
