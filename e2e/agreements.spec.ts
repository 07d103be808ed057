import path from "node:path";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

const NDA = path.join(import.meta.dirname, "documents/nda.pdf");

test("a document with health data waits for an agreement, which is then put on record", async ({
  page,
  server: _,
}) => {
  await page.goto("/envelopes");
  await page.getByRole("button", { name: "New" }).first().click();
  await page.getByLabel("Choose files").setInputFiles(NDA);
  await page.getByRole("button", { name: /^More for / }).click();
  await page.getByRole("menuitem", { name: "Holds health data (PHI)" }).click();
  await expect(page.getByRole("listitem").getByText("Holds health data (PHI)")).toBeVisible();
  await expectAccessible(page);
  const draft = page.url();
  await page.getByRole("tab", { name: /Review/ }).click();
  await expect(page.getByText("no signed business associate agreement is on record")).toBeVisible();

  await page.goto("/organization");
  await page.getByRole("link", { name: "Health data" }).click();
  await expect(page.getByText("No agreement counts today")).toBeVisible();
  await page.getByLabel("Whose health data it is").fill("Mill Street Practice");
  await page.getByLabel("Who handles it for them").fill("Harbour Studio");
  await page.getByLabel("Signed on").fill("2024-02-29");
  await page.getByLabel("Years it asks health data to be kept").fill("10");
  await page.getByLabel("The signed agreement").setInputFiles(NDA);
  await page.getByRole("button", { name: "Record it" }).click();
  await expect(page.getByText("An agreement that counts today is on record")).toBeVisible();
  await expect(page.getByText("Mill Street Practice and Harbour Studio").first()).toBeVisible();
  await expect(page.getByText("Health data is kept 10 years at least.").first()).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize(DEVICES.phone.viewport);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
  await page.setViewportSize(DEVICES.desktop.viewport);

  await page.goto(draft);
  await page.getByRole("tab", { name: /Review/ }).click();
  await expect(page.getByText("Still missing")).toBeVisible();
  await expect(page.getByText("no signed business associate agreement is on record")).toHaveCount(0);

  await page.goto("/organization");
  await page.getByRole("link", { name: "Health data" }).click();
  const takeOff = page.getByRole("button", { name: /^Take off/ });
  await takeOff.first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Take it off" }).click();
  await expect(page.getByText("No agreement counts today")).toBeVisible();
});
