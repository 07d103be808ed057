import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { hasOffice, likeParts, zipOf } from "#lib/envelopes/documents/testing.ts";
import { otherSigner, SHAPES, signedElsewhere } from "#lib/evidence/testing-elsewhere.ts";
import { fileOf, onePage } from "#lib/pdf/testing.ts";
import { addPerson, choose, documents, drag, field, go, NDA, saved, sheet, startDraft } from "./editor.ts";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";

const run = promisify(execFile);

test("each file that cannot be signed is refused in words of its own, and leaves nothing behind", async ({
  page,
  server,
}, info) => {
  expect(server).toBeDefined();
  await startDraft(page);
  const uploads = page.getByRole("list", { name: "Uploads" }).getByRole("listitem");
  const refuses = async (file: string, sentence: string) => {
    await choose(page, file);
    await expect(uploads.filter({ hasText: path.basename(file) })).toContainText(sentence);
  };

  const letter = info.outputPath("letter.pdf");
  await writeFile(letter, "Dear Sir or Madam, this only calls itself a PDF.");
  await refuses(letter, "This file is not a PDF. Save or print it as PDF, then upload that.");
  await expectAccessible(page);

  const locked = info.outputPath("locked.pdf");
  await run("qpdf", ["--encrypt", "secret", "owner", "256", "--", NDA, locked]);
  await refuses(locked, "This PDF opens with a password only.");

  const large = info.outputPath("large.pdf");
  await writeFile(large, Buffer.alloc(50 * 1024 ** 2 + 1, "%PDF-1.7\n"));
  await refuses(large, "This file is larger than 50 MB. Choose one up to 50 MB.");

  const broken = info.outputPath("broken.pdf");
  await writeFile(broken, (await readFile(NDA)).subarray(0, 2_000));
  await refuses(broken, "This PDF is damaged and cannot be read.");

  const empty = info.outputPath("empty.pdf");
  await writeFile(empty, "");
  await refuses(empty, "This file is not a PDF.");

  await expect(uploads).toHaveCount(5);
  await uploads.first().getByRole("button", { name: "Take letter.pdf off the list" }).click();
  await expect(uploads).toHaveCount(4);
  expect(await kept(page)).toMatchObject({ documents: [], content: { title: "" } });

  // Whoever goes past the page is told the same.
  const address = page.url().replace("/prepare", "/upload");
  const data = await readFile(large);
  const answer = await page.request.post(address, { headers: { "x-file-name": "large.pdf" }, data });
  expect([answer.status(), (await answer.json()).code]).toEqual([413, "files/too-large"]);
  await page.reload();
  await expect(page.getByText("Drop your documents here")).toBeVisible();
  await expect(documents(page)).toHaveCount(0);
});

test("a PDF that is sealed already goes in as a flattened copy only, if that is wanted", async ({
  page,
  server,
}, info) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const sealed = info.outputPath("sealed.pdf");
  await envelope.linkFor("Ana Ruiz");
  await envelope.isFinishedBy("Ana Ruiz");
  await envelope.isCompleted();
  await page.goto(envelope.address);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download signed PDF" }).click();
  await (await download).saveAs(sealed);

  await startDraft(page);
  await choose(page, sealed);
  await expect(
    page.getByText("This PDF is signed already, and preparing it as usual would break that signature."),
  ).toBeVisible();
  expect(await kept(page)).toMatchObject({ documents: [] });
  await page.getByRole("button", { name: "Keep its signatures" }).click();
  await expect(page.getByText("whoever certified the file allows no change to it at all")).toBeVisible();
  await page.getByRole("button", { name: "Send a flattened copy" }).click();
  await page.locator("summary", { hasText: "4 earlier signatures" }).click();
  await expect(page.getByText("Signed by Ana Ruiz")).toBeVisible();
  await expect(documents(page)).toContainText("sealed.pdf");
  await documents(page).getByText("settled so that it can be signed safely").click();
  await expect(documents(page).filter({ hasText: "sealed.pdf" })).toContainText("now drawings and no longer");
});

test("a script in a PDF is taken out, and that is said", async ({ page, server }, info) => {
  expect(server).toBeDefined();
  const scripted = info.outputPath("scripted.pdf");
  const parts = [
    "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
  ];
  await writeFile(
    scripted,
    `%PDF-1.7\n${parts.map((part, index) => `${index + 1} 0 obj\n${part}\nendobj\n`).join("")}trailer<</Size 4/Root 1 0 R>>\n%%EOF\n`,
  );
  await startDraft(page);
  await choose(page, scripted);
  await documents(page).getByText("settled so that it can be signed safely").click();
  await expect(documents(page).filter({ hasText: "scripted.pdf" })).toContainText(
    "A script was taken out: pages must not change by themselves.",
  );
  await expectAccessible(page);
});

