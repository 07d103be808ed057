import { expect, expectAccessible, OWNER, test } from "./fixtures.ts";

test("an administrator finds a signer's certificate by name and by serial number", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Zenobia Quill" }], title: "Lease of the mill" });
  await envelope.isFinishedBy("Zenobia Quill");
  await envelope.isCompleted();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
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
