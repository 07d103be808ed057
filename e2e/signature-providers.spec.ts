import type { Page } from "@playwright/test";
import { addPerson, choose, drag, go, NDA, saved, sheet, startDraft } from "./editor.ts";
import { expect, expectAccessible, nextStep, OWNER, ownerTest as test } from "./fixtures.ts";
import { linkMailedTo } from "./members.ts";
import { PROVIDER_URL, startProvider } from "./provider.ts";

const shot = async (page: Page, name: string) => {
  if (!process.env.SHOTS) return;
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png` });
  }
  await page.setViewportSize({ width: 1280, height: 844 });
};

test("a sender asks for a provider's signature, the signer allows it there, and it is sealed", async ({
  page,
  server,
  baseURL,
}) => {
  test.setTimeout(300_000);
  const provider = await startProvider(baseURL!);
  try {
    const before = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease 12B" });
    await before.isFinishedBy("Ana Ruiz");
    await before.isCompleted();
    await page.goto("/keys/programs");
    await page.getByLabel("Name of the program").fill("Signing pages");
    await page.getByLabel(/^Return address/).fill(`${baseURL}/sign/authorized`);
    await page.getByRole("button", { name: "Let in", exact: true }).click();
    await expect(page.getByText("the secret is shown once")).toBeVisible();
    const [, clientId, clientSecret] = await page.getByRole("definition").allInnerTexts();

    await page.goto("/organization/signers");
    await page.getByRole("button", { name: "Add a provider of signatures" }).click();
    const dialog = page.getByRole("dialog");
    const url = PROVIDER_URL;
    await dialog.getByLabel("Name", { exact: true }).fill("Harbour Trust");
    await dialog.getByLabel("Kind of signatures").selectOption("advanced");
    await dialog.getByLabel("Address of its API").fill(url);
    await dialog.getByLabel("Address of its log-in").fill(url);
    await dialog.getByLabel("Client ID").fill(clientId!);
    await dialog.getByLabel("Client secret").fill(clientSecret!);
    await dialog.getByLabel("Your password").fill(OWNER.password);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Save provider" }).click();
    await page.getByRole("button", { name: "Test Harbour Trust" }).click();
    await expect(page.getByText("The provider answered and knows us.")).toBeVisible();
    await expectAccessible(page);
    await shot(page, "settings");

    await startDraft(page);
    await choose(page, NDA);
    await go(page, "People");
    const email = `ana.${Date.now()}@example.com`;
    await addPerson(page, "Ana Ruiz", email);
    await go(page, "Fields");
    await drag(page, "Signature", await sheet(page, 2), 0.3, 0.59);
    await go(page, "Review");
    const kind = page.getByLabel("Who makes the signatures");
    await kind.selectOption({ label: "Qualified: no provider is set up" });
    await expect(page.getByRole("region", { name: "Still missing" })).toContainText(
      "no provider for them is set up",
    );
    await expectAccessible(page);
    await shot(page, "review");
    await kind.selectOption({ label: "Advanced: Harbour Trust" });
    await expect(page.getByText("Everything is there.")).toBeVisible();
    await saved(page);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("dialog", { name: /^Send/ }).getByRole("button", { name: "Send" }).click();
    await page.waitForURL(/sent=1/);
    const address = page.url().replace(/\?.*/, "");

    const link = await linkMailedTo(page, email, "", /\/sign\//);
    await page.goto(link);
    await page.getByRole("button", { name: "Agree and continue" }).click();
    await nextStep(page).click();
    await page
      .getByRole("dialog", { name: "Make your signature" })
      .getByRole("button", { name: "Adopt and sign" })
      .click();
    const review = page.getByRole("dialog", { name: "Review your answers" });
    await review.getByRole("button", { name: "Finish", exact: true }).click();

    await expect(
      page.getByRole("heading", { name: "One more step: your signature from Harbour Trust" }),
    ).toBeVisible();
    await expectAccessible(page);
    await shot(page, "begin");
    const sender = await page.context().newPage();
    await sender.goto(address);
    await expect(
      sender.getByText("Has finished, and is not signed yet: their provider has to sign"),
    ).toBeVisible();
    await expect(sender.getByText(/Waiting for Ana Ruiz to let their provider sign\./)).toBeVisible();
    await expectAccessible(sender);
    await sender.close();
    await page.getByRole("button", { name: "Continue to Harbour Trust" }).click();
    await expect(page.getByRole("heading", { name: "A program asks you" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Do not allow" }).click();
    await expect(page.getByText("You said no at the provider, so nothing was signed.")).toBeVisible();
    await page.getByRole("button", { name: "Continue to Harbour Trust" }).click();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Which credential do you sign with?" })).toBeVisible();
    await expectAccessible(page);
    await shot(page, "choose");
    const first = page
      .getByRole("listitem")
      .filter({ has: page.getByRole("button", { name: /^Sign as/ }) })
      .first();
    await expect(first.getByRole("button", { name: /^Sign as/ })).toBeDisabled();
    await first.getByRole("checkbox", { name: /another name than Ana Ruiz/ }).check();
    await first.getByRole("button", { name: /^Sign as/ }).click();
    await page.getByRole("button", { name: "Allow at Harbour Trust" }).click({ timeout: 60_000 });
    await expect(page.getByRole("heading", { name: "To sign one hash" })).toBeVisible();
    await expectAccessible(page);
    await shot(page, "approve");
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await expect(page.getByRole("heading", { name: /^You have signed|is complete|completed/ })).toBeVisible({
      timeout: 90_000,
    });
    await page.goto(address);
    await expect(page.getByText("Completed").first()).toBeVisible({ timeout: 90_000 });
  } finally {
    provider.close();
  }
});
