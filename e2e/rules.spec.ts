import { readFileSync } from "node:fs";
import { addPerson, choose, documents, drag, go, NDA, saved, startDraft } from "./editor.ts";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

test("a rule is written as a sentence, and somebody comes by a public link and sets it off", async ({
  page,
  browser,
  server,
}, info) => {
  test.setTimeout(150_000);
  page.setDefaultTimeout(20_000);
  expect(server).toBeDefined();
  const look = async (on: typeof page, name: string) => {
    await on.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
  };

  await page.goto("/rules");
  await expect(page.getByRole("heading", { name: "No rules yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the rule").fill("Mark the guests");
  await dialog.getByLabel("When").selectOption({ label: "an envelope is sent" });
  // Everybody was mailed with it that moment: a reminder could come to nothing.
  const offered = dialog.getByRole("group", { name: "then" }).getByLabel("Action").locator("option");
  await expect(offered.filter({ hasText: /remind/i })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Add a condition" }).click();
  await dialog.getByLabel("Words").fill("guest book");
  await dialog.getByRole("button", { name: "Try on past envelopes" }).click();
  await expect(dialog.getByText(/would have matched|has not happened/)).toBeVisible();
  await dialog.getByRole("group", { name: "then" }).getByLabel("Tag").fill("Guest");
  await expectAccessible(page);
  await look(page, "rule-editor");
  await dialog.getByRole("button", { name: "Save rule" }).click();
  await expect(
    page.getByText(
      "When an envelope is sent and its title has the words “guest book”, then put on the tag “Guest”.",
    ),
  ).toBeVisible();

  await startDraft(page);
  await choose(page, { name: "Guest book.pdf", mimeType: "application/pdf", buffer: readFileSync(NDA) });
  await expect(documents(page)).toHaveCount(1);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await go(page, "Fields");
  const first = page.getByRole("article", { name: "Page 1 of" }).first();
  await expect(first.getByRole("img")).toBeVisible();
  await drag(page, "Signature", first, 0.4, 0.5);
  await drag(page, "Text", first, 0.4, 0.7);
  await page.getByRole("button", { name: "Add a rule" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Keep the rule" }).click();
  await page.getByRole("button", { name: "Walk every branch" }).click();
  await expect(page.getByText("Every rule can hold")).toBeVisible();
  await expectAccessible(page);
  await look(page, "branches");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await saved(page);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Save as template" }).click();
  await page.waitForURL("**/prepare?step=people");
  await page.getByLabel("Role", { exact: true }).fill("Guest");
  await saved(page);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.waitForURL("**/templates/tpl_*");
  await page.getByRole("button", { name: "New public link" }).click();
  await look(page, "new-link");
  await page.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
  const address = page.getByText(/\/start\/[\w-]{32}$/);
  await expect(address).toBeVisible();
  await expectAccessible(page);
  await look(page, "links");

  const guest = await browser.newContext({
    ...DEVICES.phone,
    storageState: undefined,
    baseURL: new URL(page.url()).origin,
  });
  const phone = await guest.newPage();
  phone.setDefaultTimeout(20_000);
  await phone.goto(new URL((await address.textContent())!).pathname);
  await expect(phone.getByRole("heading", { name: "Fill in and sign “Guest book”" })).toBeVisible();
  await expectAccessible(phone);
  await look(phone, "start");
  await phone.getByLabel("Your full name").fill("Gus Guest");
  await phone.getByLabel("Your e-mail address").fill("not an address");
  await phone.getByRole("button", { name: "Send me a code" }).click();
  await expect(phone.getByText("This is not an e-mail address.")).toBeVisible();
  const mailbox = `gus.${info.workerIndex}.${info.retry}@example.com`;
  await phone.getByLabel("Your e-mail address").fill(mailbox);
  await phone.getByRole("button", { name: "Send me a code" }).click();
  const code = phone.getByLabel("Code", { exact: true });
  await expect(code).toBeVisible({ timeout: 30_000 });
  await expectAccessible(phone);
  await look(phone, "code");
  await page.goto("/outbox");
  await page
    .getByRole("list", { name: "Mails" })
    .getByRole("button")
    .filter({ hasText: mailbox })
    .first()
    .click();
  await page.getByRole("tab", { name: "As text" }).click();
  const mail = (await page.getByRole("region", { name: "Opened mail" }).textContent()) ?? "";
  await code.fill(/\b\d{6}\b/.exec(mail)![0]);
  await phone.waitForURL("**/sign/*", { timeout: 60_000 });
  await expect(phone.getByText("Guest book").first()).toBeVisible();
  await expect(phone.getByRole("button", { name: /Agree/ })).toBeVisible({ timeout: 60_000 });
  await look(phone, "signing");

  await page.goto("/rules");
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  await look(page, "rules");
  await page.goto("/reports/times");
  await expect(page.getByRole("heading", { name: "Time to complete" })).toBeVisible();
  await expectAccessible(page);
  await look(page, "times");
  await page.goto("/rules");
  await page.setViewportSize({ width: 390, height: 844 });
  await look(page, "rules-phone");
  await guest.close();
});
