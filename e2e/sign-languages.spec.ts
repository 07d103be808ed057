import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "@playwright/test";
import { DEVICES, type Envelope, expect, expectAccessible, test } from "./fixtures.ts";

/** Where pictures of every page go, when somebody wants to look at them. */
const PICTURES = process.env.E2E_PICTURES;
const WIDTHS = { 390: DEVICES.phone, 1280: DEVICES.desktop } as const;
type Words = typeof import("../messages/en/sign.json");
const wordsOf = (language: string): Words =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, `../messages/${language}/sign.json`), "utf8"));

const NAMES = { ar: "أحمد Al-Amin", he: "שלום Cohen" } as const;

async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  const overflows = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
  );
  expect(overflows, `${name} is wider than the screen`).toBe(false);
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}

async function pageFor(browser: Browser, width: keyof typeof WIDTHS, locale = "en-US"): Promise<Page> {
  return (await browser.newContext({ ...WIDTHS[width], locale })).newPage();
}

for (const language of ["ar", "he"] as const)
  for (const width of [390, 1280] as const)
    test.describe(`${language} at ${width} pixels`, () => {
      const words = wordsOf(language);
      const name = (what: string) => `${language}-${width}-${what}`;
      const FIELDS = [
        { type: "text", box: [0.12, 0.2, 0.5, 0.03], label: "مدينة City" },
        { type: "checkbox", box: [0.12, 0.27, 0.03, 0.021], isRequired: false },
        { type: "date", box: [0.6, 0.35, 0.25, 0.03] },
        { type: "initials", box: [0.7, 0.42, 0.12, 0.04] },
        { type: "signature", box: [0.12, 0.5, 0.4, 0.06] },
      ] as const;

      test("a document is signed from right to left", async ({ browser, server }) => {
        const page = await pageFor(browser, width);
        const signer = { name: NAMES[language], language, fields: FIELDS } as const;
        const envelope = await server.sends({
          to: [signer],
          title: "عقد Lease 12B",
          message: "مرحبا, hello",
        });
        await page.goto(await envelope.linkFor(NAMES[language]));
        await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await look(page, name("01-consent"));
        await page.getByRole("button", { name: words.consent.readNotice }).click();
        await look(page, name("02-notice"));
        await page.getByRole("button", { name: words.consent.close }).click();
        await page.getByRole("button", { name: words.consent.paper }).click();
        await look(page, name("03-paper"));
        await page.getByRole("button", { name: words.consent.close }).click();
        await page.getByRole("button", { name: words.consent.agree }).click();
        await page.getByRole("button", { name: words.menu.open }).click();
        await look(page, name("04-menu"));
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: words.menu.language, exact: false }).click();
        await look(page, name("05-languages"));
        await page.keyboard.press("Escape");

        const bar = page.getByRole("region", { name: words.bar.label }).getByRole("button").last();
        await bar.click();
        await page.keyboard.type("مدينة New York 12");
        await look(page, name("06-text"));
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: words.adopt.submit }).waitFor();
        await page.waitForTimeout(800);
        await look(page, name("07-adopt"));
        await page.getByRole("tab", { name: words.adopt.draw }).click();
        await look(page, name("08-draw"));
        await page.getByRole("tab", { name: words.adopt.upload }).click();
        await look(page, name("09-upload"));
        await page.getByRole("tab", { name: words.adopt.type }).click();
        await page.waitForTimeout(600);
        await page.getByRole("button", { name: words.adopt.submit }).click();
        const finish = page.getByRole("button", { name: words.bar.finish, exact: true });
        for (let step = 0; step < 6 && (await finish.count()) === 0; step++) {
          await bar.click();
          await page.waitForTimeout(400);
        }
        await page.waitForTimeout(500);
        if ((await page.locator("dialog[open]").count()) === 0) await bar.click();
        await look(page, name("10-review"));
        await page
          .locator("dialog[open]")
          .getByRole("button", { name: words.bar.finish, exact: true })
          .click();
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.getByText(words.done.people)).toBeVisible();
        await look(page, name("11-done"));
        await envelope.isCompleted();
        await expect(page.getByText(words.done.signed)).toBeVisible({ timeout: 60_000 });
        await look(page, name("12-complete"));
        for (const place of ["rights", "certificate", "delegate", "report"]) {
          await page.goto(`${await envelope.linkFor(NAMES[language])}/${place}`);
          await look(page, name(`13-${place}-after`));
        }
      });

      test("every other page of a signer is in order", async ({ browser, server }) => {
        const page = await pageFor(browser, width);
        const one = { name: NAMES[language], language } as const;
        const other = { name: "Ben Okafor" } as const;
        const sends = (to: Parameters<typeof server.sends>[0]["to"]) =>
          server.sends({ to, title: "Lease 12B" });
        const shows = async (envelope: Envelope, what: string) => {
          await page.goto(await envelope.linkFor(NAMES[language]));
          await look(page, name(what));
        };
        const open = await sends([one]);
        for (const place of ["rights", "certificate", "delegate", "report"]) {
          await page.goto(`${await open.linkFor(NAMES[language])}/${place}`);
          await look(page, name(`20-${place}`));
        }
        await open.isVoided();
        await shows(open, "21-voided");
        const declined = await sends([one]);
        await declined.isDeclinedBy(NAMES[language]);
        await shows(declined, "22-declined");
        const expired = await sends([one]);
        await expired.linkFor(NAMES[language]);
        await expired.expires();
        await shows(expired, "23-expired");
        const waiting = await sends([other, one]);
        await page.goto(await waiting.earlyLinkFor(NAMES[language]));
        await look(page, name("24-waiting"));
        const checked = await sends([{ ...one, check: "email-code" }]);
        await shows(checked, "25-check");
        await page.getByRole("button", { name: words.check.submit }).click();
        await look(page, name("26-check-missing"));
        const half = await server.sends({ to: [one, other], order: "parallel", title: "Lease 12B" });
        await half.linkFor(NAMES[language]);
        await half.isFinishedBy(NAMES[language]);
        await shows(half, "27-others");
        await page.goto(`/sign/${"x".repeat(43)}?lang=${language}`);
        await expect(page.getByRole("heading", { name: words.state.notFound.heading })).toBeVisible();
        await look(page, name("28-not-found"));
      });
    });

