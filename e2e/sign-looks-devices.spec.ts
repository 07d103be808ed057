import { DEVICES, expect, OWNER, signIn, test } from "./fixtures.ts";
import { ANA, forEveryCase, look } from "./looks.ts";
import type { SeedField } from "./seed.ts";

forEveryCase(
  ({
    language,
    device,
    words,
    ana,
    ben,
    name,
    newContext,
    sends,
    bar,
    next,
    agree,
    menu,
    opened,
    finish,
  }) => {
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

    if (device === "desktop")
      test("on a telephone beside the desk", async ({ browser, server }) => {
        const context = await newContext(browser);
        const page = await context.newPage();
        const fields: SeedField[] = [
          { type: "image", label: "Photo of the meter in the cellar", box: [0.2, 0.2, 0.4, 0.2] },
          { type: "signature", box: [0.2, 0.6, 0.4, 0.08] },
        ];
        const envelope = await sends(server, { to: [{ ...ana, fields }] });
        await page.goto(await envelope.linkFor(ANA));
        await agree(page);
        const phone = await (await browser.newContext({ ...DEVICES.phone })).newPage();
        const opensCode = async () => {
          await opened(page).getByRole("img", { name: words.adopt.phone.picture }).waitFor();
          await opened(page).getByText(words.adopt.phone.byHand).click();
          const address = await opened(page)
            .getByText(/\/sign\/hand-over\//)
            .textContent();
          await phone.goto(`${new URL(address!).pathname}?lang=${language}`);
        };
        await page.getByRole("button", { name: /^Photo of the meter/ }).focus();
        await page.getByRole("button", { name: words.field.byTelephone }).click();
        await opensCode();
        await look(page, name("85-file-telephone"));
        await look(phone, name("86-file-code"));
        await phone.getByRole("button", { name: words.handOver.file.begin }).click();
        const choose = phone.getByLabel(words.handOver.file.choose);
        await choose.setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("words") });
        await phone.getByRole("status").filter({ hasText: "PNG" }).waitFor();
        await look(phone, name("87-file-wrong"));
        await opened(page).getByRole("button", { name: words.telephone.giveCancel }).click();
        await opened(page).waitFor({ state: "hidden" });
        await menu(page).click();
        await page.getByRole("button", { name: words.telephone.moveOpen }).click();
        await opensCode();
        await look(page, name("88-move"));
        await look(phone, name("89-move-code"));
        await phone.getByRole("button", { name: words.handOver.page.begin }).click();
        await opened(page).getByText(words.telephone.moveDone).waitFor();
        await look(page, name("89-moved"));
        await phone.context().close();
        await context.close();
      });
  },
);
