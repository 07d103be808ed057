import { readFile } from "node:fs/promises";
import type { Page, TestInfo } from "@playwright/test";
import { DEVICES, expect, expectAccessible, OWNER, ownerTest as test } from "./fixtures.ts";

const stamp = Date.now().toString(36);

/** Fit for everybody on a laptop and on a phone, by day and by night. */
async function look(page: Page, info: TestInfo, name: string) {
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({
        width,
        height: DEVICES[width === 390 ? "phone" : "desktop"].viewport.height,
      });
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.screenshot({ path: info.outputPath(`${name}-${width}-${colorScheme}.png`) });
    }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DEVICES.desktop.viewport);
}

test("what a member is asked to sign waits on their home page, and opens from there", async ({
  page,
  server,
}, info) => {
  test.setTimeout(180_000);
  const title = `Order of ${stamp}`;
  const envelope = await server.sends({ title, to: [{ name: "Ida Owner", email: OWNER.email }] });
  await envelope.linkFor("Ida Owner");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  const mine = page.getByRole("list", { name: "Needs me" }).getByRole("listitem").filter({ hasText: title });
  await expect(mine).toBeVisible();
  await look(page, info, "home");

  await page.goto("/envelopes?view=needs-me");
  await expect(page.getByRole("button", { name: `Open to sign: ${title}` })).toBeVisible();
  await page.goto(envelope.address);
  await page.getByRole("button", { name: `Open to sign: ${title}` }).click();
  // Being signed in here does not show that this is the person who was asked.
  await page.waitForURL(/\/sign\/[\w-]+$/);
  await page.getByRole("button", { name: "Send the code to" }).click();
  await page.getByLabel("Code", { exact: true }).fill(await envelope.codeFor("Ida Owner"));
  await expect(page.getByRole("button", { name: "Agree and continue" })).toBeVisible();
  await page.goto(envelope.address);
  await expect(page.getByRole("list", { name: "Audit trail" })).toContainText("from the workspace");
});

test("the list has the columns a member chooses, is narrowed, and taken along", async ({
  page,
  server,
}, info) => {
  test.setTimeout(180_000);
  const word = `crane${stamp}`;
  await server.sends({ to: [{ name: "Ana Ruiz" }], title: `=${word} lease` });
  await page.goto(`/envelopes?q=${word}`);
  const row = page.getByRole("list", { name: "Envelopes" }).getByRole("listitem");
  await expect(row).toContainText("0 of 1 done");
  await page.getByRole("button", { name: "Columns" }).click();
  const dialog = page.getByRole("dialog", { name: "Columns of the list" });
  await dialog.getByLabel("People").uncheck();
  await dialog.getByLabel("Number").check();
  await dialog.getByLabel("Last day to sign").check();
  await dialog.getByLabel("Template").check();
  await expect(dialog.getByLabel("Folder")).toBeDisabled();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Show these columns" }).click();
  await expect(row).toContainText(/WH-/);
  await page.reload();
  await expect(row).toContainText(/WH-/);
  await expect(row).not.toContainText("0 of 1 done");

  await page.getByText("More filters").click();
  await page.getByLabel("Tag", { exact: true }).fill("urgent");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await page.getByLabel("Tag", { exact: true }).fill("");
  await page.getByLabel("Changed from (UTC)").fill(new Date().toISOString().slice(0, 10));
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(row).toHaveCount(1);
  await look(page, info, "list");

  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  const text = await readFile(await (await saved).path(), "utf8");
  expect(text).toContain(`"'=${word} lease"`);
  expect(text.trim().split("\r\n")).toHaveLength(2);
  await page.getByRole("button", { name: "Columns" }).click();
  for (const name of ["Number", "Last day to sign", "Template"]) await dialog.getByLabel(name).uncheck();
  await dialog.getByLabel("People").check();
  await dialog.getByRole("button", { name: "Show these columns" }).click();
  await expect(row).toContainText("0 of 1 done");
});

test("members work in teams, and what somebody else approves is settled", async ({ page, server }, info) => {
  test.setTimeout(180_000);
  const team = `Leasing ${stamp}`;
  await page.goto("/members");
  await page.getByRole("link", { name: "Teams" }).click();
  await page.getByRole("button", { name: "New team" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the team").fill(team);
  await dialog.getByRole("button", { name: "Create team" }).click();
  const sheet = page.getByRole("region", { name: team });
  await expect(sheet.getByText("Nobody works in it yet.")).toBeVisible();
  await page.getByRole("button", { name: "New team" }).first().click();
  await dialog.getByLabel("Name of the team").fill(team.toUpperCase());
  await dialog.getByRole("button", { name: "Create team" }).click();
  await expect(dialog.getByText("There is a team of this name. Choose another name.")).toBeVisible();
  await page.keyboard.press("Escape");
  await sheet.getByRole("button", { name: "Add a member" }).click();
  await dialog.getByLabel("Member", { exact: true }).selectOption(OWNER.name);
  await dialog.getByLabel("Leads this team").check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Put into the team" }).click();
  await expect(sheet.getByText("Leads the team")).toBeVisible();
  await look(page, info, "teams");

  await page.goto("/approvals");
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await dialog.getByLabel("Whose envelopes").selectOption(`sent by the team ${team}`);
  await dialog.getByLabel("Which of them").selectOption("With an amount from a value on");
  await dialog.getByLabel("Name of the field").fill(`Rent ${stamp}`);
  await dialog.getByLabel("From", { exact: true }).fill("1000");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  const duty = page
    .getByRole("list", { name: "What needs approval" })
    .getByRole("listitem")
    .filter({ hasText: team });
  await expect(duty).toContainText(
    `Envelopes with “Rent ${stamp}” of 1000 or more, sent by the team ${team}`,
  );
  await look(page, info, "approvals");
  await duty.getByRole("button", { name: "Take off" }).click();
  await dialog.getByRole("button", { name: "Take off" }).click();
  await expect(duty).toHaveCount(0);

  const word = `swift${stamp}`;
  await server.holdsDrafts([word]);
  await page.goto(`/envelopes?q=${word}`);
  const href = await page
    .getByRole("list", { name: "Envelopes" })
    .getByRole("link")
    .first()
    .getAttribute("href");
  await page.goto(`${href}/approval`);
  await expect(page.getByText("Nobody has to approve this.")).toBeVisible();
  await look(page, info, "approval");

  await page.goto("/members/teams");
  await sheet.getByRole("button", { name: "Take apart" }).click();
  await dialog.getByRole("button", { name: "Take apart" }).click();
  await expect(sheet).toHaveCount(0);
});

test("every component is there, by day and by night", async ({ page }, info) => {
  await page.goto("/design");
  await expect(page.getByRole("heading", { level: 1, name: "Components" })).toBeVisible();
  await look(page, info, "components");
  await page.getByRole("button", { name: "Wide dialog" }).click();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Menu", exact: true }).last().click();
  await expect(page.getByRole("menu")).toContainText("Lease 12B");
  await expectAccessible(page);
});