/** What stands in a sentence before or after what is filled in. */
const partOf = (sentence: string): string =>
  sentence
    .split("{to}")
    .toSorted((a, b) => b.length - a.length)[0]!
    .trim();

const READERS = {
  ar: { name: "فاطمة الزهراء", value: "كما اتفقنا في ٢٠ نوفمبر" },
  ja: { name: "山田太郎", value: "合意したとおりです" },
} as const;

/** Whether another reader finds these words in a PDF. One that runs from right to left may be told as it is drawn. */
function expectSaid(pdf: string, words: readonly string[]): void {
  const text = execFileSync("mutool", ["draw", "-F", "text", pdf], { encoding: "utf8", stdio: "pipe" });
  const found = text.normalize("NFKC").replaceAll(/\p{Cf}/gu, "");
  for (const word of words.flatMap((said) => said.split(" ")).filter((word) => !/\p{Nd}/u.test(word))) {
    const turned = [...word].reverse().join("");
    expect(found.includes(word) || found.includes(turned), `${word} in ${found}`).toBe(true);
  }
}

for (const [language, { name, value }] of Object.entries(READERS))
  test(`in ${language} a code comes by mail, lets in, and the copies say it in the same words`, async ({
    browser,
    server,
  }, info) => {
    test.setTimeout(240_000);
    const words = wordsOf(language);
    const context = await browser.newContext({ ...DEVICES.phone, locale: language, acceptDownloads: true });
    const page = await context.newPage();
    const fields = [
      { type: "text", box: [0.12, 0.42, 0.5, 0.03], label: "City" },
      { type: "signature", box: [0.12, 0.5, 0.4, 0.06] },
    ] as const;
    const signer = { name, fields, language: language as "ar" | "ja", check: "email-code" } as const;
    const envelope = await server.sends({ to: [signer], title: "Lease 12B" });
    await page.goto(await envelope.linkFor(name));
    await page.getByRole("button", { name: partOf(words.check.send["email-code"]) }).click();
    const code = page.getByLabel(words.check.fields["email-code"], { exact: true });
    await code.fill(await envelope.codeFor(name));
    await page.getByRole("button", { name: words.consent.agree }).click();
    const bar = page.getByRole("region", { name: words.bar.label }).getByRole("button").last();
    await bar.click();
    await page.keyboard.type(value);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("radio").first().waitFor();
    await page.getByRole("button", { name: words.adopt.submit }).click();
    const finish = page.locator("dialog[open]").getByRole("button", { name: words.bar.finish, exact: true });
    await finish.waitFor();
    await page.keyboard.press("Escape");
    await page
      .locator("[data-page]")
      .first()
      .screenshot({ path: info.outputPath("screen.png") });
    await bar.click();
    await finish.click();
    await expect(page.getByText(words.done.people)).toBeVisible();
    await envelope.isCompleted();
    await page.reload();
    const keeps = async (label: string) => {
      const waiting = page.waitForEvent("download");
      await page.getByRole("link", { name: label }).click();
      return (await waiting).path();
    };
    const signed = await keeps(words.done.signed);
    execFileSync("mutool", ["draw", "-q", "-r", "100", "-o", info.outputPath("sealed.png"), signed, "1"]);
    expectSaid(signed, [name, value]);
    const { heading } = JSON.parse(
      readFileSync(path.join(import.meta.dirname, `../messages/${language}/summary.json`), "utf8"),
    );
    expectSaid(await keeps(words.done.auditTrail), [name, heading]);
    await context.close();
  });

