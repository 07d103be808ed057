import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { addPerson, choose, documents, drag, field, go, NDA, saved, sheet, startDraft } from "./editor.ts";
import { DEVICES, expect, expectAccessible, nextStep, ownerTest as test } from "./fixtures.ts";

const run = promisify(execFile);
const ANA = { name: "Ana Ruiz", email: "ana.ruiz@example.com" };
const SECRET = "customers";

test.use({ ...DEVICES.desktop });

/** Everything a file says, unpacked and as it is read. */
async function everythingIn(file: string, info: { outputPath(name: string): string }): Promise<string> {
  const plain = info.outputPath(`plain-${path.basename(file)}`);
  await run("qpdf", ["--qdf", "--object-streams=disable", "--decode-level=all", file, plain]);
  const { stdout } = await run("pdftotext", ["-raw", file, "-"]);
  return [await readFile(file, "latin1"), await readFile(plain, "latin1"), stdout].join("\n");
}

async function mailedLink(page: Page, title: string, address: string): Promise<string> {
  const mail = page
    .getByRole("list", { name: "Mails" })
    .getByRole("button")
    .filter({ hasText: title })
    .filter({ hasText: address });
  await expect(async () => {
    await page.goto("/outbox");
    await expect(mail).toHaveCount(1, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await mail.click();
  await page.getByRole("tab", { name: "As text" }).click();
  const link = page.getByRole("region", { name: "Opened mail" }).getByRole("link", { name: /\/sign\// });
  return (await link.first().getAttribute("href"))!;
}

test("what was redacted before sending is in no byte of what was signed", async ({
  browser,
  page,
  server,
}, info) => {
  test.setTimeout(240_000);
  expect(server).toBeDefined();
  const title = `Redacted NDA ${Date.now().toString(36)}`;
  await startDraft(page);
  await choose(page, NDA);
  await expect(documents(page)).toContainText("nda.pdf");
  expect(await everythingIn(NDA, info)).toContain(SECRET);

  const editor = page.getByRole("dialog", { name: "Edit “nda.pdf”" });
  await test.step("words are found and marked, and something is drawn", async () => {
    await page.getByRole("button", { name: "More for nda.pdf" }).click();
    await page.getByRole("menuitem", { name: "Redact and edit pages" }).click();
    await editor.getByRole("textbox", { name: "Words" }).fill(SECRET);
    await editor.getByRole("button", { name: "Find and mark" }).click();
    await expect(editor.getByText(/places? marked\./)).toBeVisible();
    await editor.getByRole("button", { name: /^Redaction 1 on page/ }).click();
    await editor.getByRole("textbox", { name: "Label on the black box" }).fill("§ 7");
    await editor.getByRole("button", { name: "Text", exact: true }).click();
    await editor.getByRole("button", { name: "Put one in the middle of the page" }).click();
    await expect(editor.getByRole("button", { name: /^Text \d+ on page/ })).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+ArrowRight");
    await editor.getByRole("textbox", { name: "Text" }).fill("Seen by counsel");
    await expectAccessible(page);
  });

  await test.step("undoing goes back and forth", async () => {
    await editor.getByRole("button", { name: "Ellipse" }).click();
    const paper = (await editor.getByRole("img", { name: /^Page/ }).boundingBox())!;
    await page.mouse.move(paper.x + 200, paper.y + 100);
    await page.mouse.down();
    await page.mouse.move(paper.x + 320, paper.y + 160, { steps: 4 });
    await page.mouse.up();
    await expect(editor.getByText("2 additions")).toBeVisible();
    await editor.getByRole("button", { name: "Undo" }).click();
    await expect(editor.getByText("1 addition.")).toBeVisible();
  });

  await test.step("it is applied as a version of its own", async () => {
    await editor.getByRole("button", { name: "Apply" }).click();
    await expect(editor).toBeHidden();
    await documents(page).getByText("2 notes").or(documents(page).locator("summary")).first().click();
    await expect(documents(page)).toContainText("redacted: what stood there is not in the file");
    await page.getByRole("button", { name: "More for nda.pdf" }).click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    const versions = page.getByRole("dialog", { name: "Versions of “nda.pdf”" });
    await expect(versions.getByRole("listitem")).toHaveCount(2);
    await expect(versions).toContainText("by Olivia Owner");
    await expectAccessible(page);
    await versions.getByRole("button", { name: "Close" }).click();
  });

  await test.step("it is sent and signed", async () => {
    await go(page, "People");
    await addPerson(page, ANA.name, ANA.email);
    await go(page, "Fields");
    await drag(page, "Signature", await sheet(page, 2), 0.28, 0.59);
    await expect(field(page, "Signature, Ana Ruiz, page 2")).toBeFocused();
    await saved(page);
    await go(page, "Review");
    await page.getByRole("textbox", { name: "Title" }).fill(title);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    const desk = await page.context().newPage();
    const link = await mailedLink(desk, title, ANA.email);
    const signer = await (await browser.newContext(DEVICES.desktop)).newPage();
    await signer.goto(link);
    await signer.getByRole("button", { name: "Agree and continue" }).click();
    await nextStep(signer).click();
    await signer.getByRole("button", { name: "Adopt and sign" }).click();
    const review = signer.getByRole("dialog", { name: "Review your answers" });
    await review.getByRole("button", { name: "Finish", exact: true }).click();
    await expect(signer.getByRole("heading", { name: "You have signed" })).toBeVisible();
    await signer.context().close();
  });

  await test.step("the sealed file does not say the words", async () => {
    await expect(page.getByText("Everybody has signed, and the documents are sealed.")).toBeVisible({
      timeout: 60_000,
    });
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download signed PDF" }).first().click();
    const sealed = info.outputPath("sealed.pdf");
    await (await download).saveAs(sealed);
    const said = await everythingIn(sealed, info);
    expect(said).not.toContain(SECRET);
    expect(said).toContain("Seen by counsel");
  });
});
