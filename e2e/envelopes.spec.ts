import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

const stamp = () => Date.now().toString(36);
const ANA = { name: "Ana Ruiz" };
const BEN = { name: "Ben Okafor" };

test("an envelope is found by words of its title and by its state", async ({ page, server }) => {
  const word = `tern${stamp()}`;
  await server.sends({ to: [ANA, BEN], title: `Lease of the ${word} mill` });
  await server.holdsDrafts([`Offer to the ${word} bakery`]);
  await page.goto("/envelopes");
  await expectAccessible(page);
  const list = page.getByRole("list", { name: "Envelopes" }).getByRole("listitem");
  await page
    .getByRole("searchbox", { name: "Search titles, people, answers and documents" })
    .fill(word.toUpperCase());
  await expect(list).toHaveCount(2);
  await expect(list.filter({ hasText: "mill" })).toContainText("Waiting for Ana Ruiz");
  await expect(list.filter({ hasText: "mill" })).toContainText("0 of 2 done");

  await page.getByRole("combobox", { name: "State" }).selectOption("Under way");
  await expect(list).toHaveCount(1);
  await page.reload();
  await expect(list).toHaveCount(1);
  await page
    .getByRole("searchbox", { name: "Search titles, people, answers and documents" })
    .fill(`${word} 100% nothing_like it`);
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Clear all" }).last().click();
  await expect(
    page.getByRole("searchbox", { name: "Search titles, people, answers and documents" }),
  ).toHaveValue("");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
});

test("a long list is gone through page by page, and back", async ({ page, server }) => {
  const word = `heron${stamp()}`;
  await server.holdsDrafts(Array.from({ length: 30 }, (_, index) => `${word} no. ${index + 1}`));
  await page.goto(`/envelopes?q=${word}`);
  const titles = page.getByRole("list", { name: "Envelopes" }).getByRole("link");
  await expect(titles).toHaveCount(25);
  await expect(titles.first()).toHaveText(`${word} no. 30`);
  await expect(page.getByRole("link", { name: "Newer" })).toHaveCount(0);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(titles).toHaveCount(5);
  await expect(titles.first()).toHaveText(`${word} no. 5`);
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(titles).toHaveCount(25);
  await expect(titles.first()).toHaveText(`${word} no. 30`);
});

test("an envelope is withdrawn with a reason that everybody reads", async ({ browser, page, server }) => {
  const envelope = await server.sends({ to: [ANA], title: `Old offer ${stamp()}` });
  const link = await envelope.linkFor(ANA.name);
  await page.goto(envelope.address);
  await page.getByRole("button", { name: "Withdraw" }).click();
  const dialog = page.getByRole("dialog", { name: /^Withdraw “Old offer/ });
  await expect(dialog).toContainText("The person who was mailed is told your reason.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Withdraw" }).click();
  await expect(dialog.getByLabel("Reason")).toHaveAccessibleDescription(/Give a reason\./);
  await dialog.getByLabel("Reason").fill("The price in section 2 is wrong");
  await dialog.getByRole("button", { name: "Withdraw" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Withdrawn: “The price in section 2 is wrong”.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Withdraw" })).toHaveCount(0);
  await expect(page.getByRole("list", { name: "Audit trail" })).toContainText("withdrew the envelope");
  await expectAccessible(page);

  const signer = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
  await signer.goto(link);
  await expect(signer.getByText("The price in section 2 is wrong")).toBeVisible();
});

test("whose turn it is gets a fresh link, though not twice in a minute", async ({ page, server }) => {
  const envelope = await server.sends({ to: [ANA, BEN], title: `Slow offer ${stamp()}` });
  const first = await envelope.linkFor(ANA.name);
  await page.goto(envelope.address);
  await expect(page.getByRole("button", { name: "Remind Ben Okafor" })).toHaveCount(0);
  const button = page.getByRole("button", { name: "Remind Ana Ruiz" });
  await button.click();
  await expect(page.getByText("They were mailed within the last minute.")).toBeVisible();
  await envelope.ages();
  await button.click();
  await expect(page.getByText("Ana Ruiz gets a fresh link by mail.")).toBeVisible();
  const people = page.getByRole("region", { name: "People" });
  await expect(people.getByText("Reminded")).toBeVisible();
  await expectAccessible(page);
  await expect.poll(() => envelope.linkFor(ANA.name)).not.toBe(first);
});

test("that somebody declined is seen at once, with their reason", async ({ page, server }) => {
  const envelope = await server.sends({ to: [ANA, BEN], title: `Bold offer ${stamp()}` });
  await envelope.linkFor(ANA.name);
  await page.goto(envelope.address);
  await expect(page.getByText("This page updates by itself.")).toBeVisible();
  await envelope.isDeclinedBy(ANA.name);
  await expect(
    page.getByText("Ana Ruiz declined to sign: “I do not agree with what it says”."),
  ).toBeVisible();
  await expect(page.getByRole("main").getByText("Declined", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /Remind|Withdraw/ })).toHaveCount(0);
  await expectAccessible(page);
});

test("nothing of another organization can be seen, not even that it is there", async ({ page, server }) => {
  const [strange, nowhere] = [
    await server.strangersEnvelope(),
    "/envelopes/env_00000000000070008000000000000000",
  ];
  for (const address of [strange, nowhere]) {
    const answer = await page.goto(address);
    expect(answer!.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "There is nothing at this address" })).toBeVisible();
    expect((await page.goto(`${address}/prepare`))!.status()).toBe(404);
    for (const part of ["draft", "live", "files/events", "files/audit-trail"])
      expect((await page.request.get(`${address}/${part}`)).status(), part).toBe(404);
    const headers = { "x-file-name": "contract.pdf" };
    const upload = await page.request.post(`${address}/upload`, { headers, data: Buffer.from("%PDF-1.7") });
    expect(upload.status()).toBe(404);
  }
  await expectAccessible(page);
  await page.goto("/envelopes?q=not+yours+to+see");
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
});