test("an office document that is not what it says of itself is checked side by side", async ({
  page,
  server,
}) => {
  test.skip(!hasOffice());
  expect(server).toBeDefined();
  await startDraft(page);
  const buffer = Buffer.from(zipOf(likeParts({ pages: 7, font: "Nobody Has This" })));
  await choose(page, { name: "Lease.docx", mimeType: "application/octet-stream", buffer });
  const card = documents(page).filter({ hasText: "Lease.pdf" });
  await expect(card).toContainText("Your file says that it has 7 pages; here it has 1.", { timeout: 60_000 });
  await card.getByRole("button", { name: "Check side by side" }).click();
  const dialog = page.getByRole("dialog", { name: "“Lease.docx”, side by side" });
  await expect(dialog.getByRole("region", { name: "Your file, by its own words" })).toContainText("7 pages");
  await expect(dialog.getByText("Nobody Has This")).toBeVisible();
  const ours = dialog.getByRole("region", { name: "What people sign" });
  await expect(ours.getByRole("img", { name: "Page 1" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await go(page, "Review");
  await expect(page.getByText("“Lease.docx” may not look as it does in your program")).toBeVisible();
});

test("every step is undone and done again", async ({ page, server }) => {
  expect(server).toBeDefined();
  await draftWithPeople(page);
  await go(page, "Fields");
  await drag(page, "Signature", await sheet(page, 2), 0.3, 0.59);
  const signature = field(page, "Signature, Ana Ruiz, page 2");
  await expect(signature).toBeFocused();
  const top = () => signature.evaluate((element) => element.style.top);
  const before = await top();
  await page.keyboard.press("Shift+ArrowDown");
  await expect.poll(top).not.toBe(before);
  await page.keyboard.press("Delete");
  await expect(signature).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(signature).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(top).toBe(before);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(signature).toHaveCount(0);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(signature).toHaveCount(1);

  await go(page, "People");
  await page.getByRole("button", { name: "Remove Ana Ruiz" }).click();
  const notice = page.getByText("Ana Ruiz was removed, with one field.");
  await expect(notice).toBeVisible();
  await page.getByRole("region", { name: "Notices" }).getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("list", { name: "People" }).getByRole("listitem")).toHaveCount(2);
  await go(page, "Fields");
  await expect(signature).toHaveCount(1);
  await saved(page);
});

test("a draft is prepared with the keyboard alone", async ({ page, server }) => {
  expect(server).toBeDefined();
  await page.goto("/envelopes");
  await tabTo(page, "button", "New");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/prepare");
  await expect(page.getByText("Drop your documents here")).toBeVisible();
  await tabTo(page, "button", "Choose files");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(NDA);
  await expect(documents(page)).toContainText("2 pages");

  await tabTo(page, "button", "Next: people");
  await page.keyboard.press("Enter");
  for (const [name, email] of [
    ["Ana Ruiz", "ana@example.com"],
    ["Ben Okafor", "ben@example.com"],
  ] as const) {
    await tabTo(page, "button", "Add a person");
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Full name").last()).toBeFocused();
    await page.keyboard.type(name);
    await page.keyboard.press("Tab");
    await page.keyboard.type(email);
  }
  await tabTo(page, "button", "Move Ben Okafor up");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listitem", { name: "Person 1: Ben Okafor" })).toBeVisible();

  await tabTo(page, "button", "Next: fields");
  await page.keyboard.press("Enter");
  for (const digit of ["1", "2"]) {
    await tabTo(page, "button", /^Signature$/);
    await page.keyboard.press("Enter");
    await tabTo(page, "button", /^Add to page/);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: /^Signature, Ben Okafor/, pressed: true })).toBeFocused();
    await page.keyboard.press(digit);
  }
  await expect(page.getByRole("button", { name: /^Signature, Ben Okafor/ })).toHaveCount(1);
  await expect(page.getByRole("button", { name: /^Signature, Ana Ruiz/ })).toBeFocused();
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect(page.getByText(/^\d+ by \d+ points\.$/)).toBeAttached();

  await tabTo(page, "button", "Review and send");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Everything is there. Look it over, then send.")).toBeVisible();
});

