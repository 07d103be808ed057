import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import { DEVICES, type Envelope, expect, expectAccessible, type Server, test } from "./fixtures.ts";
import type { SendRequest } from "./seed.ts";

// Every state of a signer's page, in every look a browser can ask for, with names and titles that are long.

/** Where pictures of every page go, when somebody wants to look at them. */
const PICTURES = process.env.E2E_PICTURES;
type Words = typeof import("../messages/en/sign.json");
const wordsOf = (language: string): Words =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, `../messages/${language}/sign.json`), "utf8"));

/** By night signers' pages stay as they are: a document is white. */
const LOOKS = {
  forced: { colorScheme: "dark", forcedColors: "active" },
  plain: { colorScheme: "light", forcedColors: "none" },
} as const;

const CASES = [
  { language: "en", device: "phone" },
  { language: "en", device: "desktop" },
  { language: "ar", device: "phone" },
] as const;

export const ANA = "Maximiliane Freifrau von Hohenlohe-Waldenburg-Schillingsfürst";
export const BEN = "Benedikt-Chukwuemeka Okafor-Featherstonehaugh";
export const TITLE =
  "Supplement No. 4 to Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung_final_v12";
const MESSAGE =
  "As we discussed on the telephone. The plan is at https://files.example.com/plans/2026/harbour-street/ground-floor/rev-17-final.pdf\nThank you.";

/** What stands out of its own box, hidden: words somebody cannot read. */
const cutOff = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("body *")].flatMap((element) => {
      const style = getComputedStyle(element);
      const hides = /hidden|clip/.test(`${style.overflowX} ${style.overflowY}`);
      if (!hides || style.visibility === "hidden" || element.closest(".sr-only, [data-page], svg")) return [];
      const { clientWidth, clientHeight, scrollWidth, scrollHeight } = element;
      if (clientWidth < 2 || clientHeight < 2 || style.textOverflow === "ellipsis") return [];
      if (style.webkitLineClamp !== "none") return [];
      const over = scrollWidth > clientWidth + 2 || scrollHeight > clientHeight + 2;
      const isText = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === 3 && textContent?.trim(),
      );
      return over && isText ? [`${element.tagName}: ${element.textContent?.trim().slice(0, 40)}`] : [];
    }),
  );

/** What can be pressed or filled in and shows no edge: where colors are the reader's own, fills are none. */
const withoutEdge = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, input, select, textarea")].flatMap((element) => {
      const style = getComputedStyle(element);
      const isShown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      const { width, height } = element.getBoundingClientRect();
      const isOwn =
        style.appearance !== "none" && element.matches("[type=checkbox], [type=radio], [type=file]");
      const isList = element.closest("[popover], [role=menu], [role=tablist], [data-page], li, label");
      if (
        !isShown ||
        width < 2 ||
        height < 2 ||
        isList ||
        isOwn ||
        style.textDecorationLine.includes("underline")
      )
        return [];
      const edges = [style.borderTopStyle, style.borderBottomStyle, style.outlineStyle];
      const isEdged = edges.some((edge) => edge !== "none") || parseFloat(style.borderTopWidth) > 0;
      return isEdged ? [] : [`${element.tagName}: ${(element.ariaLabel ?? element.textContent)?.trim()}`];
    }),
  );

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/**
 * Looks at a state: with axe, which reads nothing of forced colors, and in either look for what is cut off, wider than the
 * screen or cannot be told from its ground. What is found is said without ending the test.
 */
export async function look(page: Page, name: string): Promise<void> {
  for (const [which, media] of Object.entries(LOOKS)) {
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    if (which === "plain") await test.step(`${name} with axe`, () => expectAccessible(page));
    else expect.soft(await withoutEdge(page), `${name} has controls without an edge`).toEqual([]);
    expect.soft(await sideways(page), `${name} is wider than the screen in ${which}`).toBeLessThanOrEqual(1);
    expect.soft(await cutOff(page), `${name} hides words in ${which}`).toEqual([]);
    if (!PICTURES) continue;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${name}-${which}.png`) });
  }
}

/** One language on one device, and how a journey goes on there. */
export interface Case {
  readonly language: "en" | "ar";
  readonly device: keyof typeof DEVICES;
  readonly words: Words;
  readonly ana: { readonly name: string; readonly language: "en" | "ar" };
  readonly ben: { readonly name: string };
  name(what: string): string;
  newContext(browser: Browser): Promise<BrowserContext>;
  sends(server: Server, request: Partial<SendRequest>): Promise<Envelope>;
  bar(page: Page): Locator;
  next(page: Page): Locator;
  agree(page: Page): Promise<void>;
  menu(page: Page): Locator;
  send(page: Page): Locator;
  opened(page: Page): Locator;
  finish(page: Page): Promise<void>;
}

/** Tests in every language and on every device that is looked at; each stands alone, so they run beside one another. */
export function forEveryCase(tests: (of: Case) => void): void {
  test.describe.configure({ mode: "parallel", timeout: 240_000 });
  for (const { language, device } of CASES)
    test.describe(`${language} on a ${device}`, () => tests(caseOf(language, device)));
}

function caseOf(language: Case["language"], device: Case["device"]): Case {
  const words = wordsOf(language);
  const ana = { name: ANA, language } as const;
  const ben = { name: BEN } as const;
  const bar = (page: Page) => page.getByRole("region", { name: words.bar.label });
  const next = (page: Page) => bar(page).getByRole("button").last();
  const [sendCode] = words.check.send["email-code"].split("{to}");
  const opened = (page: Page) => page.locator("dialog[open]");
  return {
    ...{ language, device, words, ana, ben, bar, next, opened },
    name: (what) => `${language}-${device}-${what}`,
    newContext: async (browser) => {
      const locale = language === "en" ? "en-US" : language;
      const context = await browser.newContext({ ...DEVICES[device], locale });
      context.setDefaultTimeout(20_000);
      return context;
    },
    sends: (server, request) => server.sends({ title: TITLE, message: MESSAGE, to: [ana], ...request }),
    agree: async (page) => {
      await page.getByRole("button", { name: words.consent.agree }).click();
      await next(page).waitFor();
    },
    menu: (page) => page.getByRole("button", { name: words.menu.open }),
    send: (page) => page.getByRole("button", { name: sendCode!.trim() }),
    finish: async (page) => {
      await opened(page).getByRole("button", { name: words.bar.finish, exact: true }).click();
    },
  };
}