test("the sender's choice goes before the link, the link before the browser, and the reader's before all", async ({
  browser,
  server,
}) => {
  const page = await pageFor(browser, 1280, "fr-CA");
  const envelope = await server.sends({
    to: [{ name: "Ana Ruiz" }, { name: "Ben Okafor", language: "pl" }],
    order: "parallel",
  });
  const link = await envelope.linkFor("Ana Ruiz");
  await page.goto(link);
  await expect(page.getByRole("button", { name: wordsOf("fr").consent.agree })).toBeVisible();
  await page.goto(`${link}?lang=de`);
  await expect(page.getByRole("button", { name: wordsOf("de").consent.agree })).toBeVisible();
  await page.goto(`${await envelope.linkFor("Ben Okafor")}?lang=de`);
  await expect(page.getByRole("button", { name: wordsOf("pl").consent.agree })).toBeVisible();

  await page.goto(link);
  await page.getByRole("button", { name: wordsOf("fr").menu.language }).click();
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await page.goto(`${link}?lang=de`);
  await page.getByRole("button", { name: wordsOf("ja").consent.agree }).click();
  await page.getByRole("region", { name: wordsOf("ja").bar.label }).waitFor();
  const events = await envelope.events();
  expect(events.filter(({ type }) => type === "language.chosen").map(({ data }) => data.language)).toEqual([
    "ja",
  ]);
  const given = events.find(({ type }) => type === "consent.given");
  expect(given?.data.notice).toMatchObject({ version: "business-1", locale: "ja" });
  expect(given?.data.wording).toBe(wordsOf("ja").consent.agree);
});

test("fields stay at their places on the page, whichever way its words run", async ({ browser, server }) => {
  const places = async (language: "en" | "ar") => {
    const page = await pageFor(browser, 1280);
    const box = [0.12, 0.5, 0.4, 0.06] as const;
    const fields = [{ type: "signature", box }] as const;
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz", language, fields }] });
    await page.goto(await envelope.linkFor("Ana Ruiz"));
    await page.getByRole("button", { name: wordsOf(language).consent.agree }).click();
    const sheet = (await page.locator("[data-page]").first().boundingBox())!;
    const field = (await page.locator("[data-field]").first().boundingBox())!;
    const transform = await page
      .locator("[data-page] img")
      .first()
      .evaluate((image) => getComputedStyle(image).transform);
    expect(transform).toBe("none");
    return [(field.x - sheet.x) / sheet.width, (field.y - sheet.y) / sheet.height].map((at) => at.toFixed(3));
  };
  expect(await places("ar")).toEqual(await places("en"));
});

test("to a consumer nothing is in a language whose notice nobody reviewed", async ({ browser, server }) => {
  const page = await pageFor(browser, 390, "ar");
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], consentMode: "consumer" });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("button", { name: /^Language/ })).toHaveCount(0);
});
