import { expect, expectAccessible, nextStep, test } from "./fixtures.ts";

const TITLE = { title: "Mutual NDA" };
const ANA = { name: "Ana Ruiz" };
const BEN = { name: "Ben Okafor" };

test("whoever comes out of turn is told to wait, and gets on when it is their turn", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA, BEN] });
  await envelope.linkFor("Ana Ruiz");
  await page.goto(await envelope.earlyLinkFor("Ben Okafor"));
  await expect(page.getByRole("heading", { name: "It is not your turn yet" })).toBeVisible();
  await expectAccessible(page);
  await envelope.isFinishedBy("Ana Ruiz");
  await expect(page.getByRole("button", { name: "Agree and continue" })).toBeVisible({ timeout: 60_000 });
});

test("whoever only gets a copy has nothing to do", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA, { name: "Cy Clerk", role: "copy" }] });
  await page.goto(await envelope.earlyLinkFor("Cy Clerk"));
  await expect(page.getByText("You get a copy of “Mutual NDA” when everybody has signed.")).toBeVisible();
  await expectAccessible(page);
  await envelope.isFinishedBy("Ana Ruiz");
  await expect(page.getByRole("heading", { name: "“Mutual NDA” is complete" })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole("link", { name: "Download signed document" })).toBeVisible();
});

test("a document is declined with a reason, and everybody is told", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, order: "parallel", to: [ANA, BEN] });
  const other = await envelope.linkFor("Ben Okafor");
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Help and more" }).click();
  await page.getByRole("button", { name: "Decline to sign" }).click();
  const dialog = page.getByRole("dialog", { name: "Decline to sign" });
  await expect(dialog.getByText("Olivia Owner is told and reads your reason.")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Decline to sign" }).click();
  await expect(dialog.getByText("Choose a reason.")).toBeVisible();
  await dialog.getByRole("radio", { name: "Another reason" }).check();
  await dialog.getByRole("button", { name: "Decline to sign" }).click();
  await expect(dialog.getByText("Give a reason. Olivia Owner will read it.")).toBeVisible();
  await dialog.getByRole("textbox").fill("We talked about three years, not five.");
  await dialog.getByRole("button", { name: "Decline to sign" }).click();
  await expect(page.getByRole("heading", { name: "You have declined “Mutual NDA”" })).toBeFocused();
  await expectAccessible(page);
  const declined = (await envelope.events()).find(({ type }) => type === "recipient.declined");
  expect(declined!.data.reason).toBe("We talked about three years, not five.");

  await page.goto(other);
  await expect(page.getByRole("heading", { name: "“Mutual NDA” was declined" })).toBeVisible();
  await expectAccessible(page);
});

test("a link that reached the wrong person leads to a way out", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Not me" }).click();
  const dialog = page.getByRole("dialog", { name: "This is not for you?" });
  await expect(dialog.getByRole("link", { name: "Tell Olivia Owner" })).toHaveAttribute("href", /^mailto:/);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Decline the document" }).click();
  const decline = page.getByRole("dialog", { name: "Decline to sign" });
  await expect(decline.getByRole("radio", { name: "I am not the person" })).toBeChecked();
});

test("paper is one tap away, and the notice is there word for word", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Read the full notice" }).click();
  const notice = page.getByRole("dialog", { name: "Signing electronically" });
  await expect(notice.getByText("You do not have to agree.")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Ask for paper" }).click();
  const paper = page.getByRole("dialog", { name: "On paper instead" });
  await expect(paper.getByRole("link", { name: "Write to Olivia Owner" })).toHaveAttribute(
    "href",
    /^mailto:/,
  );
  const download = page.waitForEvent("download");
  await paper.getByRole("link", { name: "Download the document" }).click();
  expect((await download).suggestedFilename()).toBe("Mutual NDA - unsigned.pdf");
});

test("a withdrawn document says why, also to who has it open", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const link = await envelope.linkFor("Ana Ruiz");
  await page.goto(link);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await expect(nextStep(page)).toBeVisible();
  await envelope.isVoided();
  await nextStep(page).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(page.getByRole("heading", { name: "“Mutual NDA” was withdrawn" })).toBeVisible();
  await expect(page.getByText("The price in section 2 is wrong")).toBeVisible();
  await expectAccessible(page);
});

test("an expired document leads to asking for a new link", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const link = await envelope.linkFor("Ana Ruiz");
  await envelope.expires();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "“Mutual NDA” has expired" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Write to Olivia Owner" })).toHaveAttribute("href", /^mailto:/);
  await expectAccessible(page);
});

test("a completed document is there to keep", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const link = await envelope.linkFor("Ana Ruiz");
  await envelope.isFinishedBy("Ana Ruiz");
  await envelope.isCompleted();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "You have signed “Mutual NDA”" })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download your certificate" }).click();
  expect((await download).suggestedFilename()).toMatch(/^Mutual NDA - certificate - Ana Ruiz.*\.cer$/);
});

test("a link that never was leads nowhere, and says so", async ({ page, server }) => {
  await server.sends({ ...TITLE, to: [ANA] });
  const answer = await page.goto(`/sign/${"x".repeat(43)}`);
  expect(answer!.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible();
  await expectAccessible(page);
});
