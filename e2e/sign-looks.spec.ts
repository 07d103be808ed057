import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Locator, Page } from "@playwright/test";
import {
  DEVICES,
  type Envelope,
  expect,
  expectAccessible,
  OWNER,
  type Server,
  signIn,
  test,
} from "./fixtures.ts";
import type { SeedField, SendRequest } from "./seed.ts";

// Every state of a signer's page, in every look a browser can ask for, with names and titles that are long.

/** Where pictures of every page go, when somebody wants to look at them. */
const PICTURES = process.env.E2E_PICTURES;
type Words = typeof import("../messages/en/sign.json");
const wordsOf = (language: string): Words =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, `../messages/${language}/sign.json`), "utf8"));

/** By night signers' pages stay as they are: a document is white. */
const LOOKS = {
  plain: { colorScheme: "light", forcedColors: "none" },
  forced: { colorScheme: "dark", forcedColors: "active" },
} as const;

const CASES = [
  { language: "en", device: "phone" },
  { language: "en", device: "desktop" },
  { language: "ar", device: "phone" },
] as const;

const ANA = "Maximiliane Freifrau von Hohenlohe-Waldenburg-Schillingsfürst";
const BEN = "Benedikt-Chukwuemeka Okafor-Featherstonehaugh";
const TITLE =
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

