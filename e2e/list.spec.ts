import type { Page, TestInfo } from "@playwright/test";
import { addPerson, go, startDraft } from "./editor.ts";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";
import { invite } from "./members.ts";

const stamp = Date.now().toString(36);
const ANA = { name: "Ana Ruiz" };

/** Fit for everybody on a laptop and on a phone. */
async function look(page: Page, info: TestInfo, name: string) {
  for (const width of [1280, 390]) {
    const { height } = DEVICES[width === 390 ? "phone" : "desktop"].viewport;
    await page.setViewportSize({ width, height });
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.screenshot({ path: info.outputPath(`${name}-${width}.png`) });
  }
  await page.setViewportSize(DEVICES.desktop.viewport);
}

test("the list is narrowed, and several envelopes are tagged, shared, archived and downloaded at once", async ({
  page,
  server,
}, info) => {
  test.setTimeout(300_000);
  const word = `heron${stamp}`;
  const colleague = { name: `Cora Colleague ${stamp}`, email: `cora.${stamp}@harbourstreet.example` };
  await invite(page, colleague, "Sender");
  const done = await server.sends({ title: `${word} signed`, to: [ANA] });
  const voided = await server.sends({ title: `${word} withdrawn`, to: [ANA] });
  await server.sends({ title: `${word} open`, to: [ANA] });
  await done.isFinishedBy(ANA.name);
  await done.isCompleted();
  await voided.isVoided();
  const rows = page.getByRole("list", { name: "Envelopes" }).getByRole("listitem");
  const views = page.getByRole("navigation", { name: "Views" });
  const acts = page.getByRole("region", { name: "With the chosen envelopes" });
  const dialog = page.getByRole("dialog");

  await test.step("narrow", async () => {
    await page.goto(`/envelopes?q=${word}`);
    await expect(rows).toHaveCount(3);
    // Counts are of what is looked for.
    await expect(views.getByRole("link", { name: /^All/ })).toHaveText("All3");
    await expect(views.getByRole("link", { name: /^Completed/ })).toHaveText("Completed1");
    await page.getByText("More filters").click();
    await page.getByLabel("Signature level").selectOption("Made here");
    await expect(page.getByRole("link", { name: "Remove Signature level Made here" })).toBeVisible();
    await expect(rows).toHaveCount(3);
    await page.getByLabel("Amount from").fill("1000");
    await page.getByLabel("Only under a legal hold").check();
    await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Remove Amount from 1000" })).toBeVisible();
    await expect(views.getByRole("link", { name: /^All/ })).toHaveText("All0");
    await look(page, info, "narrowed");
    const narrowed = page.getByRole("region", { name: "What the list is narrowed to" });
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    await page.getByRole("menuitem", { name: "Keep this filter" }).click();
    await dialog.getByLabel("Name of the filter").fill(`Held ${stamp}`);
    await dialog.getByRole("button", { name: "Keep" }).click();
    await narrowed.getByRole("link", { name: "Clear all" }).click();
    await expect(narrowed).toHaveCount(0);
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    await page.getByRole("menuitem", { name: `Held ${stamp}` }).click();
    await expect(narrowed.getByRole("link", { name: /^Remove/ })).toHaveCount(4);
    await page.goto(`/envelopes?q=${word}`);
  });

  await test.step("tag and share", async () => {
    await page.getByLabel("Choose all 3 on this page").check();
    await expect(acts.getByText("3 envelopes chosen")).toBeVisible();
    await look(page, info, "chosen");
    await acts.getByRole("button", { name: "Tag" }).click();
    await dialog.getByLabel("Tags", { exact: true }).fill("urgent, Berlin");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Save tags" }).click();
    await expect(page.getByText("3 envelopes done.")).toBeVisible();
    await expect(rows.filter({ hasText: "Berlin" })).toHaveCount(3);
    await page.getByLabel(`Choose ${word} open`).check();
    await acts.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Share" }).click();
    await dialog.getByLabel("Colleague", { exact: true }).selectOption(colleague.name);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Share" }).click();
    await expect(page.getByText("1 envelope done.")).toBeVisible();
  });

  await test.step("archive, download, move back", async () => {
    await page.getByLabel("Choose all 3 on this page").check();
    await acts.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await expect(page.getByText(/^2 done, 1 left as they were: Only what is completed/)).toBeVisible();
    await expect(views.getByRole("link", { name: /^Completed/ })).toHaveText("Completed0");
    await views.getByRole("link", { name: /^Archived/ }).click();
    await expect(rows).toHaveCount(2);
    await look(page, info, "archived");
    await page.getByLabel("Choose all 2 on this page").check();
    const saved = page.waitForEvent("download");
    await acts.getByRole("link", { name: "Download" }).click();
    expect((await saved).suggestedFilename()).toMatch(/^envelopes \d{4}-\d{2}-\d{2}\.zip$/);
    await acts.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Move back" }).click();
    await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  });

  await test.step("from its own page", async () => {
    await page.goto(done.address);
    await expect(page.getByText("Tagged as urgent")).toBeVisible();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Move to a folder" }).click();
    await dialog.getByLabel("Folder", { exact: true }).selectOption("New folder …");
    await dialog.getByLabel("Name of the folder").fill(`Leases ${stamp}`);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Move" }).click();
    await expect(page.getByText(`In the folder Leases ${stamp}`)).toBeVisible();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Tags" }).click();
    await dialog.getByLabel("Tags").fill("Berlin");
    await dialog.getByRole("button", { name: "Save tags" }).click();
    await expect(page.getByText("Tagged as urgent")).toHaveCount(0);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await expect(page.getByText("It is among the archived ones.")).toBeVisible();
    await look(page, info, "envelope");
    await expect(
      page.getByText("put the envelope among the archived ones of the list").first(),
    ).toBeVisible();
    const types = (await done.events()).map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(["envelope.filed-away", "envelope.taken-back", "envelope.tagged"]),
    );
  });
});

