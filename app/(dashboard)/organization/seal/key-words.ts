import type { useTranslations } from "next-intl";

type Words = ReturnType<typeof useTranslations<"app.seal">>;

/** What a kind of key is called; its code where it has no other name. */
export const algorithmWords = (t: Words, algorithm: string): string =>
  t.has(`keys.${algorithm}` as "title") ? t(`keys.${algorithm}` as "title") : algorithm;

/** Where keys are kept, likewise. */
export const providerWords = (t: Words, provider: string): string =>
  t.has(`providers.${provider}` as "title") ? t(`providers.${provider}` as "title") : provider;
