import type { Context } from "#lib/context.ts";
import { BUILT_IN_NOTICES, type ConsentNotice } from "../core/consent.ts";
import { signingError } from "../errors.ts";
import { loadPublished } from "./store.ts";

export interface KnownNotice extends ConsentNotice {
  /** Null for what comes with the product. */
  readonly publishedAt: Date | null;
}

/** A version that people were or are shown. @throws signing/consent-unknown */
export async function knownNotice(ctx: Context, version: string, locale: string): Promise<KnownNotice> {
  const isIt = (notice: ConsentNotice) => notice.version === version && notice.locale === locale;
  const builtIn = BUILT_IN_NOTICES.find(isIt);
  if (builtIn) return { ...builtIn, publishedAt: null };
  const notice = (await loadPublished(ctx)).find(isIt);
  if (!notice) throw signingError("consent-unknown", `${version} ${locale}`);
  return notice;
}
