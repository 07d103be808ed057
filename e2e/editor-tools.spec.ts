import type { Locator, Page } from "@playwright/test";
import { PDFDocument, rgb } from "pdf-lib";
import { addPerson, choose, documents, drag, field, go, pull, saved, sheet, startDraft } from "./editor.ts";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

const SIZES = [
  [600, 800],
  [500, 700],
  [400, 600],
] as const;

/** Three pages of different sizes; the first has a line to write on, and a cell below it. */
async function ruledPdf() {
  const file = await PDFDocument.create();
  for (const size of SIZES) file.addPage([...size]);
  const first = file.getPage(0);
  first.drawLine({ start: { x: 60, y: 400 }, end: { x: 360, y: 400 }, thickness: 1 });
  first.drawRectangle({ x: 60, y: 200, width: 240, height: 60, borderColor: rgb(0, 0, 0), borderWidth: 1 });
  return { mimeType: "application/pdf", buffer: Buffer.from(await file.save()) };
}

async function prepared(page: Page) {
  await startDraft(page);
  await choose(page, { name: "ruled.pdf", ...(await ruledPdf()) });
  await expect(documents(page)).toContainText("3 pages");
}

/** Edges of a field, as fractions of the page it stands on. */
async function edges(one: Locator, paper: Locator) {
  const [box, whole] = [(await one.boundingBox())!, (await paper.boundingBox())!];
  const across = (x: number) => (x - whole.x) / whole.width;
  const down = (y: number) => (y - whole.y) / whole.height;
  return { left: across(box.x), right: across(box.x + box.width), bottom: down(box.y + box.height) };
}

const middle = async (one: Locator) => {
  const { x, y, width, height } = (await one.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
};

async function kept(page: Page) {
  await saved(page);
  const address = new URL(page.url()).pathname.replace("/prepare", "/draft");
  return (await page.request.get(address)).json();
}

test("fields keep to lines of the page while they are moved and sized, and are chosen by a frame", async ({
  page,
  server,
}, info) => {
  expect(server).toBeDefined();
  await prepared(page);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await addPerson(page, "Ben Okafor", "ben@example.com");
  await go(page, "Fields");
  const paper = await sheet(page, 1);
  const lines = page.waitForResponse(/\/lines\/doc_\w+\/0$/);
  await drag(page, "Text", paper, 0.35, 0.4);
  expect((await lines).status()).toBe(200);
  const text = field(page, "Text, Ana Ruiz, page 1");
  await expect(text).toBeFocused();
  const onPage = async () => edges(text, paper);
  const height = async () => (await paper.boundingBox())!.height;

  // Three pixels short of the line: it goes there. With Ctrl held it stays where it is put.
  const short = async () => (0.5 - (await onPage()).bottom) * (await height()) - 3;
  await page.keyboard.down("Control");
  await pull(page, await middle(text), 0, await short());
  await page.keyboard.up("Control");
  expect((0.5 - (await onPage()).bottom) * (await height())).toBeGreaterThan(2);
  await pull(page, await middle(text), 0, -40);
  await pull(page, await middle(text), 0, await short());
  expect((await onPage()).bottom).toBeCloseTo(0.5, 2);
  expect(Math.abs(0.5 - (await onPage()).bottom) * (await height())).toBeLessThan(1);

  // The right edge, pulled to three pixels before the line's end.
  const { width } = (await paper.boundingBox())!;
  const { right } = await onPage();
  const box = (await text.boundingBox())!;
  await pull(page, { x: box.x + box.width, y: box.y + box.height }, (0.6 - right) * width - 3, 1);
  expect(Math.abs(0.6 - (await onPage()).right) * width).toBeLessThan(1);
  expect(Math.abs(0.5 - (await onPage()).bottom) * (await height())).toBeLessThan(1);

  await page.getByLabel("Fields for").selectOption({ label: "2 · Ben Okafor" });
  await drag(page, "Date signed", paper, 0.3, 0.7);
  const date = field(page, "Date signed, Ben Okafor, page 1");
  await expect(date).toBeFocused();
  await page.keyboard.press("Escape");

  // Every page small, with whose fields are on it.
  const rail = page.getByRole("region", { name: "Pages" });
  const first = rail.getByRole("button", {
    name: "Go to page 1: Ana Ruiz 1 field, Ben Okafor 1 field",
  });
  await expect(first).toBeVisible();
  await rail.getByRole("button", { name: "Go to page 3: no field yet" }).click();
  await expect(rail.locator("[aria-current]")).toHaveAccessibleName(/^Go to page [23]/);
  await expectAccessible(page);
  await page.screenshot({ path: info.outputPath("rail.png") });
  await first.click();

  // A frame around both chooses both; around nothing, none.
  await text.scrollIntoViewIfNeeded();
  const [one, other] = [(await text.boundingBox())!, (await date.boundingBox())!];
  const from = { x: Math.min(one.x, other.x) - 12, y: one.y - 12 };
  const to = { x: Math.max(one.x + one.width, other.x + other.width) + 12, y: other.y + other.height + 12 };
  await pull(page, from, to.x - from.x, to.y - from.y);
  await expect(text).toHaveAttribute("aria-pressed", "true");
  await expect(date).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("heading", { name: "2 fields chosen" })).toBeVisible();
  await pull(page, from, 30, 8);
  await expect(text).toHaveAttribute("aria-pressed", "false");
  const { content } = await kept(page);
  expect(content.fields.map(({ type }: { type: string }) => type).sort()).toEqual(["date", "text"]);
});

