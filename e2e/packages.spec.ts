import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { DEVICES, expect, expectAccessible, OWNER, ownerTest, test } from "./fixtures.ts";

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
  await page.getByLabel("Reason", { exact: true }).fill("Asked for in discovery");
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

ownerTest(
  "from the home page the evidence of a named document is on disk after four clicks and within thirty seconds",
  async ({ page, server }, testInfo) => {
    const title = `Charter of the brig ${Date.now().toString(36)}`;
    const envelope = await server.sends({ to: [{ name: "Runa Dahl" }], title });
    await envelope.isFinishedBy("Runa Dahl");
    await envelope.isCompleted();
    await expect
      .poll(async () => (await envelope.events()).some(({ type }) => type === "package.built"), {
        timeout: 60_000,
      })
      .toBe(true);
    // It is on no first page any more.
    await server.holdsDrafts(Array.from({ length: 40 }, (_, index) => `Another paper no. ${index}`));
    // What a hand presses: clicks that a script or a key makes have no detail.
    await page.addInitScript(() => {
      const count = (event: MouseEvent) => {
        if (event.isTrusted && event.detail > 0)
          sessionStorage.setItem("clicks", `${Number(sessionStorage.getItem("clicks")) + 1}`);
      };
      window.addEventListener("click", count, true);
    });
    await page.goto("/home");
    await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();

    const startedAt = Date.now();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Envelopes" }).click();
    const search = page.getByRole("searchbox", { name: "Search titles, people, answers and documents" });
    await search.click();
    await search.pressSequentially(title, { delay: 20 });
    const list = page.getByRole("list", { name: "Envelopes" });
    await expect(list.getByRole("listitem")).toHaveCount(1);
    await list.getByRole("link", { name: title }).click();
    const keep = page.getByRole("link", { name: /^Download Whole package/ });
    const [whole] = await Promise.all([page.waitForEvent("download"), keep.click()]);
    const file = testInfo.outputPath("package.zip");
    await whole.saveAs(file);
    const tookMs = Date.now() - startedAt;

    expect(await page.evaluate(() => Number(sessionStorage.getItem("clicks")))).toBeLessThanOrEqual(4);
    expect(tookMs).toBeLessThan(30_000);
    testInfo.annotations.push({ type: "took", description: `${tookMs} ms` });
    expect(execFileSync("unzip", ["-l", file], { encoding: "utf8" })).toContain("manifest.p7s");
  },
);
