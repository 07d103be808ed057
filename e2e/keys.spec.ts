import { readFileSync } from "node:fs";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

test.describe("keys", () => {
  test("an owner sees what signs, rotates the seal in six steps and ends with the proof", async ({
    page,
    server,
  }) => {
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease 12B" });
    await envelope.isFinishedBy("Ana Ruiz");
    await envelope.isCompleted();

    await page.goto("/keys");
    await expect(page.getByRole("heading", { name: "Keys", exact: true })).toBeVisible();
    const seal = page.getByRole("region", { name: "Your seal key" });
    await expect(seal.getByText("In use").first()).toBeVisible();
    await expectAccessible(page);

    await seal.getByRole("link", { name: "Rotate" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Begin" }).click();
    await expect(page.getByRole("heading", { name: "Rotate your seal key" })).toBeVisible();
    await expect(page.getByText("The new key passed its trial.")).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("The trial signature verifies with it")).toBeVisible();
    // By whether another test has turned on backups of keys.
    await expect(
      page.getByText(/Its key was not copied|A wrapped copy of its key lies with the backups/),
    ).toBeVisible();
    await expect(page.getByRole("link", { name: "Download the copy (PEM)" })).toBeVisible();
    await expectAccessible(page);
    const rotation = page.url();
    await page.getByRole("link", { name: "Report of the test signing, field by field" }).click();
    await expect(page.getByText(/no required audit field is missing/)).toBeVisible();
    await expect(page.getByText("Its hash in the chain: present")).toBeVisible();
    await expectAccessible(page);
    await page.goto(rotation);
    await page.getByRole("button", { name: "Switch now" }).click();
    await expect(page.getByText(/sealed with the earlier key .* validated after the switch/)).toBeVisible({
      timeout: 30_000,
    });
    await page.getByRole("button", { name: "Confirm" }).click();
    await expect(page).toHaveURL(/\/keys$/);
    await expect(seal.getByText("Replaced").first()).toBeVisible();
  });

  test("a compromised key is blocked in one action, and what it signed is accounted for", async ({
    page,
  }) => {
    await page.goto("/keys");
    const replaced = page
      .getByRole("region", { name: "Your seal key" })
      .getByRole("listitem")
      .filter({ hasText: "Replaced" })
      .first();
    await replaced.getByRole("button", { name: "Compromised" }).click();
    await page.getByLabel("What happened").fill("Laptop stolen");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Block and revoke" }).click();
    await expect(page.getByRole("heading", { name: "Signed with this key" })).toBeVisible();
    await expect(page.getByText("This key is blocked.")).toBeVisible();
    await expectAccessible(page);
  });

  test("connectors say how they are, and one is tested on demand", async ({ page }) => {
    await page.goto("/keys");
    await page.getByRole("link", { name: "Connectors" }).click();
    const own = page.getByRole("region", { name: "Encrypted in the database of this installation" });
    await expect(own.getByText("Ready")).toBeVisible();
    await own.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByText("Being tested.")).toBeVisible();
    await expectAccessible(page);
    await page.goto("/keys");
    await page
      .getByLabel("Keys that can be copied out of their place")
      .selectOption("Forbidden: they sign nothing");
    await expect(page.getByText(/forbidding such keys now would leave you without one/)).toBeVisible();
  });

  test("reviews are signed off, and a calendar address is opened and closed", async ({ page, request }) => {
    await page.goto("/keys");
    const reviews = page.getByRole("region", { name: "Reviews" });
    await reviews.getByRole("button", { name: "Sign off" }).first().click();
    await page.getByLabel("What was found").fill("All keys accounted for");
    await page.getByRole("dialog").getByRole("button", { name: "Sign off" }).click();
    await expect(reviews.getByText("All keys accounted for")).toBeVisible();

    await page.getByRole("button", { name: "Open an address" }).click();
    const address = await page.getByLabel("Address for your calendar program").inputValue();
    const calendar = await request.get(address);
    expect(calendar.headers()["content-type"]).toBe("text/calendar; charset=utf-8");
    expect(await calendar.text()).toContain("BEGIN:VEVENT");
    await page.getByRole("button", { name: "Close the address" }).click();
    await expect(page.getByRole("button", { name: "Open an address" })).toBeVisible();
    expect((await request.get(address)).status()).toBe(404);
  });

  test("nothing is cut off on a phone", async ({ browser, ownerState }) => {
    const context = await browser.newContext({ ...DEVICES.phone, storageState: ownerState });
    const page = await context.newPage();
    await page.goto("/keys");
    await expect(page.getByRole("heading", { name: "Keys", exact: true })).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await context.close();
  });
});

test("the key in use is reported lost: it signs no more, and another takes over", async ({
  page,
  server,
}) => {
  await page.goto("/keys");
  const seal = page.getByRole("region", { name: "Your seal key" });
  const inUse = seal.getByRole("listitem").filter({ hasText: "In use" });
  await inUse.getByRole("button", { name: "Report as compromised" }).click();
  await page.getByLabel("What happened").fill("The server room was open");
  await page.getByRole("button", { name: "Block and revoke" }).click();
  await expect(page.getByText("This key is blocked.")).toBeVisible();
  const envelope = await server.sends({ to: [{ name: "Ivo Crane" }], title: "Lease of the quay" });
  await envelope.isFinishedBy("Ivo Crane");
  await envelope.isCompleted();
  await page.goto("/keys");
  await expect(inUse.first()).toBeVisible();
  await inUse.first().getByRole("link", { name: "What it signed" }).click();
  await expect(page.getByText("Audit trail", { exact: false }).first()).toBeVisible();
  const [table] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the whole list (CSV)" }).click(),
  ]);
  expect(readFileSync(await table.path(), "utf8")).toContain('"audit-trail"');
  await expectAccessible(page);
});
