import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { DEVICES, expect, expectAccessible, OWNER, test } from "./fixtures.ts";

test("counsel keeps a package, asks for a redacted one, and its own page checks it with the network off", async ({
  page,
  server,
  browser,
}, testInfo) => {
  const envelope = await server.sends({ to: [{ name: "Runa Dahl" }], title: "Lease of the ropewalk" });
  await envelope.isFinishedBy("Runa Dahl");
  await envelope.isCompleted();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: "Lease of the ropewalk" }).first().click();
  await expect(page.getByRole("heading", { name: "Evidence package" })).toBeVisible();
  const keep = page.getByRole("link", { name: /^Download Whole package/ });
  await expect(keep).toBeVisible({ timeout: 60_000 });
  const [whole] = await Promise.all([page.waitForEvent("download"), keep.click()]);
  expect(whole.suggestedFilename()).toMatch(/\.zip$/);
  const file = testInfo.outputPath("package.zip");
  await whole.saveAs(file);

  await page.getByRole("button", { name: "Make another" }).click();
  await expectAccessible(page);
  await page.getByLabel("What goes in").selectOption("redacted");
  await page.getByLabel("Reason (optional)").fill("Asked for in discovery");
  await page.getByLabel("Production numbers begin with (optional)").fill("ROPE");
  await page.getByRole("button", { name: "Make the package" }).click();
  await expect(page.getByText("The package is being built")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Download Redacted package, pages numbered/ })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText("asked for a redacted evidence package.")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize(DEVICES.phone.viewport);
  await expectAccessible(page);

  await page.goto("/verify");
  await page.locator("input[data-purpose=check]").setInputFiles(file);
  await expect(page.getByRole("heading", { name: "Everything in this package holds." })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText("Checked in this browser. The file did not leave your device.")).toBeVisible();
  await expectAccessible(page);

  const folder = testInfo.outputPath("unpacked");
  execFileSync("unzip", ["-q", file, "-d", folder]);
  const context = await browser.newContext({ offline: true });
  const offline = await context.newPage();
  await offline.goto(pathToFileURL(`${folder}/verifier.html`).href);
  await offline.getByLabel("Drop the ZIP file here").setInputFiles(file);
  await expect(offline.locator("#result .verdict")).toContainText("Everything in this package holds.", {
    timeout: 60_000,
  });
  await context.close();
});