test("pages are turned, left out, moved, split off and joined, and rows change places by their handles", async ({
  page,
  server,
}, info) => {
  expect(server).toBeDefined();
  await prepared(page);
  const sizes = async () =>
    (await kept(page)).documents.map(({ name, pages }: { name: string; pages: object[] }) => [
      name,
      ...pages.map((one) => Object.values(one).map(Math.round).join("x")),
    ]);
  const open = async (name: string, item: string) => {
    await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  expect(await sizes()).toEqual([["ruled.pdf", "600x800", "500x700", "400x600"]]);

  await open("ruled.pdf", "Arrange pages");
  await page.getByRole("button", { name: "Turn page 1 right" }).click();
  await page.getByRole("button", { name: "Leave page 2 out" }).click();
  await page.getByRole("button", { name: "Move page 3 earlier" }).click();
  await page.getByRole("button", { name: "Move page 3 earlier" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect.poll(sizes).toEqual([["ruled.pdf", "400x600", "800x600"]]);

  await open("ruled.pdf", "Arrange pages");
  await page.getByRole("button", { name: "Begin a document at page 2" }).click();
  await page.getByRole("button", { name: "Apply, as 2 documents" }).click();
  await expect(documents(page)).toHaveCount(2);
  await expect.poll(sizes).toEqual([
    ["ruled.pdf", "400x600"],
    ["ruled (2).pdf", "800x600"],
  ]);

  // By the keyboard, and back by dragging.
  const handle = (name: string) => page.getByRole("button", { name: `Move ${name}:` });
  await handle("ruled (2).pdf").focus();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByText("ruled (2).pdf is now number 1 of 2.")).toBeAttached();
  await expect
    .poll(async () => (await sizes()).map(([name]: string[]) => name))
    .toEqual(["ruled (2).pdf", "ruled.pdf"]);
  await expect(handle("ruled (2).pdf")).toBeFocused();
  await expectAccessible(page);
  await page.screenshot({ path: info.outputPath("handles.png") });
  const second = (await documents(page).nth(1).boundingBox())!;
  const grip = await middle(handle("ruled (2).pdf"));
  await pull(page, grip, 0, second.y + second.height - grip.y);
  await expect
    .poll(async () => (await sizes()).map(([name]: string[]) => name))
    .toEqual(["ruled.pdf", "ruled (2).pdf"]);
  await open("ruled (2).pdf", "Join with ruled.pdf");
  await expect.poll(sizes).toEqual([["ruled.pdf", "400x600", "800x600"]]);

  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await addPerson(page, "Ben Okafor", "ben@example.com");
  await handle("Ben Okafor").focus();
  await page.keyboard.press("Home");
  await expect(page.getByRole("listitem", { name: "Person 1: Ben Okafor" })).toBeVisible();
  const ana = (await page.getByRole("listitem", { name: /Ana Ruiz$/ }).boundingBox())!;
  const held = await middle(handle("Ben Okafor"));
  await pull(page, held, 0, ana.y + ana.height - held.y);
  await expect(page.getByRole("listitem", { name: "Person 2: Ben Okafor" })).toBeVisible();
  await expectAccessible(page);
});

test("what the page at hand can do is in the palette, and goes by keys", async ({ page, server }) => {
  const title = `Offer by keys ${Date.now().toString(36)}`;
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", email: "ana@example.com" }], title });
  await page.goto(envelope.address);
  await expect(page.getByRole("button", { name: "Withdraw" })).toBeVisible();
  await page.keyboard.press("Control+k");
  const options = page.getByRole("option");
  await expect(options.filter({ hasText: "Remind Ana Ruiz" })).toContainText("a then r");
  await expect(options.filter({ hasText: "Correct" })).toContainText("a then c");
  await expectAccessible(page);
  await page.getByRole("combobox").last().fill("Remind");
  await envelope.ages();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Ana Ruiz gets a fresh link by mail.")).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("a then v");
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await page.keyboard.press("v");
  const dialog = page.getByRole("dialog", { name: `Withdraw “${title}”?` });
  await expect(dialog).toBeVisible();
  // What is typed there is no command.
  await dialog.getByLabel("Reason").fill("");
  await dialog.getByLabel("Reason").pressSequentially("a cat");
  await expect(dialog.getByLabel("Reason")).toHaveValue("a cat");
});

test("keys that are letters by themselves are switched off on a device, and Ctrl K stays", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await page.goto("/home");
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  // Until the page listens nothing comes of it.
  await expect(async () => {
    await page.keyboard.press("?");
    await expect(keys).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expectAccessible(page);
  await keys.getByLabel("Keys without Ctrl or ⌘ work on this device").uncheck();
  await page.keyboard.press("Escape");
  await expect(keys).toHaveCount(0);
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Do or go to" })).toBeVisible();
  await expect(keys).toHaveCount(0);
  await expect(page).toHaveURL(/\/home$/);
});

test("a draft is seen as its signer and put off to a later time from the palette", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await prepared(page);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await go(page, "Fields");
  await drag(page, "Signature", await sheet(page, 1), 0.4, 0.4);
  await saved(page);
  const command = async (name: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").last().fill(name);
    await page.keyboard.press("Enter");
  };
  await command("See it as Ana Ruiz");
  const preview = page.getByRole("dialog", { name: /Ana Ruiz/ });
  await expect(preview).toBeVisible();
  await preview.getByRole("button", { name: "Back to review" }).click();
  await command("Send later");
  await expect(page.getByRole("checkbox", { name: "Send later" })).toBeChecked();
  await expectAccessible(page);
});
