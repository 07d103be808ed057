import type { Language } from "#lib/envelopes/core/languages.ts";

/** Each in its own words: who looks for a language need not read the one the page is in. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  "pt-BR": "Português (Brasil)",
  it: "Italiano",
  nl: "Nederlands",
  pl: "Polski",
  uk: "Українська",
  ar: "العربية",
  he: "עברית",
  hi: "हिन्दी",
  "zh-Hans": "简体中文",
  ja: "日本語",
  ko: "한국어",
  vi: "Tiếng Việt",
};
