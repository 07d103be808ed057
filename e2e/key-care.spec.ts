import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, OWNER, ownerTest as test } from "./fixtures.ts";
import { getIn, invite, linkMailedTo } from "./members.ts";

const PASSWORD = "seven quiet lamps by the weir";
const STEPS = ["Plan", "Export", "Transfer", "Import", "Configure", "Test", "Policy review", "Audit review"];

/** Presses a button, fills its dialog by label, and confirms. */
async function answer(
  page: Page,
  button: string,
  values: Readonly<Record<string, string>>,
  { confirm = button, within = page.locator("body") } = {},
) {
  await within.getByRole("button", { name: button, exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  for (const [label, value] of Object.entries(values)) {
    const field = dialog.getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === "SELECT")
      await field.selectOption({ label: value });
    else await field.fill(value);
  }
  await expectAccessible(page);
  await dialog.getByRole("button", { name: confirm, exact: true }).click();
  await expect(dialog).toBeHidden();
}

const verifies = (file: string) => {
  expect(execFileSync("pdfsig", ["-nocert", file], { encoding: "utf8" })).toContain("Signature is Valid");
  expect(readFileSync(file).subarray(0, 5).toString()).toBe("%PDF-");
};

async function saved(page: Page, link: string, file: string) {
  const found = page.getByRole("link", { name: link });
  await expect(found).toBeVisible({ timeout: 40_000 });
  const download = page.waitForEvent("download");
  await found.click();
  await (await download).saveAs(file);
  verifies(file);
}

test("a key project is run step by step and ends as a sealed checklist", async ({ page }, info) => {
  await page.goto("/keys");
  await page.getByRole("link", { name: "Projects" }).click();
  await expect(page.getByRole("heading", { name: "Key projects", exact: true })).toBeVisible();
  await expectAccessible(page);
  const title = `Seal key to Delft ${Date.now().toString(36)}`;
  await page.getByRole("button", { name: "Start a project" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill(title);
  await dialog.getByLabel("Scope").fill("The seal key of the leasing department");
  await dialog.getByLabel("Authorization").fill("Decision 2026-77 of the board");
  await dialog.getByLabel("Formats").fill("PKCS#12, AES-256");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Start a project" }).click();
  await expect(page.getByRole("heading", { name: title })).toBeVisible();
  await expectAccessible(page);
  for (const [index, step] of STEPS.entries()) {
    const row = page.getByRole("listitem").filter({ hasText: step }).first();
    await row.getByRole("button", { name: "Sign off" }).click();
    await page.getByRole("dialog").getByLabel("What shows it").fill(`Ticket 44${index}`);
    await page.getByRole("dialog").getByRole("button", { name: "Sign off" }).click();
    await expect(page.getByText(`${index + 1} of 8 steps done`)).toBeVisible();
  }
  await saved(page, "Download sealed record", info.outputPath("project.pdf"));
});

test("a key ceremony is held by its script, signed off by all, and sealed", async ({
  browser,
  page,
}, info) => {
  test.setTimeout(180_000);
  const stamp = Date.now().toString(36);
  const newcomer = async (name: string, role: string) => {
    const person = { name, email: `${name.split(" ")[0]!.toLowerCase()}.${stamp}@example.com` };
    await invite(page, person, role);
    const own = await getIn(browser, await linkMailedTo(page, person.email));
    await own.goto("/account");
    await own.getByLabel("New password").fill(PASSWORD);
    await own.getByRole("button", { name: "Set password" }).click();
    await expect(own.getByText("Your password is set.")).toBeVisible();
    return { own, label: `${name} (${person.email})` };
  };
  const otto = await newcomer("Otto Operator", "Administrator");
  const wim = await newcomer("Wim Witness", "Viewer");

  await page.goto("/keys/ceremonies");
  await expectAccessible(page);
  const script = `Short script ${stamp}`;
  await answer(
    page,
    "Write a script",
    {
      Name: script,
      "Custodians needed": "0",
      Script: "Show the HSM.\n> Its seal is whole.\n\nMake the key.",
    },
    { confirm: "Publish" },
  );
  await page.getByRole("button", { name: "Begin a ceremony" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill(`Seal key ${stamp}`);
  await dialog.getByLabel("Place").fill("Room 4, Delft");
  await dialog.getByLabel("Script").selectOption({ label: script });
  await dialog.getByLabel(`${OWNER.name} (${OWNER.email})`).selectOption({ label: "Administrator" });
  await dialog.getByLabel(otto.label).selectOption({ label: "Operator" });
  await dialog.getByLabel(wim.label).selectOption({ label: "Independent witness" });
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Begin", exact: true }).click();
  await expect(page.getByRole("heading", { name: `Seal key ${stamp}` })).toBeVisible();
  await expectAccessible(page);
  for (const number of [1, 2]) {
    await expect(page.getByText(`Step ${number} of 2`)).toBeVisible();
    await page.getByLabel("Seen").fill(`Seen at step ${number}`);
    await page.getByLabel("Initials").fill("OO");
    await page.getByRole("button", { name: "Record step" }).click();
  }
  await expect(page.getByText("Every step is done.")).toBeVisible();
  await answer(page, "Record a fact", { "What it is": "HSM serial", Value: "HSM-0042" });
  await expect(page.getByText("HSM-0042")).toBeVisible();

  await wim.own.goto(page.url());
  await answer(wim.own, "Sign off", { "Your password": PASSWORD });
  await otto.own.goto(page.url());
  await answer(otto.own, "Sign off", { "Your password": PASSWORD });
  await page.reload();
  await answer(page, "Sign off", { "Your password": OWNER.password });
  await expect(page.getByText("Completed", { exact: true })).toBeVisible();
  await saved(page, "Download sealed record", info.outputPath("ceremony.pdf"));
  await wim.own.reload();
  await saved(wim.own, "Download sealed record", info.outputPath("witness.pdf"));
});

test("keys are backed up, and a drill signs with the backup", async ({ page, server }) => {
  const sent = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Makes a seal key" });
  await sent.isFinishedBy("Ana Ruiz");
  await sent.isCompleted();
  await page.goto("/keys");
  const backups = page.getByRole("region", { name: "Backups of keys" });
  await backups.getByLabel("Back up").selectOption({ label: "Every 7 days" });
  await expect(backups.getByText(/wrapped key/).first()).toBeVisible({ timeout: 30_000 });
  await answer(page, "Run a drill", {}, { within: backups });
  await expect(backups.getByText("Drill passed").first()).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole("region", { name: "Standby key" })).toBeVisible();
  await expectAccessible(page);
});

test("a rule decides about capture, and a signer brings a certificate along", async ({
  browser,
  page,
  server,
}, info) => {
  await page.goto("/certificates");
  await page.getByRole("link", { name: "Capture rules" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add a rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Leases only");
  await dialog.getByLabel("About").selectOption({ label: "The title" });
  await dialog.getByLabel("Holds when it").selectOption({ label: "contains" });
  await dialog.getByLabel("Compared with").fill("Lease");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add a rule" }).click();
  await expect(page.getByText("Leases only")).toBeVisible();

  const sent = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Minutes of May" });
  const [key, file] = [info.outputPath("ana.key"), info.outputPath("ana.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-days", "9", "-subj", "/CN=Ana of the chamber", "-keyout", key, "-out", file], { stdio: "ignore" }); // biome-ignore format: one command
  const phone = await (await browser.newContext(DEVICES.phone)).newPage();
  await phone.goto(`${await sent.linkFor("Ana Ruiz")}/certificate`);
  await expectAccessible(phone);
  await phone.getByLabel("Or its text").fill(readFileSync(key, "utf8"));
  await phone.getByRole("button", { name: "Add it to the record" }).click();
  await expect(phone.getByText("This holds a private key.")).toBeVisible();
  await phone.getByLabel("Or its text").fill("");
  await phone.getByLabel("Certificate file").setInputFiles(file);
  await phone.getByRole("button", { name: "Add it to the record" }).click();
  await expect(phone.getByText("CN=Ana of the chamber")).toBeVisible();
  await sent.isFinishedBy("Ana Ruiz");
  await sent.isCompleted();
  const events = await sent.events();
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["certificate.presented", "certificate.capture-skipped"]),
  );
  await page.goto(sent.address);
  await expect(page.getByRole("heading", { name: "Certificates signers brought along" })).toBeVisible();
  await expect(page.getByText("CN=Ana of the chamber").first()).toBeVisible();
  await expectAccessible(page);
  await page.goto("/certificates/capture");
  await answer(page, "Remove", {}, { confirm: "Remove" });
  await expect(page.getByText("There is no rule")).toBeVisible();
});

test("nothing is cut off on a phone", async ({ browser, ownerState }) => {
  const context = await browser.newContext({ ...DEVICES.phone, storageState: ownerState });
  const page = await context.newPage();
  for (const address of [
    "/keys",
    "/keys/projects",
    "/keys/ceremonies",
    "/key-exports",
    "/certificates/capture",
  ]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, address).toBeLessThanOrEqual(0);
  }
  await context.close();
});
