import { DEVICES, expect, test } from "./fixtures.ts";
import { ANA, BEN, forEveryCase, look } from "./looks.ts";
import type { SeedField } from "./seed.ts";

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

forEveryCase(
  ({ language, device, words, ana, ben, name, newContext, sends, next, agree, menu, opened, finish }) => {
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
      if (device === "phone")
        await expect(page.locator("[data-field]").first()).toHaveCSS("outline-style", "solid");
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
  },
);
