import { directionOf, type Language } from "#lib/envelopes/core/languages.ts";

/** What every language has words for; the rest is for members, and in English. */
const READER_NAMESPACES = ["refusals", "sign", "verify"] as const;
const NAMESPACES = ["app", "mail", ...READER_NAMESPACES] as const;

type Messages = { [key: string]: string | Messages };

const read = async (language: Language, namespace: string): Promise<Messages> =>
  (await import(`../messages/${language}/${namespace}.json`)).default;

const kept = new Map<Language, Promise<Messages>>();

/** All messages for a page in a language, with English below what it lacks. */
export function messagesIn(language: Language): Promise<Messages> {
  const known = kept.get(language);
  if (known) return known;
  const loading = load(language);
  kept.set(language, loading);
  return loading;
}

async function load(language: Language): Promise<Messages> {
  const english = await namespaces("en", NAMESPACES);
  if (language === "en") return english;
  return isolatedIn(language, over(english, await namespaces(language, READER_NAMESPACES)));
}

/**
 * In a language from right to left, what is filled in is set apart from the direction of the sentence: names and
 * addresses are mostly written the other way. @see UAX #9 §2.4.1
 */
export function isolatedIn(language: Language, messages: Messages): Messages {
  if (directionOf(language) === "ltr") return messages;
  const entries = Object.entries(messages).map(([key, value]): [string, string | Messages] => [
    key,
    typeof value === "object" ? isolatedIn(language, value) : value.replaceAll(/\{\w+\}/g, "\u2068$&\u2069"),
  ]);
  return Object.fromEntries(entries);
}

async function namespaces(language: Language, names: readonly string[]): Promise<Messages> {
  const files = await Promise.all(names.map(async (name) => [name, await read(language, name)] as const));
  return Object.fromEntries(files);
}

/** One tree of messages laid over another. */
export function over(below: Messages, above: Messages): Messages {
  const merged: Messages = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    const areTrees = typeof value === "object" && typeof under === "object";
    merged[key] = areTrees ? over(under, value) : value;
  }
  return merged;
}
