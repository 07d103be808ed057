import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

test("a class counts from the contract's end, and the envelope tells how its day came about", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease 12B" });
  await envelope.isFinishedBy("Ana Ruiz");
  await envelope.isCompleted();
  await page.goto("/retention");
  await page.getByRole("button", { name: "Add class" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Leases");
  await dialog.getByLabel("Years begin").selectOption("contract-end");
  await dialog.getByLabel("Law or contract").fill("Limitation of claims");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add class" }).click();
  await expect(page.getByText("Until the contract ends, and 7 years more.")).toBeVisible();

  await page.goto(envelope.address);
  await page.getByRole("button", { name: "Change class" }).click();
  await dialog.getByLabel("Class").selectOption({ index: 1 });
  await dialog.getByRole("button", { name: "Save class" }).click();
  await expect(page.getByText("Nobody has said when the contract ends.")).toBeVisible();
  await page.getByRole("button", { name: "Set the contract’s end" }).click();
  await dialog.getByLabel("Day it ends").fill("2040-12-31");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("kept through 31 Dec 2047")).toBeVisible();
  await expect(page.getByText("It may be destroyed from 1 Jan 2048 on")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize(DEVICES.phone.viewport);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
});
