import { addPerson, choose, documents, go, NDA, saved, startDraft } from "./editor.ts";
import { DEVICES, expect, expectAccessible, ownerTest, test } from "./fixtures.ts";

ownerTest(
  "a field is marked for somebody who fills in before, and Send says what is missing",
  async ({ page }) => {
    await startDraft(page);
    await choose(page, NDA);
    await expect(documents(page)).toContainText("2 pages");
    await go(page, "People");
    await addPerson(page, "Ed Itor", "ed@example.com");
    await addPerson(page, "Ana Ruiz", "ana@example.com");
    const row = page.getByRole("list", { name: "People" }).getByRole("listitem").first();
    await row.getByLabel("What they do").selectOption({ label: "Fills in" });
    await row.getByLabel("How they sign").selectOption({ label: "By a link I give them" });
    await expect(row.getByText("No invitation or reminder is mailed by itself.")).toBeVisible();
    await saved(page);
    await go(page, "Review");
    await page.getByRole("button", { name: /^Mark at least one field of somebody after Ed Itor/ }).click();
    await expect(row.getByLabel("What they do")).toBeFocused();
    await go(page, "Fields");
    await page.locator("#tool-text").click();
    await page.getByRole("button", { name: /^Add to page/ }).click();
    await page.getByRole("checkbox", { name: "Filled in first by who fills in before" }).check();
    await expectAccessible(page);
    await saved(page);
    await go(page, "Review");
    await expect(page.getByText("Mark at least one field of somebody after Ed Itor")).toHaveCount(0);
    await expect(page.getByText("fills in for others")).toBeVisible();
    await expect(page.getByText("Is not mailed: you make a link for them")).toBeVisible();
  },
);

test.describe("on a phone", () => {
  test.use(DEVICES.phone);

  test("somebody fills in for the signer and passes it on; the signer cannot change what is closed", async ({
    page,
    server,
  }) => {
    const envelope = await server.sends({
      order: "sequential",
      to: [
        { name: "Ed Itor", role: "editor" },
        {
          name: "Ana Ruiz",
          fields: [
            { type: "signature", page: 1, box: [0.1, 0.66, 0.3, 0.05] },
            {
              ...{ type: "text", page: 1, box: [0.1, 0.74, 0.5, 0.03], label: "Rent", isRequired: true },
              settings: { isForEditor: true, isReadOnly: true },
            },
          ],
        },
      ],
    });
    await page.goto(await envelope.linkFor("Ed Itor"));
    await expect(page.getByRole("heading", { name: "Olivia Owner asks you to fill in" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Agree and continue" }).click();
    await page.getByRole("button", { name: /^Start/ }).click();
    await page.getByRole("textbox", { name: /Rent/ }).fill("1250");
    await page.getByRole("textbox", { name: /Rent/ }).press("Tab");
    await page.getByRole("button", { name: "Pass it on" }).click();
    const review = page.getByRole("dialog", { name: "Pass on what you filled in" });
    await expect(review.getByText("1250")).toBeVisible();
    await expectAccessible(page);
    await review.getByRole("button", { name: "Pass it on" }).click();
    await expect(
      page.getByRole("heading", { name: /^You have filled in .* and passed it on/ }),
    ).toBeVisible();

    await page.goto(await envelope.linkFor("Ana Ruiz"));
    await page.getByRole("button", { name: "Agree and continue" }).click();
    await expect(page.getByRole("status", { name: /Rent.*1250/ })).toBeVisible();
    const types = (await envelope.events()).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["field.filled", "recipient.passed-on"]));
  });
});
