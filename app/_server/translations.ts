import "server-only";
import { getLocale, type getTranslations } from "next-intl/server";
import { createTranslator } from "use-intl/core";
import { isLanguage } from "#lib/envelopes/core/languages.ts";
import { messagesIn } from "../../i18n/messages.ts";

const kept = new Map<string, ReturnType<typeof createTranslator>>();

/**
 * What `getTranslations` gives, for pages that are asked for all the time: sentences are compiled once in the life of the
 * process, and not for each request. There are no more of them than languages times namespaces.
 */
export const translations = (async (namespace: string) => {
  const locale = await getLocale();
  const name = `${locale} ${namespace}`;
  const known = kept.get(name);
  if (known) return known;
  const messages = await messagesIn(isLanguage(locale) ? locale : "en");
  const made = createTranslator({ ...{ locale, messages, timeZone: "UTC" }, namespace: namespace as never });
  kept.set(name, made);
  return made;
}) as unknown as typeof getTranslations;
