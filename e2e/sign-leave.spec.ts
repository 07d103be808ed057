import { expect, expectAccessible, nextStep, test } from "./fixtures.ts";

const TITLE = { title: "Mutual NDA" };
const ANA = { name: "Ana Ruiz" };

test("somebody else signs instead, and the old link says so", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const link = await envelope.linkFor("Ana Ruiz");
  await page.goto(link);
  await page.getByRole("button", { name: "Help and more" }).click();
  await page.getByRole("link", { name: "Let somebody else sign" }).click();
  await expect(page.getByRole("heading", { name: "Let somebody else sign" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Hand it on" }).click();
  await expect(page.getByRole("textbox", { name: "Their name" })).toBeFocused();
  await expect(page.getByText("Enter the name of the person who should sign.")).toBeVisible();
  await page.getByRole("textbox", { name: "Their name" }).fill("Ben Okafor");
  await page.getByRole("textbox", { name: "Their mail address" }).fill("ben.okafor@example.com");
  await page.getByRole("textbox", { name: "Why somebody else should sign" }).fill("I am away until May.");
  await page.getByRole("button", { name: "Hand it on" }).click();
  await expect(page.getByText("Ben Okafor has been asked to sign “Mutual NDA”.")).toBeVisible();
  await expectAccessible(page);
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "You handed this on" })).toBeVisible();
  const handedOn = (await envelope.events()).find(({ type }) => type === "recipient.delegated");
  expect(handedOn!.data).toMatchObject({ name: "Ben Okafor", reason: "I am away until May." });
});

test("who finishes later is told until when, and gets the link again", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const link = await envelope.linkFor("Ana Ruiz");
  await page.goto(link);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("button", { name: "Help and more" }).click();
  await page.getByRole("button", { name: "Finish later" }).click();
  const sheet = page.getByRole("dialog", { name: "Finish later" });
  await expect(
    sheet.getByText(/Everything you entered is saved\. Come back by the same link, until/),
  ).toBeVisible();
  await expectAccessible(page);
  await sheet.getByRole("button", { name: "Send me the link again" }).click();
  await expect(sheet.getByText(/^A link is on its way to .+@example\.com\.$/)).toBeVisible();
  await sheet.getByRole("button", { name: "Go on now" }).click();
  await expect(page.getByRole("button", { name: "Sign", exact: true })).toBeVisible();
  expect((await envelope.events()).map(({ type }) => type)).toContain("recipient.paused");
});

test("abuse is reported from the mail's link, in four presses", async ({ page, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [{ ...ANA, check: "email-code" }] });
  await page.goto(`${await envelope.linkFor("Ana Ruiz")}/report`);
  await expect(page.getByRole("heading", { name: "Report abuse" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send the report" }).click();
  await expect(page.getByText("Choose what is wrong.")).toBeVisible();
  await page.getByRole("radio", { name: "Somebody pretends to be somebody else" }).check();
  await page.getByRole("textbox", { name: "Say it in your own words" }).fill("I have no such landlord.");
  await page.getByRole("button", { name: "Send the report" }).click();
  await expect(page.getByText("Those responsible have been told.")).toBeVisible();
  const report = (await envelope.events()).find(({ type }) => type === "abuse.reported");
  expect(report!.data).toMatchObject({ reason: "fraud", details: "I have no such landlord." });
});

test("where every page must have been on screen, the bar leads from page to page", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({
    ...TITLE,
    to: [ANA],
    asksForEveryPage: true,
  });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  while (!(await page.getByRole("button", { name: "Finish", exact: true }).isVisible())) {
    const reads = page.getByText(/\d+ of \d+ pages read/);
    const before = await reads.textContent({ timeout: 2_000 }).catch(() => null);
    if (before === null) break;
    if ((await nextStep(page).textContent()) === "Next page to read") await nextStep(page).click();
    await expect(page.getByText(before, { exact: true })).toBeHidden();
  }
  await nextStep(page).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
});
