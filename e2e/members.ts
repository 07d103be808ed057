import type { Browser, Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

export type Person = { readonly name: string; readonly email: string };

/** Invites somebody; the mail is in the Outbox. */
export async function invite(
  page: Page,
  { name, email }: Person,
  role: string,
  refusal?: string,
): Promise<void> {
  await page.goto("/members");
  await page.getByRole("button", { name: "Invite a member" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite a member" });
  await dialog.getByLabel("Full name").fill(name);
  await dialog.getByLabel("E-mail address").fill(email);
  await dialog.getByLabel("Role").selectOption(role);
  await dialog.getByRole("button", { name: "Invite" }).click();
  if (refusal) return expect(dialog.getByLabel("E-mail address")).toHaveAccessibleDescription(refusal);
  await expect(page.getByText(`${name} was invited. The mail is in the Outbox.`)).toBeVisible();
}

/** The newest link somebody was mailed, read in the Outbox. @param not one that is known already */
export async function linkMailedTo(
  page: Page,
  address: string,
  not = "",
  to = /\/sign-in\/link\//,
): Promise<string> {
  let found = "";
  await expect(async () => {
    await page.goto("/outbox");
    const mails = page.getByRole("list", { name: "Mails" }).getByRole("button").filter({ hasText: address });
    await mails.first().click({ timeout: 3_000 });
    await page.getByRole("tab", { name: "As text" }).click();
    const link = page.getByRole("region", { name: "Opened mail" }).getByRole("link", { name: to });
    found = (await link.first().getAttribute("href", { timeout: 3_000 }))!;
    expect(found).not.toBe(not);
  }).toPass({ timeout: 60_000 });
  return found;
}

/** A browser of their own, in which somebody has followed their link. */
export async function getIn(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Sign in with your link" })).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/home");
  return page;
}
