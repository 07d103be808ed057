import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import type { PageLanguages } from "#lib/context.ts";
import { acceptedLanguages, LANGUAGES, type Language, languageFor } from "#lib/envelopes/core/languages.ts";
import { isRefusal } from "#lib/errors.ts";
import { telephoneLanguages } from "#lib/signing/hand-overs/telephone-languages.ts";
import { recipientContext, visitor } from "./context.ts";

export interface PageLanguage {
  readonly language: Language;
  /** What else the page can be read in. */
  readonly offered: readonly Language[];
}

// The page a telephone opens belongs to no link, nor does the list of what is on a device, nor a host's device.
const SIGNER_PAGE = /^\/sign\/(?!hand-over\/|kept$)([^/?]+)/;
const HAND_OVER = /^\/sign\/hand-over\/([^/?]+)/;
const NOBODYS = /^\/(sign\/kept$|start\/|kiosk$)/;
/** A preview is in what its person will read, which its address says. */
const PREVIEW = /^\/preview\//;
/** Where anybody checks a file. */
const VERIFY = /^\/verify$/;

/**
 * The language of the page that is asked for: what its reader chose, or else its sender, then what the link says, then
 * what the browser asks for. Pages of members are in English.
 */
export const pageLanguage = cache(async (): Promise<PageLanguage> => {
  const sent = await headers();
  const address = new URL(sent.get("x-page-address") ?? "/", "http://localhost");
  const token = SIGNER_PAGE.exec(address.pathname)?.[1];
  if (PREVIEW.test(address.pathname)) {
    const asked = address.searchParams.get("lang")?.slice(0, 20);
    return { language: languageFor(asked ? [asked] : ["en"], LANGUAGES), offered: LANGUAGES };
  }
  const code = HAND_OVER.exec(address.pathname)?.[1];
  if (!token && !code && !NOBODYS.test(address.pathname) && !VERIFY.test(address.pathname))
    return { language: "en", offered: ["en"] };
  const { chosen, offered } = token
    ? await languagesOf(decodeURIComponent(token))
    : code
      ? await languagesOfCode(decodeURIComponent(code))
      : ANY;
  const linked = address.searchParams.get("lang")?.slice(0, 20);
  const accepted = acceptedLanguages(sent.get("accept-language") ?? "");
  // A telephone's page keeps in its address what was chosen on it; a link keeps it with its person.
  const known = code ? [linked, chosen] : [chosen, linked];
  const wanted = [...known.flatMap((one) => (one ? [one] : [])), ...accepted];
  return { language: languageFor(wanted, offered), offered };
});

const ANY: PageLanguages = { chosen: null, offered: LANGUAGES };

/** Of the page that showed the code. */
async function languagesOfCode(code: string): Promise<PageLanguages> {
  try {
    return await telephoneLanguages(await visitor(), code);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return ANY;
  }
}

/** A link that leads nowhere is told so in any language; a link that has ended keeps no choice, but the address does. */
async function languagesOf(token: string): Promise<PageLanguages> {
  try {
    const { actor } = await recipientContext(token);
    const known = actor.kind === "recipient" || actor.kind === "link-holder" ? actor.languages : undefined;
    if (known) return known;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  return ANY;
}
