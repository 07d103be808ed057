import { globSync } from "node:fs";
import path from "node:path";

const app = path.join(import.meta.dirname, "../app");

/** Every page there is, as its address is written: `/envelopes/[id]`. */
export const PAGES: readonly string[] = globSync("**/page.tsx", { cwd: app })
  .map((file) => `/${path.dirname(file)}`.replaceAll(/\/\([^)]+\)/g, "").replace(/^\/\.$/, "/"))
  .toSorted();

/** Shows nothing: leads on. */
export const LEADS_ON: readonly string[] = ["/"];

/**
 * What takes a story to come about, and the journeys that look at it with axe. `register-reporter.ts` holds each of them to
 * it: what is written here and not done fails the run.
 */
export const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "/welcome": ["fixtures"],
  "/sign-in": ["accounts"],
  "/sign-in/link/[token]": ["accounts"],
  "/sign/[token]": ["sign-states", "sign-everyone", "sign", "sign-keyboard"],
  "/sign/[token]/certificate": ["key-care"],
  "/sign/[token]/attestation": ["attest"],
  "/sign/[token]/delegate": ["sign-leave"],
  "/sign/[token]/report": ["sign-leave"],
  "/sign/[token]/rights": ["consents"],
  "/sign/hand-over/[code]": ["sign-marks"],
  "/start/[token]": ["rules"],
  "/kiosk": ["kiosk"],
  "/bulk/[id]": ["bulk"],
  "/templates/[id]": ["templates"],
  "/templates/[id]/kiosk": ["kiosk"],
  "/forms/[id]": ["forms"],
  "/forms/packages/[id]": ["forms"],
  "/consents/notices/[id]": ["consents"],
  "/envelopes/[id]/approval": ["home"],
  "/envelopes/[id]/correct": ["after"],
  "/envelopes/[id]/prepare": ["drafts"],
  "/preview/[id]/[person]": ["prepare-review"],
  "/hold-notice/[token]": ["retention"],
  "/reports/[id]": ["archive"],
  "/key-exports/[id]": ["key-exports"],
  "/keys/ceremonies/[id]": ["key-care"],
  "/keys/programs/approve": ["signature-providers"],
  "/keys/projects/[id]": ["key-care"],
  "/keys/authorities/[id]": ["key-authorities"],
  "/keys/rotate/[id]": ["keys"],
  "/keys/tests/[id]": ["keys"],
  "/keys/signed/[id]": ["keys"],
  "/organization/trust/[id]": ["verify"],
  "/reason/[id]": ["audit"],
};

/** The page an address belongs to, or null for a file or another site. */
export function pageOf(address: URL, origin: string = address.origin): string | null {
  if (address.origin !== origin || /\.\w+$/.test(address.pathname)) return null;
  const parts = address.pathname.split("/");
  const fits = (page: string) => {
    const own = page.split("/");
    return own.length === parts.length && own.every((part, at) => part.startsWith("[") || part === parts[at]);
  };
  return PAGES.filter(fits).toSorted((a, b) => a.split("[").length - b.split("[").length)[0] ?? null;
}
