import "server-only";
import { headers } from "next/headers";
import { getLocale } from "next-intl/server";
import { cache } from "react";
import type { Context } from "#lib/context.ts";
import { type CheckView, openCheck } from "#lib/signing/checks/open-check.ts";
import { type CeremonyView, openCeremony } from "#lib/signing/open-ceremony.ts";
import { recordFetch } from "#lib/signing/record-fetch.ts";
import { recipientContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";

/** The ceremony, or the check that comes before it. */
export type Door =
  | { readonly kind: "check"; readonly check: CheckView }
  | { readonly kind: "ceremony"; readonly view: CeremonyView };

/** What is behind a link, asked once for a page and its title. A link that never was is not found. */
export const loadCeremony = cache(
  (token: string, language?: string): Promise<Door> =>
    answerPage(async () => {
      const ctx = await recipientContext(token);
      await noteFetch(ctx);
      if (ctx.actor.kind === "link-holder") return { kind: "check", check: await openCheck(ctx) };
      const view = await openCeremony(ctx, { languages: await languagesOf(language) });
      return { kind: "ceremony", view };
    }),
);

/** What the person chose for the notice, then what the page is in. */
async function languagesOf(chosen: string | undefined): Promise<string[]> {
  return [...(chosen ? [chosen.slice(0, 20)] : []), await getLocale()];
}

/** A page that looks again by itself is no new fetch of the link. */
async function noteFetch(ctx: Context): Promise<void> {
  const purpose = (await headers()).get("sec-fetch-dest");
  if (purpose === null || purpose === "document") await recordFetch(ctx);
}
