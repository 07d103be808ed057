import type { Page } from "@playwright/test";
import { expect, expectAccessible, OWNER, test } from "./fixtures.ts";

async function signIn(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("link", { name: "Proof" })).toBeVisible();
}

test("an administrator finds a signer's certificate by name and by serial number", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Zenobia Quill" }], title: "Lease of the mill" });
  await envelope.isFinishedBy("Zenobia Quill");
  await envelope.isCompleted();
  await signIn(page);
  await page.getByRole("link", { name: "Proof" }).click();

  const list = page.getByRole("list", { name: "Certificates" });
  await expect(list.getByRole("listitem").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("searchbox").fill("zenobia");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(list.getByText("Harbour Street Studio")).toHaveCount(0);
  await expect(list.getByRole("listitem").first()).toContainText("Zenobia Quill");
  await expect(list.getByRole("listitem").first()).toContainText("Valid");
  const serial = await list.locator(".font-mono").first().textContent();

  await page.getByRole("searchbox").fill(serial!.toUpperCase().replace(/..(?=.)/g, "$&:"));
  await page.getByRole("button", { name: "Search" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await page.getByRole("combobox", { name: "Status" }).selectOption("revoked");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await page.getByRole("link", { name: "Show all certificates" }).click();
  await list.getByRole("link", { name: "Lease of the mill" }).first().click();
  await expect(page.getByRole("heading", { name: "Lease of the mill" })).toBeVisible();
});

test("a signer's certificate says that it was not revoked when its key signed, by whom and until when", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Yara Quince" }], title: "Lease of the weir" });
  await envelope.isFinishedBy("Yara Quince");
  await envelope.isCompleted();
  await signIn(page);
  await page.goto("/certificates?q=yara+quince&kind=signer");
  await page.getByRole("list", { name: "Certificates" }).getByRole("link", { name: "Yara Quince" }).click();
  const sheet = page.getByRole("region", { name: "Revocation" });
  await expect(sheet.getByText(/It was not revoked when Yara Quince signed/)).toBeVisible();
  await expect(sheet.getByText("Record of our authority")).toBeVisible();
  await expect(sheet.getByText(/OCSP response|Revocation list/).first()).toBeVisible();
  await expect(sheet.getByText(/Next by/).first()).toBeVisible();
  // Of ours nobody else has to be asked.
  await expect(sheet.getByRole("button", { name: "Ask its authority now" })).toHaveCount(0);
  await expect(page.getByText("1 signature", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("an authority of the installation is found by its kind and opens like any other certificate", async ({
  page,
}) => {
  await signIn(page);
  await page.goto("/certificates");
  await page.getByRole("combobox", { name: "Kind" }).selectOption("authority");
  await page.getByRole("button", { name: "Search" }).click();
  const list = page.getByRole("list", { name: "Certificates" });
  await expect(list.getByText(/Authority of this installation/).first()).toBeVisible();
  await list
    .getByRole("link", { name: /Whereof Root/ })
    .first()
    .click();
  await expect(page.getByText("Certificate of an authority of this installation")).toBeVisible();
  await expectAccessible(page);
});

test("an administrator has every certificate looked at, and the result is filed and downloaded", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Xenia Rook" }], title: "Lease of the lock" });
  await envelope.isFinishedBy("Xenia Rook");
  await envelope.isCompleted();
  await signIn(page);
  await page.goto("/certificates");
  await page.getByRole("link", { name: "Yearly check" }).click();
  await expect(page.getByRole("heading", { name: "Yearly check of certificates" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Check all now" }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Check all" }).click();
  const newest = page.getByRole("region", { name: "Checks" }).getByRole("listitem").first();
  await expect(newest.getByText("Done")).toBeVisible({ timeout: 60_000 });
  await expect(newest.getByText(`Asked for by ${OWNER.name}`)).toBeVisible();
  await expect(page.getByRole("heading", { name: "What somebody should look at" })).toBeVisible();
  const downloading = page.waitForEvent("download");
  await newest.getByRole("link", { name: /All results as CSV/ }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^certificate check .*\.csv$/);
  await expectAccessible(page);

  await page.goto("/certificates?q=xenia+rook");
  await expect(page.getByText(/Looked at again/).first()).toBeVisible();
  await page.getByRole("link", { name: "Xenia Rook" }).first().click();
  const looked = page.getByRole("region", { name: "Looked at again" });
  await expect(looked.getByText("Valid")).toBeVisible();
});
