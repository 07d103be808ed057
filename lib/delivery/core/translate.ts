import { createTranslator } from "use-intl/core";
import { directionOf, formatLocale, languageFor } from "#lib/envelopes/core/languages.ts";
import memberMails from "../../../messages/en/member-mail.json" with { type: "json" };
import { SIGNER_MAILS } from "./signer-mails.ts";

/** Words of mails, by key and in ICU message syntax. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

type Words = { readonly [key: string]: string | Words };

/** Words of mails to members, in English. */
export const mailWords = (): Translate => translator("en", over(SIGNER_MAILS.en as Words, memberMails));

/** Words of mails to a signer. @param language BCP 47; English stands in where there are no words yet. */
export function signerMailWords(language: string): Translate {
  const known = languageFor([language]);
  const words = over(SIGNER_MAILS.en as Words, SIGNER_MAILS[known] as Words);
  return translator(known, directionOf(known) === "rtl" ? isolated(words) : words);
}

/** What is filled in keeps its own direction among letters from right to left. @see UAX #9 §2.4.1 */
function isolated(words: Words): Words {
  const entries = Object.entries(words).map(([key, value]): [string, string | Words] => [
    key,
    typeof value === "object" ? isolated(value) : value.replaceAll(/\{\w+\}/g, "\u2068$&\u2069"),
  ]);
  return Object.fromEntries(entries);
}

const translator = (language: string, mail: Words): Translate =>
  createTranslator({
    ...{ locale: formatLocale(language), messages: { mail }, namespace: "mail" },
  }) as unknown as Translate;

function over(below: Words, above: Words): Words {
  const merged: Record<string, string | Words> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = typeof value === "object" && typeof under === "object" ? over(under, value) : value;
  }
  return merged;
}
