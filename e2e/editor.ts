import { fileURLToPath } from "node:url";
import type { FileChooser, Locator, Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

export const NDA = fileURLToPath(new URL("documents/nda.pdf", import.meta.url));

/** A new draft, as a press of New makes it. */
export async function startDraft(page: Page): Promise<void> {
  await page.goto("/envelopes");
  await page.getByRole("banner").getByRole("button", { name: "New" }).click();
  await page.waitForURL("**/prepare");
  await expect(page.getByText("Drop your documents here")).toBeVisible();
}

/** Brings files in through the picker. */
export async function choose(page: Page, files: Parameters<FileChooser["setFiles"]>[0]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).click();
  await (await chooser).setFiles(files);
}

export const documents = (page: Page) => page.getByRole("list", { name: "Documents" }).locator("> li");

export async function addPerson(page: Page, name: string, email: string): Promise<void> {
  const people = page.getByRole("list", { name: "People" }).getByRole("listitem");
  const before = await people.count();
  await page.getByRole("button", { name: "Add a person" }).click();
  await expect(people).toHaveCount(before + 1);
  await people.last().getByLabel("Full name").fill(name);
  await people.last().getByLabel("E-mail address").fill(email);
}

export const go = (page: Page, part: "Documents" | "People" | "Fields" | "Review") =>
  page.getByRole("tab", { name: part }).click();

/** A page of a document, brought into view. */
export async function sheet(page: Page, number: number): Promise<Locator> {
  const found = page.getByRole("article", { name: `Page ${number} of` });
  await expect(found.getByRole("img")).toBeVisible();
  return found;
}

export const field = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Drags a kind of field from the list onto a page; the place is in fractions of the page. */
export async function drag(page: Page, type: string, to: Locator, x: number, y: number): Promise<void> {
  const from = page
    .getByRole("region", { name: "Kinds of fields" })
    .getByRole("button", { name: type, exact: true });
  await from.scrollIntoViewIfNeeded();
  // The middle of the window is where nothing lies over the page.
  await to.evaluate((element, y) => {
    const { top, height } = element.getBoundingClientRect();
    window.scrollBy({ top: top + height * y - window.innerHeight / 2, behavior: "instant" });
  }, y);
  const [start, page_] = [(await from.boundingBox())!, (await to.boundingBox())!];
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(page_.x + page_.width * x, page_.y + page_.height * y, { steps: 8 });
  await page.mouse.up();
}

/** Drags from one point on the screen by so many pixels. */
export async function pull(page: Page, from: { x: number; y: number }, dx: number, dy: number) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + dx, from.y + dy, { steps: 8 });
  await page.mouse.up();
}

export const saved = (page: Page) =>
  expect(page.getByRole("status").getByText("Saved", { exact: true })).toBeVisible();
