import { addPerson, choose, documents, drag, go, NDA, saved, startDraft } from "./editor.ts";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

test("a draft is saved as a template, published, and used", async ({ page, server }, info) => {
  expect(server).toBeDefined();
  await startDraft(page);
  const text = { name: "terms.txt", mimeType: "text/plain", buffer: Buffer.from("Terms of the lease") };
  await choose(page, NDA);
  await expect(documents(page)).toHaveCount(1);
  const picture = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAABlBMVEX///+/v7+jQ3Y5AAAADklEQVQI12P4AIX8EAgALgAD/aNpbtEAAAAASUVORK5CYII",
    "base64",
  );
  await choose(page, { name: "plan.png", mimeType: "image/png", buffer: picture });
  await expect(documents(page)).toHaveCount(2);
  await expect(documents(page).last()).toContainText("Made from plan.png by Whereof");
  // Without LibreOffice it says which package is missing; with it, it takes the text in.
  await choose(page, text);
  await expect(
    page.getByText("libreoffice-writer-nogui").or(page.getByText("Made from terms.txt by LibreOffice")),
  ).toBeVisible({ timeout: 60_000 });

  await documents(page).first().getByRole("button", { name: "More for nda.pdf" }).click();
  await page.getByRole("menuitem", { name: "Arrange pages" }).click();
  await page.getByRole("button", { name: "Turn page 2 right" }).click();
  await page.getByRole("button", { name: "Begin a document at page 2" }).click();
  await expectAccessible(page);
  await page.screenshot({ path: info.outputPath("pages.png") });
  await page.getByRole("button", { name: "Apply, as 2 documents" }).click();
  await expect(documents(page).nth(1)).toContainText("nda (2).pdf");

  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await go(page, "Fields");
  const first = page.getByRole("article", { name: "Page 1 of" }).first();
  await expect(first.getByRole("img")).toBeVisible();
  await drag(page, "Signature", first, 0.4, 0.5);
  await saved(page);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Save as template" }).click();
  await page.waitForURL("**/prepare?step=people");
  await expect(page.getByLabel("Role", { exact: true })).toHaveValue("Signer 1");
  await page.getByLabel("Role", { exact: true }).fill("Tenant");
  await saved(page);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.waitForURL("**/templates/tpl_*");
  await expect(page.getByRole("heading", { name: "Version 1" })).toBeVisible();
  await expectAccessible(page);
  // Another version, held against the first one.
  const own = page.url();
  await page.getByRole("link", { name: "Edit" }).click();
  await go(page, "Review");
  await page.getByLabel("Name of the template").fill("Lease of the shop");
  await saved(page);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await expect(page.getByRole("heading", { name: "Version 2" })).toBeVisible();
  const comparison = page.getByRole("region", { name: "Compare two versions" });
  await comparison.getByLabel("From").selectOption({ label: "Version 2" });
  await comparison.getByLabel("To").selectOption({ label: "Version 1" });
  await comparison.getByRole("button", { name: "Compare" }).click();
  await expect(comparison).toContainText("One change from version 2 to version 1");
  await expect(comparison).toContainText("Name changed");
  await expectAccessible(page);
  // Whether another journey has opened a test workspace here, is its own affair: both are said.
  await page.getByRole("button", { name: "Send a test to me" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send the test" }).click();
  const refused = page.getByText("There is no test workspace, or you are not a member of it.");
  await expect(refused.or(page.getByText("The test is on its way to your mailbox."))).toBeVisible();
  await page.goto(own);
  const tenant = page.getByRole("group", { name: "Tenant" });
  await tenant.getByLabel("Full name").fill("Bo Chen");
  await tenant.getByLabel("E-mail address").fill("bo@example.com");
  await page.getByRole("button", { name: "Start envelope" }).click();
  await page.waitForURL("**/prepare?step=review");
  await expect(page.getByText("Everything is there. Look it over, then send.")).toBeVisible();
  await page.goto("/templates");
  await expect(page.getByRole("list", { name: "Templates" })).toContainText("used once");
  await expectAccessible(page);
});
