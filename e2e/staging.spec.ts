import { DEVICES, expect, expectAccessible, OWNER, ownerTest as test } from "./fixtures.ts";

test("an owner opens a test workspace, works there under its banner, and comes back", async ({
  page,
  server: _,
}) => {
  await page.goto("/organization");
  await page.getByRole("link", { name: "Test workspace" }).click();
  await expect(page.getByRole("heading", { name: "Test workspace", exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Your password").fill("not the right password");
  await page.getByRole("button", { name: "Open it" }).click();
  await expect(page.getByText("This is not your present password.")).toBeVisible();
  await page.getByLabel("Your password").fill(OWNER.password);
  await page.getByRole("button", { name: "Open it" }).click();
  await expect(page.getByText("The test workspace is there")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Work in the test workspace" }).click();
  await expect(page.getByText("Test workspace: nothing here is real.")).toBeVisible();
  await expect(page.getByText("it cannot be turned into a real one")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize(DEVICES.phone.viewport);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
  await page.setViewportSize(DEVICES.desktop.viewport);
  await page.getByRole("button", { name: "Work in the real workspace" }).click();
  await expect(page.getByRole("button", { name: "Work in the test workspace" })).toBeVisible();
  await expect(page.getByText("Test workspace: nothing here is real.")).toHaveCount(0);
});