test("a contact is added by hand, and brings along how they show who they are", async ({ page }, info) => {
  const [name, email] = [`Zoë Quist ${stamp}`, `zoe.${stamp}@example.com`];
  const dialog = page.getByRole("dialog");
  await page.goto("/contacts");
  await page.getByRole("button", { name: "Add a contact" }).first().click();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("E-mail address").fill(email);
  await dialog.getByLabel("Mobile phone").fill("12");
  await dialog.getByLabel("Language").selectOption("es");
  await dialog.getByLabel("How they show who they are").selectOption("sms-code");
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(dialog.getByRole("alert").or(dialog.getByRole("status")).first()).toBeVisible();
  await dialog.getByLabel("Mobile phone").fill("+34 600 123 456");
  await look(page, info, "contact");
  await dialog.getByRole("button", { name: "Add" }).click();
  const row = page.getByRole("list", { name: "Contacts" }).getByRole("listitem").filter({ hasText: name });
  await expect(row).toContainText("+34600123456");
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  await dialog.getByLabel("Company").fill("Quist Mills");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Quist Mills");
  await look(page, info, "contacts");

  await startDraft(page);
  await go(page, "People");
  await addPerson(page, "", "");
  const person = page.getByRole("list", { name: "People" }).getByRole("listitem").last();
  await person.getByLabel("Full name").pressSequentially(`quist ${stamp}`);
  await page.getByRole("option", { name }).click();
  await expect(person.getByLabel("E-mail address")).toHaveValue(email);
  await expect(person.getByLabel("Language")).toHaveValue("es");
  await expect(person.locator(`select[id^="check-"]`)).toHaveValue("sms-code");
  await expect(person.locator(`input[id^="phone-"]`)).toHaveValue("+34600123456");

  await page.goto("/contacts");
  await page.getByRole("button", { name: `Delete ${name}` }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toHaveCount(1);
});

test("a link that was only fetched is told apart from a document that was viewed", async ({
  page,
  server,
  browser,
}, info) => {
  const envelope = await server.sends({ title: `Fetched ${stamp}`, to: [ANA] });
  const link = await envelope.linkFor(ANA.name);
  // As a mail filter does, without a browser around it.
  const filter = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  expect((await filter.request.get(link)).ok()).toBe(true);
  await filter.close();
  await page.goto(envelope.address);
  const people = page.getByRole("region", { name: "People" });
  await expect(people.getByText(/^Link opened/)).toBeVisible();
  await expect(people.getByText("nothing was viewed yet")).toBeVisible();
  await expect(people.getByText("Has looked at the document")).toHaveCount(0);
  await look(page, info, "opened");
});

test("a folder is shared with a team, and no longer", async ({ page, server }, info) => {
  const word = `wren${stamp}`;
  const [folder, team] = [`Letters ${stamp}`, `Letting ${stamp}`];
  const dialog = page.getByRole("dialog");
  await server.holdsDrafts([word]);
  await page.goto(`/envelopes?q=${word}`);
  await page.getByLabel(`Choose ${word}`).check();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await dialog.getByLabel("Folder", { exact: true }).selectOption("New folder …");
  await dialog.getByLabel("Name of the folder").fill(folder);
  await dialog.getByRole("button", { name: "Move" }).click();
  await expect(page.getByText("1 envelope done.")).toBeVisible();

  await page.goto("/members/teams");
  await page.getByRole("button", { name: "New team" }).first().click();
  await dialog.getByLabel("Name of the team").fill(team);
  await dialog.getByRole("button", { name: "Create team" }).click();
  const shared = page.getByRole("region", { name: `Folders shared with ${team}` });
  await shared.getByRole("button", { name: "Share a folder" }).click();
  await dialog.getByLabel("Folder", { exact: true }).selectOption(folder);
  await dialog.getByLabel("What they may do").selectOption("act");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Share" }).click();
  await expect(shared.getByText("acts on what lies in it")).toBeVisible();
  await look(page, info, "team-folders");
  await shared.getByRole("button", { name: "Stop sharing" }).click();
  await dialog.getByRole("button", { name: "Stop sharing" }).click();
  await expect(shared.getByText(folder)).toHaveCount(0);
});