test("what is missing is listed, and each line leads to its place", async ({ page, server }) => {
  expect(server).toBeDefined();
  await startDraft(page);
  await page.getByRole("button", { name: "Review and send" }).click();
  const missing = page.getByRole("region", { name: "Review" });
  await expect(missing.getByRole("button", { name: "Upload a document" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await missing.getByRole("button", { name: "Add somebody who signs" }).click();
  await expect(page.getByRole("button", { name: "Add a person" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByLabel("E-mail address").fill("not an address");
  await go(page, "Review");
  await missing.getByRole("button", { name: /^Check the e-mail address/ }).click();
  await expect(page.getByLabel("E-mail address")).toBeFocused();
});

test("two windows with one draft never write over each other unasked", async ({ context, page, server }) => {
  expect(server).toBeDefined();
  await draftWithPeople(page);
  await saved(page);
  const other = await context.newPage();
  await other.goto(`${page.url().split("?")[0]}?step=people`);
  const people = (window: Page) => window.getByRole("list", { name: "People" }).getByRole("listitem");
  await expect(people(other)).toHaveCount(2);

  await go(page, "People");
  await addPerson(page, "Cy Clerk", "cy@example.com");
  await saved(page);
  await addPerson(other, "Dee Dean", "dee@example.com");
  const dialog = other.getByRole("dialog", { name: "This draft was changed in another window" });
  await expect(dialog).toBeVisible();
  await expectAccessible(other);
  expect(await names(page)).toEqual(["Ana Ruiz", "Ben Okafor", "Cy Clerk"]);
  await dialog.getByRole("button", { name: "Load the newest version" }).click();
  await expect(people(other).last().getByLabel("Full name")).toHaveValue("Cy Clerk");

  await addPerson(other, "Dee Dean", "dee@example.com");
  await saved(other);
  await expect.poll(() => names(page)).toEqual(["Ana Ruiz", "Ben Okafor", "Cy Clerk", "Dee Dean"]);
  await people(page).first().getByLabel("Full name").fill("Ana Maria Ruiz");
  const own = page.getByRole("dialog", { name: "This draft was changed in another window" });
  await own.getByRole("button", { name: "Keep what is here" }).click();
  await expect(own).toBeHidden();
  await saved(page);
  expect(await names(page)).toEqual(["Ana Maria Ruiz", "Ben Okafor", "Cy Clerk"]);
});

test("work goes on without a connection, and is saved when there is one", async ({
  context,
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await draftWithPeople(page);
  await saved(page);
  await context.setOffline(true);
  await page.getByLabel("Full name").first().fill("Ana Maria Ruiz");
  await expect(page.getByText("No connection. Your changes are kept here")).toBeVisible();
  await context.setOffline(false);
  await saved(page);
  expect(await names(page)).toEqual(["Ana Maria Ruiz", "Ben Okafor"]);
});

test("a draft that is not wanted any more is deleted", async ({ page, server }) => {
  expect(server).toBeDefined();
  await draftWithPeople(page);
  const address = page.url().split("?")[0]!;
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete draft" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete “nda”?" });
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Delete draft" }).click();
  await page.waitForURL("**/envelopes");
  expect((await page.goto(address))!.status()).toBe(404);
});

async function draftWithPeople(page: Page): Promise<void> {
  await startDraft(page);
  await choose(page, NDA);
  await expect(documents(page)).toContainText("2 pages");
  await page.getByRole("button", { name: "Next: people" }).click();
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await addPerson(page, "Ben Okafor", "ben@example.com");
}

/** The draft as the server keeps it. */
async function kept(page: Page) {
  const address = new URL(page.url()).pathname.replace("/prepare", "/draft");
  return (await page.request.get(address)).json();
}

const names = async (page: Page): Promise<string[]> =>
  (await kept(page)).content.recipients.map(({ name }: { name: string }) => name);

test("a PDF that others signed is sent as it came, and who signed it is shown before", async ({
  page,
}, info) => {
  const plain = fileOf(onePage("BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET"));
  const signed = info.outputPath("signed-elsewhere.pdf");
  await writeFile(signed, signedElsewhere(otherSigner(), SHAPES[0]!, plain, "Otto"));

  await startDraft(page);
  await choose(page, signed);
  await page.getByRole("button", { name: "Keep its signatures" }).click();
  await expect(documents(page)).toHaveCount(1);
  await page.getByText("1 earlier signature", { exact: true }).click();
  await expect(page.getByText("Signed by Otto Other")).toBeVisible();
  await expect(page.getByText("Intact; whether to trust the certificate is not known here")).toBeVisible();
  await expect(page.getByText("It stays as it is: the file goes out as it came.")).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
});
