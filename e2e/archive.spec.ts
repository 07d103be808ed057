import type { Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

async function photographed(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  for (const [device, { viewport }] of Object.entries(DEVICES)) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${process.env.PICTURES}/${name}-${device}.png`, fullPage: true });
  }
  await page.setViewportSize(DEVICES.desktop.viewport);
}

test("an archive is chosen, tried out, and its refusal is told in plain words", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease to archive" });
  await envelope.isFinishedBy("Ana Ruiz");
  await envelope.isCompleted();
  await page.goto("/retention/archive");
  await expect(page.getByRole("heading", { name: "No archive is chosen" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Lease to archive" }).first()).toBeVisible();
  await expectAccessible(page);
  await photographed(page, "archive-none");

  await page.getByRole("button", { name: "Choose an archive" }).click();
  const dialog = page.getByRole("dialog");
  await expectAccessible(page);
  await dialog.getByLabel("Bucket", { exact: true }).fill("vault");
  await dialog.getByLabel("Access key", { exact: true }).fill("AKIDEXAMPLE");
  await dialog.getByLabel("Secret of the access key").fill("not a real secret");
  await dialog.getByLabel("Address of the service").fill("ftp://vault");
  await photographed(page, "archive-dialog");
  await dialog.getByRole("button", { name: "Choose it" }).click();
  await expect(dialog.getByText("Check the address, bucket, region and folder")).toBeVisible();
  await dialog.getByLabel("Address of the service").fill("http://127.0.0.1:9");
  await dialog.getByRole("button", { name: "Choose it" }).click();
  await expect(page.getByText("The archive is in a private network.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Governance: until retention ends")).toBeVisible();
  await expect(page.getByText("not a real secret")).toHaveCount(0);
  await expectAccessible(page);
  await photographed(page, "archive-refused");

  await page.getByRole("button", { name: "Give it up" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Give it up" }).click();
  await expect(page.getByRole("heading", { name: "No archive is chosen" })).toBeVisible();
});

test("every kind of report is run, and its rows lead to what they are about", async ({ page, server }) => {
  test.setTimeout(180_000);
  const envelope = await server.sends({ to: [{ name: "Ben Okafor" }], title: "Lease to report" });
  await envelope.isFinishedBy("Ben Okafor");
  await envelope.isCompleted();
  await page.goto("/reports");
  await expectAccessible(page);
  await photographed(page, "reports");
  for (const kind of ["Signing activity", "Evidence completeness", "21 CFR Part 11"]) {
    const row = page.getByRole("listitem").filter({ hasText: kind }).first();
    await row.getByRole("button", { name: /Run/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run the report" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const made = page
      .getByRole("list", { name: "Reports made" })
      .getByRole("link", { name: kind, exact: true });
    await expect(made.first()).toBeVisible({ timeout: 60_000 });
    await made.first().click();
    await expect(page.getByRole("heading", { name: kind })).toBeVisible();
    await expectAccessible(page);
    await photographed(page, `report-${kind.replaceAll(" ", "-").toLowerCase()}`);
    if (kind === "Signing activity") {
      await page.getByRole("link", { name: /^Look/ }).first().click();
      await expect(page).toHaveURL(/\/audit\/events\/evt_/);
    }
    await page.goto("/reports");
  }
});

test("a sample is picked by chance, judged one by one, and its record sealed", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Cleo Park" }], title: "Lease to sample" });
  await envelope.isFinishedBy("Cleo Park");
  await envelope.isCompleted();
  await page.goto("/reports/sample");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Pick a sample" }).click();
  await expect(
    page.getByText("The machine found files, signatures and audit trail in order.").first(),
  ).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText("The machine is looking.")).toHaveCount(0, { timeout: 60_000 });
  await expectAccessible(page);
  await photographed(page, "sample");
  await page
    .getByRole("button", { name: /^Does not hold/ })
    .first()
    .click();
  await page.getByRole("dialog").getByLabel("What you found").fill("Signed by somebody else");
  await page.getByRole("dialog").getByRole("button", { name: "Does not hold" }).click();
  await expect(page.getByText("Signed by somebody else")).toBeVisible();
  const holds = page.getByRole("button", { name: /^Holds/ });
  for (let left = await holds.count(); left > 0; left--) {
    await holds.first().click();
    await expect(holds).toHaveCount(left - 1);
  }
  await page.getByRole("button", { name: "End the review" }).click();
  await expect(page.getByRole("link", { name: "Record" }).first()).toBeVisible();
});
