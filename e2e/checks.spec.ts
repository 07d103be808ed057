import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { addPerson, go, startDraft } from "./editor.ts";
import { DEVICES, expect, expectAccessible, ownerTest, test } from "./fixtures.ts";

const asks = "Olivia Owner asks you to sign";

for (const [device, use] of Object.entries(DEVICES)) {
  test.describe(`on a ${device}`, () => {
    test.use(use);

    test("a code by SMS is asked for before the document is shown, and stays known to this browser", async ({
      page,
      server,
      browser,
    }) => {
      const phone = `+1512555${String(Date.now()).slice(-4)}`;
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz", check: "sms-code", phone }] });
      const link = await envelope.linkFor("Ana Ruiz");
      await page.goto(link);
      await expect(page.getByRole("heading", { name: "Show that it is you" })).toBeVisible();
      await expect(page.getByRole("region", { name: "Page 1 of 2" })).toHaveCount(0);
      await expectAccessible(page);
      await page.getByRole("button", { name: "Send the code to" }).click();
      await expect(page.getByText("The code is on its way")).toBeVisible();
      await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
      await page.keyboard.type("000000");
      await page.keyboard.press("Enter");
      await expect(page.getByText("That code does not work.")).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel("Code", { exact: true }).fill(await envelope.codeFor("Ana Ruiz", phone));
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();
      await page.reload();
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();

      const stranger = await browser.newPage();
      await stranger.goto(link);
      await expect(stranger.getByRole("heading", { name: "Show that it is you" })).toBeVisible();
      await stranger.context().close();
    });

    test("a code by mail and an access code let in", async ({ page, server }) => {
      const byMail = await server.sends({ to: [{ name: "Ana Ruiz", check: "email-code" }] });
      await page.goto(await byMail.linkFor("Ana Ruiz"));
      await page.getByRole("button", { name: "Send the code to" }).click();
      await expect(page.getByText("The code is on its way")).toBeVisible();
      await page.getByLabel("Code", { exact: true }).fill(await byMail.codeFor("Ana Ruiz"));
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();

      const byCode = await server.sends({
        to: [{ name: "Ana Ruiz", check: "access-code", accessCode: "K7MW-4PXQ" }],
      });
      await page.goto(await byCode.linkFor("Ana Ruiz"));
      await expectAccessible(page);
      await page.getByLabel("Access code").fill("k7mw 4pxq");
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();
    });

    test("an authenticator app is set up after a code by mail and lets in", async ({ page, server }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz", check: "authenticator" }] });
      await page.goto(await envelope.linkFor("Ana Ruiz"));
      await showMailbox(page, () => envelope.codeFor("Ana Ruiz"));
      await page.getByRole("button", { name: "Set up an authenticator app" }).click();
      await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
      await expectAccessible(page);
      const uri = await page.getByRole("link", { name: "Open it in an app" }).getAttribute("href");
      await page.getByLabel("Code of your app").fill(codeOf(new URL(uri!).searchParams.get("secret")!));
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();
    });

    test("a passkey is set up after a code by mail, and lets in to the next document by itself", async ({
      page,
      server,
    }) => {
      const email = `passkey.${device}.${Date.now()}@example.com`;
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("WebAuthn.enable");
      const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true },
          ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
        },
      });
      const first = await server.sends({ to: [{ name: "Ana Ruiz", email, check: "second-factor" }] });
      await page.goto(await first.linkFor("Ana Ruiz"));
      await showMailbox(page, () => first.codeFor("Ana Ruiz"));
      await expect(page.getByRole("button", { name: "Set up an authenticator app" })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Set up a passkey" }).click();
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();

      const next = await server.sends({ to: [{ name: "Ana Ruiz", email, check: "passkey" }] });
      await page.goto(await next.linkFor("Ana Ruiz"));
      await expectAccessible(page);
      // Somebody is there, and does not unlock it.
      await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
      await page.getByRole("button", { name: "Use your passkey" }).click();
      await expect(page.getByText("Your device gave no answer.")).toBeVisible();
      await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
      await page.getByRole("button", { name: "Use your passkey" }).click();
      await expect(page.getByRole("heading", { name: asks })).toBeVisible();
      const passed = (await next.events()).filter(({ type }) => type === "check.passed");
      expect(passed.map(({ data }) => data.method)).toEqual(["passkey"]);
    });
  });
}

ownerTest("the sender picks what each person shows, and is told what is missing for it", async ({ page }) => {
  await startDraft(page);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await addPerson(page, "Ben Okafor", "ben@example.com");
  const people = page.getByRole("list", { name: "People" }).getByRole("listitem");
  const [ana, ben] = [people.first(), people.last()];
  await ana.getByLabel("How they show that it is them").selectOption("E-mail + SMS");
  await ana.getByLabel("Mobile number").fill("512 555 0117");
  await expect(ana.getByText("Mobile number needs a country code")).toBeVisible();
  await ben.getByLabel("How they show that it is them").selectOption("E-mail + access code");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await go(page, "Review");
  await expect(page.getByRole("button", { name: "Check the mobile number of Ana Ruiz" })).toBeVisible();
  await page.getByRole("button", { name: "Set an access code for Ben Okafor" }).click();
  await expect(ben.getByLabel("Access code")).toBeFocused();
  await ben.getByRole("button", { name: "Make one up" }).click();
  const code = await ben.getByLabel("Access code").inputValue();
  await ben.getByRole("button", { name: "Set code" }).click();
  await expect(ben.getByText(`and not by mail: ${code}`)).toBeVisible();
  await ana.getByLabel("Mobile number").fill("+1 512 555 0117");
  await go(page, "Review");
  await expect(page.getByText("Set an access code for Ben Okafor")).toHaveCount(0);
  await expect(page.getByText("a code by SMS to")).toBeVisible();
});

ownerTest("an access code is replaced while the document is under way", async ({ page, server }) => {
  const envelope = await server.sends({
    to: [{ name: "Ana Ruiz", check: "access-code", accessCode: "K7MW-4PXQ" }],
  });
  const link = await envelope.linkFor("Ana Ruiz");
  await page.goto(envelope.address);
  await page.getByRole("button", { name: "Replace access code" }).click();
  await page.getByLabel("New access code").fill("aaa");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  await expect(page.getByText("Use six letters or digits").first()).toBeVisible();
  await page.getByLabel("New access code").fill("zebra 9274");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  await expect(page.getByText("is asked for the new access code from now on")).toBeVisible();
  await page.goto(link);
  await page.getByLabel("Access code").fill("K7MW4PXQ");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("That code does not work.")).toBeVisible();
  await page.getByLabel("Access code").fill("ZEBRA9274");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: asks })).toBeVisible();
});

/** Has a code mailed and gives it. */
async function showMailbox(page: Page, code: () => Promise<string>): Promise<void> {
  await page.getByRole("button", { name: "Send the code to" }).click();
  await expect(page.getByText("The code is on its way")).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(await code());
  await expect(page.getByText("this comes next")).toBeVisible();
}

/** What an app would show now (RFC 6238). */
function codeOf(secret: string): string {
  const bits = [...secret].map((sign) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = digest[19]! & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
