import { addPerson, go, saved, startDraft } from "./editor.ts";
import { expect, expectAccessible, ownerTest, test } from "./fixtures.ts";

ownerTest("readers, turns, alternatives and people named later are chosen in the row", async ({ page }) => {
  await startDraft(page);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await addPerson(page, "Ben Okafor", "ben@example.com");
  await addPerson(page, "Cy Clerk", "cy@example.com");
  await page.getByRole("radio", { name: "In turns of my own" }).check();
  const row = (place: number) =>
    page
      .getByRole("list", { name: "People" })
      .getByRole("listitem")
      .nth(place - 1);
  await row(2).getByText("More choices").click();
  await row(2).getByLabel("Instead of").selectOption({ label: "Ana Ruiz" });
  await row(3).getByLabel("Turn of Cy Clerk").selectOption("2");
  await row(3).getByLabel("What they do").selectOption({ label: "Reads" });
  await row(3).getByText("More choices").click();
  await row(3).getByLabel("Who they are is said by").selectOption({ label: "Ana Ruiz" });
  await expect(row(3).getByText("Is named by somebody before them")).toBeVisible();
  await expectAccessible(page);
  await saved(page);
  await page.reload();
  await go(page, "People");
  await expect(row(3).getByLabel("Who they are is said by")).toHaveValue(/.+/);
  await expect(row(2).getByLabel("Instead of")).toHaveValue(/.+/);
  await go(page, "Review");
  await expect(page.getByText("Enter the full name")).toHaveCount(0);
});

test("who comes next is said before finishing", async ({ page, server }) => {
  const envelope = await server.sends({
    to: [
      { name: "Ada Reader", role: "viewer" },
      { name: "the next", role: "approver", namedBy: "Ada Reader" },
      { name: "Ana Ruiz" },
      { name: "Ben Okafor", alternativeTo: "Ana Ruiz" },
    ],
  });
  await page.goto(await envelope.linkFor("Ada Reader"));
  await expect(page.getByRole("heading", { name: "Olivia Owner asks you to read" })).toBeVisible();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("button", { name: "I have read it" }).click();
  const review = page.getByRole("dialog", { name: "Confirm that you have read it" });
  await review.getByRole("button", { name: "I have read it" }).click();
  await expect(review.getByText("Enter the full name of the person who comes next.")).toBeVisible();
  await review.getByLabel("Full name").fill("Dee Next");
  await review.getByLabel("E-mail address").fill("dee.next@example.com");
  await expectAccessible(page);
  await review.getByRole("button", { name: "I have read it" }).click();
  await expect(page.getByRole("heading", { name: "You have confirmed that you read" })).toBeVisible();
  await expect(page.getByText("Dee Next", { exact: true })).toBeVisible({ timeout: 30_000 });
  const types = (await envelope.events()).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(["recipient.named", "recipient.acknowledged"]));
});