async function look(page: Page, name: string): Promise<void> {
  for (const [which, media] of Object.entries(LOOKS)) {
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    // Forced colors are the reader's own: what the page asked for is not on the screen.
    const but = media.forcedColors === "active" ? ["color-contrast"] : [];
    await test.step(`${name} in ${which}`, () => expectAccessible(page, but));
    if (!PICTURES) continue;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${name}-${which}.png`) });
  }
  await page.emulateMedia({ ...LOOKS.plain, reducedMotion: "reduce" });
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(sideways, `${name} is wider than the screen`).toBeLessThanOrEqual(1);
  expect.soft(await cutOff(page), `${name} hides words`).toEqual([]);
}

const FIELDS: readonly SeedField[] = [
  { type: "text", box: [0.12, 0.06, 0.5, 0.03], label: "Town where the person who signs lives" },
  { type: "email", box: [0.12, 0.12, 0.5, 0.03], label: "Mail" },
  { type: "day", box: [0.12, 0.18, 0.3, 0.03], label: "Move in" },
  { type: "checkbox", box: [0.12, 0.24, 0.03, 0.021], label: "I have read the rules", isRequired: false },
  { type: "date", box: [0.6, 0.24, 0.25, 0.03] },
  {
    ...{ type: "dropdown", box: [0.12, 0.3, 0.3, 0.03], label: "Color", isRequired: false },
    settings: { options: ["Red", "Deep blue"] },
  },
  { type: "attachment", box: [0.5, 0.3, 0.4, 0.04], label: "Proof of income", isRequired: false },
  { type: "signature", box: [0.12, 0.38, 0.4, 0.06] },
  { type: "initials", box: [0.7, 0.38, 0.12, 0.04] },
];

for (const { language, device } of CASES)
  test.describe(`${language} on a ${device}`, () => {
    test.setTimeout(480_000);
    const words = wordsOf(language);
    const name = (what: string) => `${language}-${device}-${what}`;
    const ana = { name: ANA, language } as const;
    const ben = { name: BEN } as const;
    const newContext = async (browser: Browser) => {
      const locale = language === "en" ? "en-US" : language;
      const context = await browser.newContext({ ...DEVICES[device], locale });
      context.setDefaultTimeout(20_000);
      return context;
    };
    const sends = (server: Server, request: Partial<SendRequest>) =>
      server.sends({ title: TITLE, message: MESSAGE, to: [ana], ...request });
    const bar = (page: Page) => page.getByRole("region", { name: words.bar.label });
    const next = (page: Page) => bar(page).getByRole("button").last();
    const agree = async (page: Page) => {
      await page.getByRole("button", { name: words.consent.agree }).click();
      await next(page).waitFor();
    };
    const menu = (page: Page) => page.getByRole("button", { name: words.menu.open });
    const [sendCode] = words.check.send["email-code"].split("{to}");
    const send = (page: Page) => page.getByRole("button", { name: sendCode!.trim() });
    const opened = (page: Page): Locator => page.locator("dialog[open]");
    const finish = async (page: Page) => {
      await opened(page).getByRole("button", { name: words.bar.finish, exact: true }).click();
    };

    test("from the link to the copy", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const envelope = await sends(server, { to: [{ ...ana, fields: FIELDS }, ben], order: "parallel" });
      const link = await envelope.linkFor(ANA);
      await page.goto(link);
      await look(page, name("01-consent"));
      await page.getByRole("button", { name: words.consent.readNotice }).click();
      await opened(page).waitFor();
      await look(page, name("02-notice"));
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: words.consent.paper }).click();
      await opened(page).waitFor();
      await look(page, name("03-paper"));
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: words.consent.notMe }).click();
      await opened(page).waitFor();
      await look(page, name("04-not-me"));
      await page.keyboard.press("Escape");
      await agree(page);
      await look(page, name("05-reading"));
      await menu(page).click();
      await look(page, name("06-menu"));
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: words.menu.language, exact: false }).click();
      await look(page, name("07-languages"));
      await page.keyboard.press("Escape");
      const field = (of: string) => page.getByLabel(new RegExp(of)).first();
      await next(page).click();
      await look(page, name("08-field-open"));
      await page.keyboard.type("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch");
      await next(page).click();
      await page.keyboard.type("not an address");
      await next(page).click();
      await field("Mail").focus();
      await look(page, name("09-field-wrong"));
      await field("Mail").fill("ana@example.com");
      await field("Move in").focus();
      await look(page, name("10-field-day"));
      await field("Move in").fill("2026-03-02");
      await field("Color").focus();
      await look(page, name("10-field-choice"));
      await field("Proof of income").focus();
      await look(page, name("10-field-file"));
      await menu(page).click();
      await page.getByRole("button", { name: words.menu.later }).click();
      await opened(page).getByRole("button", { name: words.later.mailAgain }).waitFor();
      await look(page, name("11-later"));
      await page.keyboard.press("Escape");
      await menu(page).click();
      await page.getByRole("button", { name: words.menu.decline }).click();
      await opened(page).waitFor();
      await opened(page).getByRole("button", { name: words.decline.submit }).click();
      await look(page, name("12-decline-missing"));
      await page.keyboard.press("Escape");
      await next(page).click();
      await opened(page).getByRole("radio").first().waitFor();
      await look(page, name("13-adopt-type"));
      await opened(page).getByLabel(words.adopt.name).fill("");
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await look(page, name("14-adopt-empty"));
      await opened(page).getByLabel(words.adopt.name).fill(ANA);
      await opened(page).getByRole("tab", { name: words.adopt.draw }).click();
      await look(page, name("15-adopt-draw"));
      if (device === "desktop") {
        await opened(page).getByRole("button", { name: words.adopt.phone.open }).click();
        await opened(page).getByRole("img", { name: words.adopt.phone.picture }).waitFor();
        await opened(page).getByText(words.adopt.phone.byHand).click();
        await look(page, name("16-adopt-phone"));
        const phone = await (await browser.newContext({ ...DEVICES.phone })).newPage();
        const address = (await opened(page)
          .getByText(/\/sign\/hand-over\//)
          .textContent())!;
        await phone.goto(`${new URL(address).pathname}?lang=${language}`);
        await look(phone, name("17-hand-over"));
        await phone.getByRole("button", { name: words.handOver.begin }).click();
        await phone.getByRole("button", { name: words.handOver.use }).waitFor();
        await look(phone, name("18-hand-over-draw"));
        await phone.goto(`${new URL(address).pathname}?lang=${language}`);
        await look(phone, name("19-hand-over-used"));
        await phone.context().close();
      }
      await opened(page).getByRole("tab", { name: words.adopt.upload }).click();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await look(page, name("20-adopt-upload-missing"));
      await opened(page).getByRole("tab", { name: words.adopt.type }).click();
      await opened(page).getByRole("radio").first().waitFor();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await opened(page).waitFor({ state: "hidden" });
      await look(page, name("21-signed-field"));
      const isReady = page.getByRole("button", { name: words.bar.finish, exact: true });
      for (let step = 0; step < 6 && (await isReady.count()) === 0; step++) {
        await next(page).click();
        await page.waitForTimeout(400);
      }
      if ((await opened(page).count()) === 0) await next(page).click();
      await opened(page).waitFor();
      await look(page, name("22-review"));
      await finish(page);
      await expect(page.getByRole("heading", { name: words.done.people })).toBeVisible();
      await look(page, name("23-done"));
      for (const place of ["rights", "certificate", "delegate", "report"]) {
        await page.goto(`${link}/${place}`);
        await look(page, name(`24-${place}-after`));
      }
      await envelope.isFinishedBy(BEN);
      await envelope.isCompleted();
      await page.goto(link);
      await expect(page.getByText(words.done.signed)).toBeVisible({ timeout: 60_000 });
      await page.reload();
      await look(page, name("25-complete"));
      await context.close();
    });

    test("other ways, and what went wrong", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const shows = async (envelope: Envelope, what: string) => {
        await page.goto(await envelope.linkFor(ANA));
        await look(page, name(what));
      };
      const open = await sends(server, { to: [ana, ben], order: "parallel" });
      const link = await open.linkFor(ANA);
      for (const place of ["rights", "certificate", "delegate", "report"]) {
        await page.goto(`${link}/${place}`);
        await look(page, name(`30-${place}`));
      }
      await page.goto(`${link}/report`);
      await page.getByRole("button", { name: words.report.submit }).click();
      await look(page, name("31-report-missing"));
      await page.getByRole("radio").first().check();
      await page.getByRole("button", { name: words.report.submit }).click();
      await page.getByText(words.report.doneHeading).waitFor();
      await look(page, name("32-report-done"));
      await page.goto(`${link}/delegate`);
      await page.getByRole("button", { name: words.delegate.submit }).click();
      await look(page, name("33-delegate-missing"));
      await page.getByRole("textbox", { name: words.delegate.name }).fill(BEN);
      await page.getByRole("textbox", { name: words.delegate.email }).fill(`ben.${Date.now()}@example.com`);
      await page.getByRole("textbox", { name: words.delegate.reason }).fill("I am away until May.");
      await page.getByRole("button", { name: words.delegate.submit }).click();
      await page.getByText(words.delegate.doneHeading).waitFor();
      await look(page, name("34-delegated"));
      await page.goto(link);
      await look(page, name("35-delegated-link"));

      const voided = await sends(server, { to: [ana, ben], order: "parallel" });
      await voided.linkFor(ANA);
      await voided.isVoided();
      await shows(voided, "36-voided");
      const declined = await sends(server, {});
      await declined.isDeclinedBy(ANA);
      await shows(declined, "37-declined");
      const byOther = await sends(server, { to: [ana, ben], order: "parallel" });
      await byOther.linkFor(ANA);
      await byOther.isDeclinedBy(BEN);
      await shows(byOther, "38-declined-by-other");
      const expired = await sends(server, {});
      await expired.linkFor(ANA);
      await expired.expires();
      await shows(expired, "39-expired");
      const waiting = await sends(server, { to: [ben, ana] });
      await page.goto(await waiting.earlyLinkFor(ANA));
      await look(page, name("40-waiting"));
      const copy = await sends(server, { to: [ben, { ...ana, role: "copy" }] });
      await page.goto(await copy.earlyLinkFor(ANA));
      await look(page, name("41-copy"));
      await page.goto(`/sign/${"x".repeat(43)}?lang=${language}`);
      await look(page, name("42-not-found"));
      await page.goto(`/sign/kept?lang=${language}`);
      await look(page, name("43-nothing-kept"));
      await context.close();
    });

    test("who shows who they are", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const byMail = await sends(server, { to: [{ ...ana, check: "email-code" }] });
      await page.goto(await byMail.linkFor(ANA));
      await look(page, name("50-check"));
      await page.getByRole("button", { name: words.check.submit }).click();
      await look(page, name("51-check-missing"));
      await send(page).click();
      await page.getByRole("status").first().waitFor();
      await page.getByLabel(words.check.fields["email-code"], { exact: true }).fill("000000");
      await page.getByRole("button", { name: words.check.submit }).click();
      await page.getByRole("alert").first().waitFor();
      await look(page, name("52-check-wrong"));
      const kinds = [
        { check: "access-code", accessCode: "K7MW-4PXQ" },
        { check: "sms-code", phone: "+15125550117" },
        { check: "authenticator" },
        { check: "second-factor" },
        { check: "passkey" },
      ] as const;
      for (const kind of kinds) {
        const envelope = await sends(server, { to: [{ ...ana, ...kind }] });
        await page.goto(await envelope.linkFor(ANA));
        await look(page, name(`53-${kind.check}`));
        // The seed reads codes out of English mails alone.
        if (kind.check !== "second-factor" || language !== "en") continue;
        await send(page).click();
        await page
          .getByLabel(words.check.fields["email-code"], { exact: true })
          .fill(await envelope.codeFor(ANA));
        await page.getByRole("button", { name: words.check.submit }).click();
        await page.getByLabel(words.check.fields["email-code"], { exact: true }).waitFor({ state: "hidden" });
        await look(page, name("54-set-up"));
        await page.getByRole("button", { name: words.check.enroll.begin }).click();
        await page.getByRole("img", { name: words.check.enroll.picture }).waitFor();
        await look(page, name("55-set-up-app"));
      }
      await context.close();
    });

    test("what others do than sign, and what is asked of some", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      for (const role of ["approver", "viewer"] as const) {
        const envelope = await sends(server, { to: [{ ...ana, role, fields: [] }, ben] });
        await page.goto(await envelope.linkFor(ANA));
        await look(page, name(`60-${role}`));
        await agree(page);
        await look(page, name(`61-${role}-bar`));
        await next(page).click();
        await opened(page).waitFor();
        await look(page, name(`62-${role}-review`));
        const wording = role === "approver" ? words.bar.approve : words.bar.acknowledge;
        await opened(page).getByRole("button", { name: wording, exact: true }).click();
        await page.getByRole("heading", { name: words.done.people }).waitFor();
        await look(page, name(`63-${role}-done`));
      }
      if (language === "en") {
        const consumer = await sends(server, { consentMode: "consumer" });
        await page.goto(await consumer.linkFor(ANA));
        await look(page, name("64-consumer"));
        await page.getByRole("button", { name: words.consent.agree }).click();
        await expect(page.getByText(words.consent.access.missing)).toBeInViewport({ ratio: 1 });
        await expect(page.getByLabel(words.consent.access.word)).toBeInViewport({ ratio: 0.5 });
        await look(page, name("65-consumer-missing"));
      }
      const named = await sends(server, {
        to: [ana, { name: BEN, namedBy: ANA }],
        asksForEveryPage: true,
      });
      await page.goto(await named.linkFor(ANA));
      await agree(page);
      await look(page, name("66-every-page"));

      const block = (y: number): readonly SeedField[] => [
        { type: "signature", page: 1, box: [0.1, y, 0.3, 0.05] },
        { type: "text", page: 1, box: [0.1, y + 0.06, 0.8, 0.08], settings: { isBlock: true } },
      ];
      const attested = await sends(server, {
        to: [
          ben,
          { ...ana, role: "witness", witnessOf: BEN, fields: block(0.3) },
          { name: "Nora Notary", role: "notary", language, fields: block(0.5) },
        ],
      });
      await attested.isFinishedBy(BEN);
      await page.goto(await attested.linkFor(ANA));
      await look(page, name("67-witness"));
      await page.getByRole("button", { name: words.attestation.save }).click();
      // In our words and not the browser's: from right to left the label stands there with its direction.
      const [missing] = words.field.problems.missing.split("{label}");
      const address = page.getByLabel(words.attestation.address);
      await expect(address).toHaveAccessibleDescription(new RegExp(missing!.trim()));
      await look(page, name("68-witness-missing"));
      await page.getByLabel(words.attestation.address).fill("12 Harbour Street, Austin");
      await page.getByRole("button", { name: words.attestation.save }).click();
      await agree(page);
      await next(page).click();
      await opened(page).getByRole("radio").first().waitFor();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await expect(opened(page).getByRole("button", { name: words.bar.finish, exact: true })).toBeVisible();
      await look(page, name("69-witness-review"));
      await finish(page);
      await page.getByRole("heading", { name: words.done.people }).waitFor();
      await page.goto(await attested.linkFor("Nora Notary"));
      await look(page, name("70-notary"));
      await page.getByRole("button", { name: words.attestation.save }).click();
      await look(page, name("71-notary-missing"));
      await context.close();
    });

    test("without a network", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const envelope = await sends(server, { to: [ana, ben], order: "parallel" });
      await page.goto(await envelope.linkFor(ANA));
      await agree(page);
      await expect(bar(page)).toHaveAttribute("data-offline", "ready", { timeout: 30_000 });
      await context.setOffline(true);
      await expect(page.getByText(words.offline.away)).toBeVisible();
      await look(page, name("80-away"));
      await next(page).click();
      await opened(page).getByRole("radio").first().waitFor();
      await opened(page).getByLabel(words.adopt.name).fill("Somebody Else");
      await expect(opened(page).getByText(words.offline.nameBlocked)).toBeVisible();
      await look(page, name("81-away-name"));
      await opened(page).getByLabel(words.adopt.name).fill(ANA);
      await opened(page).getByRole("radio").nth(1).check();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await opened(page).getByRole("button", { name: words.bar.finish, exact: true }).waitFor();
      await finish(page);
      await expect(page.getByRole("heading", { name: words.offline.finishedHeading })).toBeVisible();
      await look(page, name("82-away-done"));
      await page.goto("/sign/kept");
      await look(page, name("83-kept"));
      await page.goBack();
      await expect(page.getByRole("heading", { name: words.offline.finishedHeading })).toBeVisible();
      await envelope.isFinishedBy(ANA);
      await context.setOffline(false);
      await expect(
        page
          .getByRole("heading", { name: words.offline.keptHeading })
          .or(page.getByText(words.offline.keptHeading)),
      ).toBeVisible();
      await look(page, name("84-conflict"));
      await context.close();
    });

    test("on a device that is handed round", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const envelope = await sends(server, {
        to: [
          { ...ana, isInPerson: true },
          { ...ben, isInPerson: true },
        ],
        order: "parallel",
      });
      await signIn(page, OWNER);
      await page.goto(envelope.address);
      await page.getByRole("button", { name: "Sign in person" }).click();
      const start = page.getByRole("dialog", { name: "Hand over this device" });
      await start.getByLabel("A number of six digits to come back with").fill("271828");
      await start.getByLabel("The same number again").fill("271828");
      await start.getByRole("button", { name: "Hand over the device" }).click();
      await page.waitForURL(/\/kiosk/);
      await page.getByRole("button", { name: words.kiosk.leave, exact: true }).waitFor();
      await page.goto(`/kiosk?lang=${language}`);
      await look(page, name("90-kiosk"));
      await page.getByRole("button", { name: words.kiosk.leave, exact: true }).click();
      await page.getByRole("dialog", { name: words.kiosk.leaveTitle }).waitFor();
      await look(page, name("91-kiosk-leave"));
      await page.keyboard.press("Escape");
      await page.getByRole("listitem").filter({ hasText: ANA }).getByRole("button").click();
      await page.getByRole("button", { name: words.consent.agree }).waitFor();
      await look(page, name("92-kiosk-consent"));
      await agree(page);
      await look(page, name("93-kiosk-desk"));
      await next(page).click();
      await opened(page).getByRole("radio").first().waitFor();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await opened(page).getByRole("button", { name: words.bar.finish, exact: true }).waitFor();
      await finish(page);
      await page.getByRole("button", { name: words.inPerson.giveBack }).last().waitFor();
      await look(page, name("94-kiosk-done"));
      await context.close();
    });
  });
