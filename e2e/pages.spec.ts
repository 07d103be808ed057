import { globSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

const app = path.join(import.meta.dirname, "../app");
/** Every page there is, as its address is written: `/envelopes/[id]`. */
const PAGES = globSync("**/page.tsx", { cwd: app })
  .map((file) => `/${path.dirname(file)}`.replaceAll(/\/\([^)]+\)/g, "").replace(/^\/\.$/, "/"))
  .toSorted();

/** Looked at by the journeys that lead there: what they show takes a story to come about. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "/": "leads on",
  "/welcome": "fixtures",
  "/sign-in": "accounts",
  "/sign-in/link/[token]": "accounts",
  "/sign/[token]": "sign-states, sign-everyone",
  "/sign/[token]/certificate": "key-care",
  "/sign/[token]/attestation": "attest",
  "/sign/[token]/delegate": "sign-leave",
  "/sign/[token]/report": "sign-leave",
  "/sign/[token]/rights": "consents",
  "/sign/hand-over/[code]": "sign-marks",
  "/sign/kept": "offline",
  "/start/[token]": "rules",
  "/kiosk": "kiosk",
  "/bulk/[id]": "bulk",
  "/templates/[id]": "templates",
  "/templates/[id]/kiosk": "kiosk",
  "/forms/[id]": "forms",
  "/forms/packages/[id]": "forms",
  "/consents/notices/[id]": "consents",
  "/envelopes/[id]/approval": "home",
  "/envelopes/[id]/correct": "after",
  "/envelopes/[id]/prepare": "drafts",
  "/preview/[id]/[person]": "prepare-review",
  "/hold-notice/[token]": "retention",
  "/reports/[id]": "archive",
  "/key-exports/[id]": "key-exports",
  "/keys/ceremonies/[id]": "key-care",
  "/keys/projects/[id]": "key-care",
  "/keys/rotate/[id]": "keys",
  "/keys/tests/[id]": "keys",
  "/keys/signed/[id]": "programs",
  "/organization/trust/[id]": "verify",
  "/reason/[id]": "keys",
};

/** The page an address belongs to, or null for a file or another site. */
function pageOf(address: URL, origin: string): string | null {
  if (address.origin !== origin || /\.\w+$/.test(address.pathname)) return null;
  const parts = address.pathname.split("/");
  const fits = (page: string) => {
    const own = page.split("/");
    return own.length === parts.length && own.every((part, at) => part.startsWith("[") || part === parts[at]);
  };
  return PAGES.filter(fits).toSorted((a, b) => a.split("[").length - b.split("[").length)[0] ?? null;
}

const linksOn = (page: Page) =>
  page
    .locator("a[href]:not([download])")
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));

test("every page of a member is fit for everybody (axe)", async ({ page, server }) => {
  test.setTimeout(400_000);
  const draft = await server.sends({ title: "Mutual NDA", to: [{ name: "Ana Ruiz" }] });
  await server.holdsDrafts(["Lease of the mill"]);
  await draft.isFinishedBy("Ana Ruiz");
  await draft.isCompleted();
  const looked = new Map<string, string>();
  const waiting = [
    "/home",
    "/envelopes",
    draft.address,
    "/account",
    "/design",
    "/log",
    "/verify",
    "/pki/policy",
  ];
  await page.goto("/envelopes");
  const { origin } = new URL(page.url());
  for (let address = waiting.shift(); address; address = waiting.shift()) {
    const name = pageOf(new URL(address, origin), origin);
    if (!name || looked.has(name) || name.startsWith("/sign")) continue;
    await page.goto(address);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    const landed = pageOf(new URL(page.url()), origin);
    if (landed !== name) continue;
    looked.set(name, address);
    await test.step(name, () => expectAccessible(page));
    waiting.push(...(await linksOn(page)));
  }
  process.stdout.write(`pages looked at by axe:\n${[...looked.keys()].toSorted().join("\n")}\n`);
  const unseen = PAGES.filter((name) => !looked.has(name) && !(name in ELSEWHERE));
  expect(unseen).toEqual([]);
});
