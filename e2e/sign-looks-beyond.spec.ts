import { expect, signIn, test } from "./fixtures.ts";
import { ANA, forEveryCase, look, TITLE } from "./looks.ts";
import { PROVIDER_URL, startProvider } from "./provider.ts";

// What a signer meets besides the document: a provider who signs for them, words that changed since they agreed, a link for
// everybody, a telephone in place of a mailbox.

const PIN = "five-red-herons";

forEveryCase(
  ({ language, device, words, ana, name, newContext, sends, bar, next, agree, opened, finish }) => {
    for (const way of ["page", "pin"] as const)
      test(`a provider signs, allowed ${way === "page" ? "on its page" : "by what it asks"}`, async ({
        browser,
        server,
        baseURL,
      }) => {
        const proxy = await startProvider(baseURL!);
        const context = await newContext(browser);
        const page = await context.newPage();
        try {
          const owner = await server.newOwner();
          const own = server.of(owner);
          const trust = "Harbour Street Trust Services, a company limited by shares";
          const told = { name: trust, kind: "advanced", url: PROVIDER_URL } as const;
          const pin = way === "pin" ? { pin: PIN } : {};
          await own.hasProvider({ ...told, ...pin, password: owner.password });
          if (way === "page") await signIn(page, owner);
          const envelope = await sends(own, { signatureKind: "advanced" });
          await page.goto(await envelope.linkFor(ANA));
          await agree(page);
          await next(page).click();
          await opened(page).getByRole("button", { name: words.adopt.submit }).click();
          await opened(page).getByRole("button", { name: words.bar.finish, exact: true }).waitFor();
          await finish(page);
          const says = (text: string) => text.replace("{provider}", trust);
          const presses = async (text: string) =>
            page.getByRole("button", { name: new RegExp(text.split("{")[0]!.trim()) }).click();
          const begins = page.getByText(words.provider.lead.split("{provider}")[0]!.slice(0, 30));
          await begins.waitFor();
          await look(page, name(`100-${way}-begin`));
          await presses(words.provider.begin);
          if (way === "page") {
            await page.getByRole("button", { name: "Do not allow" }).click();
            await page.locator("main").getByRole("alert").waitFor();
            await look(page, name("101-page-refused"));
            await presses(words.provider.begin);
            await page.getByRole("button", { name: "Allow", exact: true }).click();
          }
          const chooses = page.getByRole("heading", { name: words.provider.chooseHeading });
          await chooses.waitFor({ timeout: 60_000 });
          // A name that is written the other way stands on the side where the page begins.
          const side = language === "ar" ? "right" : "left";
          await expect(page.locator("main li p").first()).toHaveCSS("text-align", side);
          await look(page, name(`102-${way}-choose`));
          await page.getByRole("checkbox").first().check();
          await page.getByRole("listitem").getByRole("button").first().click();
          if (way === "page") {
            await page.getByText(says(words.provider.pageLead).slice(-20)).waitFor({ timeout: 60_000 });
            await look(page, name("103-page-allow"));
          } else {
            const pinField = page.locator("input[type=password]");
            await pinField.waitFor({ timeout: 60_000 });
            await look(page, name("104-answers"));
            await page.getByRole("button", { name: words.provider.sign, exact: true }).click();
            await look(page, name("105-answers-missing"));
            await pinField.fill("six-blue-herons");
            await page.getByRole("button", { name: words.provider.sign, exact: true }).click();
            await expect(page.locator("main").getByRole("alert").first()).toBeVisible({ timeout: 30_000 });
            await look(page, name("106-answers-wrong"));
          }
          await context.close();
        } finally {
          proxy.close();
        }
      });

    test("asked anew, since what they agreed to has changed", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const own = server.of(await server.newOwner());
      const envelope = await sends(own, {});
      await page.goto(await envelope.linkFor(ANA));
      await agree(page);
      const change =
        language === "ar"
          ? "ابتداءً من أيار تحتاج إلى برنامج يفتح ملفات PDF 2.0."
          : "From May you need a program that opens PDF 2.0 files.";
      await own.changesNotice(language, change);
      await next(page).click();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await expect(page.getByRole("heading", { name: words.consent.changedHeading })).toBeFocused();
      await expect(opened(page)).toHaveCount(0);
      await expect(page.getByText(change)).toBeVisible();
      await look(page, name("110-anew"));
      await page.getByRole("link", { name: words.consent.changedRights }).click();
      await page.waitForURL("**/rights**");
      await look(page, name("111-anew-rights"));
      await page.goBack();
      await page.getByRole("heading", { name: words.consent.changedHeading }).waitFor();
      await agree(page);
      await look(page, name("112-anew-agreed"));
      await context.close();
    });

    test("a link for everybody", async ({ browser, server }, { workerIndex, retry }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const own = server.of(await server.newOwner());
      const link = await own.hasPublicLink(TITLE);
      await page.goto(`${new URL(link.url).pathname}?lang=${language}`);
      await page.getByRole("button", { name: words.start.submit }).waitFor();
      await look(page, name("120-start"));
      await page.getByRole("button", { name: words.start.submit }).click();
      await expect(page.getByLabel(words.start.name)).toHaveAccessibleDescription(/./);
      await look(page, name("121-start-missing"));
      await page.getByLabel(words.start.name).fill(ANA);
      await page.getByLabel(words.start.email).fill("not an address");
      await page.getByRole("button", { name: words.start.submit }).click();
      await expect(page.getByLabel(words.start.email)).toHaveAttribute("aria-invalid", "true");
      await look(page, name("122-start-wrong"));
      const mailbox = `maximiliane.${language}.${device}.${workerIndex}.${retry}@example.com`;
      await page.getByLabel(words.start.email).fill(mailbox);
      await page.getByRole("button", { name: words.start.submit }).click();
      const code = page.getByLabel(words.check.fields["email-code"], { exact: true });
      await code.waitFor({ timeout: 30_000 });
      await look(page, name("123-start-code"));
      await page.getByRole("button", { name: words.check.submit }).click();
      await expect(code).toHaveAttribute("aria-invalid", "true");
      await code.fill("000000");
      await expect(code).toHaveValue("");
      await expect(code).toHaveAttribute("aria-invalid", "true");
      await look(page, name("124-start-code-wrong"));
      await code.fill(await own.codeTo(mailbox));
      await page.waitForURL("**/sign/*", { timeout: 60_000 });
      await page.getByRole("button", { name: words.consent.agree }).waitFor({ timeout: 60_000 });
      await look(page, name("125-started"));
      await context.clearCookies();
      await link.isClosed();
      await page.goto(`${new URL(link.url).pathname}?lang=${language}`);
      await page.getByRole("heading", { name: words.start.closed }).waitFor();
      await look(page, name("126-start-closed"));
      await page.goto(`/start/${"x".repeat(32)}?lang=${language}`);
      await page.getByRole("heading", { name: words.start.wrong }).waitFor();
      await look(page, name("127-start-wrong"));
      const switches = page.getByRole("button", { name: words.menu.language });
      await expect(switches).toHaveText(language === "en" ? "English" : "العربية");
      await switches.click();
      await look(page, name("128-start-wrong-languages"));
      await page.goto(`/sign/hand-over/${"x".repeat(32)}?lang=${language}`);
      await page.getByText(words.handOver.ended).waitFor();
      await look(page, name("129-wrong-code"));
      await context.close();
    });

    test("a page that breaks", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const envelope = await sends(server, {});
      await page.addInitScript(() => {
        window.ResizeObserver = class {
          constructor() {
            throw new Error("out of order");
          }
        } as never;
      });
      await page.goto(await envelope.linkFor(ANA));
      await expect(page.getByRole("heading", { name: words.state.failed.heading })).toBeFocused();
      await expect(page.getByRole("button", { name: words.state.failed.again })).toBeVisible();
      await look(page, name("140-broken"));
      await context.close();
    });

    test("somebody who has a telephone and no mailbox", async ({ browser, server }) => {
      const context = await newContext(browser);
      const page = await context.newPage();
      const envelope = await sends(server, { to: [{ ...ana, email: "", phone: "+15125550117" }] });
      const link = await envelope.earlyLinkFor(ANA);
      await page.goto(link);
      await look(page, name("130-telephone-consent"));
      await agree(page);
      await expect(bar(page)).toBeVisible();
      await page.getByRole("button", { name: words.menu.open }).click();
      await page.getByRole("button", { name: words.menu.later }).click();
      await opened(page).getByRole("button", { name: words.later.mailAgain }).click();
      await opened(page).getByText("+15125550117").waitFor();
      await look(page, name("131-telephone-later"));
      await page.keyboard.press("Escape");
      await next(page).click();
      await opened(page).getByRole("button", { name: words.adopt.submit }).click();
      await opened(page).getByRole("button", { name: words.bar.finish, exact: true }).waitFor();
      await finish(page);
      await page.getByRole("heading", { name: words.done.people }).waitFor();
      await look(page, name("132-telephone-done"));
      await context.close();
    });
  },
);
