import type { Context } from "#lib/context.ts";
import { BUILT_IN_NOTICES, type ConsentNotice } from "../core/consent.ts";
import { signingError } from "../errors.ts";
import { loadPublished } from "./store.ts";

/** A version that people were or are shown. @throws signing/consent-unknown */
export async function knownNotice(ctx: Context, version: string, locale: string): Promise<ConsentNotice> {
  const isIt = (notice: ConsentNotice) => notice.version === version && notice.locale === locale;
  const notice = BUILT_IN_NOTICES.find(isIt) ?? (await loadPublished(ctx)).find(isIt);
  if (!notice) throw signingError("consent-unknown", `${version} ${locale}`);
  return notice;
}
