import type { Context, PageLanguages } from "#lib/context.ts";
import { isLanguage, LANGUAGES, primaryOf } from "#lib/envelopes/core/languages.ts";
import { loadPublished } from "./consent/store.ts";
import { newestNotices } from "./core/consent.ts";
import type { FoundLink } from "./link-store.ts";

/**
 * The languages a person's pages can be in, and which of them was chosen by them or else by the sender. To a consumer
 * only those are offered in which the notice the law asks for was reviewed and published.
 */
export async function pageLanguages(
  ctx: Context,
  { recipient, consentMode }: Pick<FoundLink, "recipient" | "consentMode">,
): Promise<PageLanguages> {
  const isOffered = await offeredIn(ctx, consentMode);
  const offered = LANGUAGES.filter(isOffered);
  const known = [recipient.chosenLanguage, recipient.language].find(
    (tag) => tag !== null && isLanguage(tag) && isOffered(tag),
  );
  return { chosen: known ? (known as PageLanguages["chosen"]) : null, offered };
}

async function offeredIn(ctx: Context, mode: "business" | "consumer") {
  if (mode === "business") return () => true;
  const notices = newestNotices("consumer", await loadPublished(ctx));
  return (tag: string) => notices.has(primaryOf(tag));
}
