import type { Page } from "@playwright/test";
import { DEVICES, expect, hold, nextStep, test } from "./fixtures.ts";
import { ONE_SIGNATURE, type SeedField } from "./seed.ts";

const REMARKS: SeedField = { type: "text", page: 1, box: [0.113, 0.76, 0.5, 0.06], label: "Remarks" };
const TOWN: SeedField = { type: "text", page: 0, box: [0.12, 0.3, 0.5, 0.03], label: "Town" };
const READ: SeedField = {
  type: "checkbox",
  page: 0,
  box: [0.12, 0.7, 0.022, 0.0155],
  label: "I have read it",
};

const remarks = (page: Page) => page.getByRole("textbox", { name: "Remarks, page 2" });
const saved = (page: Page) => expect(page.getByText("Saved", { exact: true })).toBeVisible();

async function agrees(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).waitFor();
}

test("what is entered before the page's scripts are there counts", async ({ page, server }) => {
  const envelope = await server.sends({
    to: [{ name: "Ana Ruiz", fields: [TOWN, READ, REMARKS, ...ONE_SIGNATURE] }],
  });
  await agrees(page, await envelope.linkFor("Ana Ruiz"));
  const letGo = await hold(page, /_next\/static\/.*\.js/);
  await page.reload({ waitUntil: "commit" });
  const town = page.getByRole("textbox", { name: "Town, page 1" });
  await town.fill("Porto");
  await page.getByRole("checkbox", { name: /^I have read it/ }).check();
  await remarks(page).focus();
  await page.keyboard.type("Typed ea");
  await letGo();
  await saved(page);
  // It stays open for what follows.
  await page.keyboard.type("rly");
  await expect(remarks(page)).toHaveValue("Typed early");
  await expect(page.getByText("3 of 4 done")).toBeVisible();
  await remarks(page).blur();
  await saved(page);
  await page.reload();
  await expect(town).toHaveValue("Porto");
  await expect(page.getByRole("checkbox", { name: /^I have read it/ })).toBeChecked();
  await expect(remarks(page)).toHaveValue("Typed early");
});

test("words of a page that come while somebody types on it take no letter", async ({ page, server }) => {
  const envelope = await server.sends({
    to: [{ name: "Ana Ruiz", fields: [TOWN, REMARKS, ...ONE_SIGNATURE] }],
  });
  const letGo = await hold(page, /\/text$/);
  await agrees(page, await envelope.linkFor("Ana Ruiz"));
  const town = page.getByRole("textbox", { name: "Town, page 1" });
  await town.focus();
  await page.keyboard.type("Por");
  const came = page.waitForResponse(/\/1\/text$/);
  await letGo();
  await (await came).finished();
  await expect(page.getByRole("region", { name: "Page 2 of 2" }).locator("p")).not.toHaveCount(0);
  await page.keyboard.type("to");
  await expect(town).toHaveValue("Porto");
  await expect(town).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("heading", { name: "1. Purpose" })).toBeAttached();
  await expect(page.getByRole("button", { name: "Signature, page 2, required" })).toBeFocused();
});

test("an answer changed in another window is not signed unseen", async ({ page, context, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: [REMARKS, ...ONE_SIGNATURE] }] });
  const link = await envelope.linkFor("Ana Ruiz");
  await agrees(page, link);
  await remarks(page).fill("Porto");
  await saved(page);
  const other = await context.newPage();
  await other.goto(link);
  await remarks(other).fill("Lisbon");
  await saved(other);

  await nextStep(page).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await expect(review.getByText("Porto")).toBeVisible();
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(review.getByText("What stands here is not what was saved")).toBeVisible();
  await expect(review.getByText("Lisbon")).toBeVisible();
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
});

test("a value is under way while the signature is made and everything is looked at: Finish waits for it", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: [REMARKS, ...ONE_SIGNATURE] }] });
  await agrees(page, await envelope.linkFor("Ana Ruiz"));
  const letGo = await hold(page, "**/fields/**");
  await remarks(page).fill("As agreed");
  await nextStep(page).click();
  await page.getByRole("radio", { name: "Style 1 of 5" }).waitFor();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await expect(review.getByText("As agreed")).toBeVisible();
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await letGo();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
  const signed = (await envelope.events()).find(({ type }) => type === "recipient.signed")!;
  expect(JSON.stringify(signed.data)).toContain("As agreed");
});

test.describe("without a connection", () => {
  test.use(DEVICES.phone);

  test("what is typed while the rest is being sent is sent too", async ({ page, context, server }) => {
    const envelope = await server.sends({
      to: [{ name: "Ana Ruiz", fields: [TOWN, REMARKS, ...ONE_SIGNATURE] }],
    });
    await agrees(page, await envelope.linkFor("Ana Ruiz"));
    const bar = page.getByRole("region", { name: "Next step" });
    await expect(bar).toHaveAttribute("data-offline", "ready", { timeout: 30_000 });
    await context.setOffline(true);
    await page.getByRole("textbox", { name: "Town, page 1" }).fill("Porto");
    await expect(page.getByText("Saved on this device", { exact: true })).toBeVisible();
    const letGo = await hold(page, "**/offline/events");
    const underWay = page.waitForRequest("**/offline/events");
    await context.setOffline(false);
    await underWay;
    await remarks(page).fill("Typed in between");
    await remarks(page).blur();
    await expect(page.getByText("Saved on this device", { exact: true })).toBeVisible();
    await letGo();
    const entered = async () =>
      (await envelope.events()).filter(({ type }) => type === "field.filled").map(({ data }) => data.value);
    await expect.poll(entered).toEqual(["Porto", "Typed in between"]);
    await expect(remarks(page)).toHaveValue("Typed in between");
  });
});
