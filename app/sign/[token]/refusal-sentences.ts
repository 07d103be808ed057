import "server-only";
import { getLocale } from "next-intl/server";
import { isLanguage } from "#lib/envelopes/core/languages.ts";
import { refusalSentences as sentencesIn } from "../../_server/desk-sentences.ts";

/** Sentences for what can be refused on this page. */
export async function refusalSentences(): Promise<Record<string, string>> {
  const locale = await getLocale();
  return sentencesIn(isLanguage(locale) ? locale : "en");
}
