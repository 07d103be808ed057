import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, nextStep, ownerTest, test } from "./fixtures.ts";
import { countTaps } from "./taps.ts";

/** The word on the last line of the notice's PDF, as another reader finds it. */
async function wordIn(page: Page): Promise<string> {
  const address = await page.getByRole("link", { name: "Open the notice (PDF)" }).getAttribute("href");
  const pdf = await (await page.request.get(address!)).body();
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" });
  return /this kind of file:\s+([A-Z0-9]{4})\s/.exec(text)![1]!;
}

for (const [device, use] of Object.entries(DEVICES)) {
  test.describe(`on a ${device}`, () => {
    test.use(use);

    test("a consumer shows that PDFs open for them before they agree", async ({ page, server }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], consentMode: "consumer" });
      await page.goto(await envelope.linkFor("Ana Ruiz"));
      const agree = page.getByRole("button", { name: "Agree and continue" });
      await agree.click();
      await expect(page.getByText("Open the notice and enter the word on its last line.")).toBeVisible();
      await expectAccessible(page);
      const word = await wordIn(page);
      await page.getByLabel("The word on the last line").fill("QQQQ");
      await agree.click();
      await expect(page.getByText("That is not the word in the PDF.")).toBeVisible();
      await page.getByLabel("The word on the last line").fill(word.toLowerCase());
      await agree.click();
      await expect(nextStep(page)).toBeFocused();
      const given = (await envelope.events()).find(({ type }) => type === "consent.given");
      expect(given?.data).toMatchObject({ demonstration: { method: "typed" } });
    });

    test("a consumer signs with seven taps, the one in the mail among them", async ({ page, server }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], consentMode: "consumer" });
      const taps = await countTaps(page);
      await page.goto(await envelope.linkFor("Ana Ruiz"));
      const word = await wordIn(page);
      const opened = page.context().waitForEvent("page");
      await page.getByRole("link", { name: "Open the notice (PDF)" }).click();
      await (await opened).close();
      await page.getByLabel("The word on the last line").click();
      await page.keyboard.type(word);
      await page.getByRole("button", { name: "Agree and continue" }).click();
      await nextStep(page).click();
      const adopt = page.getByRole("dialog", { name: "Make your signature" });
      await adopt.getByRole("button", { name: "Adopt and sign" }).click();
      const review = page.getByRole("dialog", { name: "Review your answers" });
      await review.getByRole("button", { name: "Finish", exact: true }).click();
      await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
      expect(taps()).toBe(7);
    });

    test("a signer asks for paper and withdraws before signing", async ({ page, server }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
      await page.goto(await envelope.linkFor("Ana Ruiz"));
      await page.getByRole("button", { name: "Ask for paper" }).click();
      await page.getByRole("link", { name: "Ask for a paper copy here" }).click();
      await expect(page.getByRole("heading", { name: "Your rights" })).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel("Where should it go?").fill("Harbour Street 4, Lisbon");
      await page.getByRole("button", { name: "Ask for a paper copy" }).click();
      await expect(page.getByText("Your wish is on record, and Olivia Owner is told.")).toBeVisible();
      await page.getByLabel("Why? (not required)").fill("I read better on paper");
      await page.getByRole("button", { name: "Withdraw consent" }).click();
      await expect(page.getByText("You have withdrawn. “Mutual NDA” went back")).toBeVisible();
      await page.getByRole("link", { name: "Back to the document" }).click();
      await expect(page.getByRole("heading", { name: "You have declined “Mutual NDA”" })).toBeVisible();
    });
  });
}

ownerTest(
  "the owner marks paper as sent, reads the ledger and publishes a notice",
  async ({ page, server }) => {
    const name = `Ida ${Date.now().toString(36)}`;
    const envelope = await server.sends({ to: [{ name }] });
    await envelope.isFinishedBy(name);
    await envelope.isCompleted();
    await page.goto(await envelope.linkFor(name));
    await page.getByRole("link", { name: "Ask for paper, change how you are reached" }).click();
    await page.getByLabel("Where should it go?").fill("Harbour Street 4, Lisbon");
    await page.getByRole("button", { name: "Ask for a paper copy" }).click();
    await expect(page.getByText("Your wish is on record, and Olivia Owner is told.")).toBeVisible();

    await page.goto(envelope.address);
    const paper = page.getByRole("region", { name: "Paper copies" });
    await expect(paper.getByText("Harbour Street 4, Lisbon")).toBeVisible();
    await paper.getByRole("button", { name: `Mark the paper copy for ${name} as sent` }).click();
    await expect(paper.getByText("Sent", { exact: true }).first()).toBeVisible();

    await page.getByRole("link", { name: "Proof" }).click();
    await page.getByRole("link", { name: "Consents" }).click();
    await expect(page.getByRole("heading", { name: "Consents" })).toBeVisible();
    await page.getByRole("searchbox").fill(name);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name }).click();
    await expect(page.getByText("Under notice business-1 (en), between businesses")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("main").getByRole("link", { name: "Consents" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download as CSV" }).click();
    expect((await download).suggestedFilename()).toMatch(/^consents .*\.csv$/);

    await page.getByRole("main").getByRole("link", { name: "Notices" }).click();
    await page.getByLabel("For").selectOption("consumer");
    await page.getByLabel("Language").selectOption("fr");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByLabel("Right to paper").fill("");
    await page.getByRole("button", { name: "Publish" }).click();
    const dialog = page.getByRole("dialog", { name: "Publish this version?" });
    await dialog.getByRole("button", { name: "Publish" }).click();
    await expect(dialog.getByText("Every part of the notice needs words")).toBeVisible();
    await dialog.getByRole("button", { name: "Cancel" }).first().click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Give up draft" }).click();
    await page
      .getByRole("dialog", { name: "Give up this draft?" })
      .getByRole("button", { name: "Give up draft" })
      .click();
    await expect(page.getByRole("heading", { name: "Notices", exact: true })).toBeVisible();
    await expectAccessible(page);
  },
);

ownerTest("counsel words the custodian's declaration, and every version stays readable", async ({ page }) => {
  const stamp = Date.now().toString(36);
  await page.goto("/consents/notices");
  await page.getByRole("link", { name: "Words of the custodian’s declaration" }).click();
  await expect(page.getByRole("heading", { name: "Custodian’s declaration" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "New version" }).click();
  const dialog = page.getByRole("dialog");
  const limits = dialog.getByLabel("8. Limits");
  await limits.fill("No further limits.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await expect(dialog.getByText(/^A paragraph leaves out a fact/)).toBeVisible();
  await expectAccessible(page);
  await limits.fill(`Limits ${stamp}: {limits}`);
  await dialog.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published", { exact: true })).toBeVisible();
  const newest = page.getByRole("list", { name: "Versions" }).getByRole("listitem").first();
  await expect(newest.getByText("In use")).toBeVisible();
  await newest.getByText("Read the words").click();
  await expect(newest.getByText(`Limits ${stamp}: {limits}`)).toBeVisible();
  await expectAccessible(page);
});
