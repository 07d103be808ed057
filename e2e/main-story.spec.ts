import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Browser, Page, TestInfo } from "@playwright/test";
import {
  addPerson,
  choose,
  documents,
  drag,
  field,
  go,
  NDA,
  pull,
  saved,
  sheet,
  startDraft,
} from "./editor.ts";
import { DEVICES, expect, expectAccessible, nextStep, OWNER, signIn, ownerTest as test } from "./fixtures.ts";

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, "..");
const ANA = { name: "Ana Ruiz", email: "ana.ruiz@example.com" };
const BEN = { name: "Ben Okafor", email: "ben.okafor@example.com" };

test.use({ ...DEVICES.desktop });

test.describe("the main job", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("a contract is prepared, sent, signed by two people and proved", async ({
    browser,
    page,
    server,
  }, info) => {
    test.setTimeout(240_000);
    expect(server).toBeDefined();
    await signIn(page, OWNER);
    const title = `Mutual NDA ${Date.now().toString(36)}`;

    await test.step("the document comes in by the picker", async () => {
      await startDraft(page);
      await expectAccessible(page);
      await choose(page, NDA);
      await expect(documents(page)).toContainText("nda.pdf");
      await expect(documents(page)).toContainText("2 pages");
    });

    await test.step("two people are added", async () => {
      await page.getByRole("button", { name: "Next: people" }).click();
      await addPerson(page, ANA.name, ANA.email);
      await addPerson(page, BEN.name, BEN.email);
      await expect(page.getByRole("radio", { name: "One after the other" })).toBeChecked();
      await expectAccessible(page);
    });

    await test.step("fields are dragged onto the page", async () => {
      await page.getByRole("button", { name: "Next: fields" }).click();
      const second = await sheet(page, 2);
      await page.getByLabel("Fields for").selectOption({ label: "1 · Ana Ruiz" });
      await drag(page, "Signature", second, 0.28, 0.59);
      await expect(field(page, "Signature, Ana Ruiz, page 2")).toBeFocused();
      await drag(page, "Date signed", second, 0.2, 0.69);
      await page.getByLabel("Fields for").selectOption({ label: "2 · Ben Okafor" });
      await drag(page, "Text", second, 0.7, 0.414);
      await expectAccessible(page);
    });

    await test.step("and put there with the keyboard alone", async () => {
      await page.locator("#tool-signature").focus();
      await page.keyboard.press("Enter");
      await expect(page.locator("#tool-signature")).toHaveAttribute("aria-pressed", "true");
      await page.getByRole("button", { name: "Add to page 2" }).focus();
      await page.keyboard.press("Enter");
      const signature = field(page, "Signature, Ben Okafor, page 2");
      await expect(signature).toBeFocused();
      const before = (await signature.boundingBox())!;
      for (let presses = 0; presses < 3; presses++) await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Alt+Shift+ArrowRight");
      const after = (await signature.boundingBox())!;
      expect(after.x - before.x).toBeCloseTo(30, 0);
      expect(after.y - before.y).toBeCloseTo(1, 0);
      expect(after.width - before.width).toBeCloseTo(10, 0);
    });

    await test.step("a field is moved, sized, given to somebody else and taken away", async () => {
      const signature = field(page, "Signature, Ben Okafor, page 2");
      const second = await sheet(page, 2);
      const [box, whole] = [(await signature.boundingBox())!, (await second.boundingBox())!];
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const wanted = { x: whole.x + whole.width * 0.71, y: whole.y + whole.height * 0.59 };
      await pull(page, middle, wanted.x - middle.x, wanted.y - middle.y);
      const moved = (await signature.boundingBox())!;
      expect(Math.abs(moved.x + moved.width / 2 - wanted.x)).toBeLessThan(8);
      expect(Math.abs(moved.y + moved.height / 2 - wanted.y)).toBeLessThan(8);
      await pull(page, { x: moved.x + moved.width, y: moved.y + moved.height }, 24, 6);
      await expect.poll(async () => (await signature.boundingBox())!.width).toBeGreaterThan(moved.width + 15);

      await page.keyboard.press("Control+d");
      const copies = page.getByRole("button", { name: "Signature, Ben Okafor, page 2", exact: true });
      await expect(copies).toHaveCount(2);
      await page.keyboard.press("1");
      await expect(copies).toHaveCount(1);
      await expect(field(page, "Signature, Ana Ruiz, page 2")).toHaveCount(2);
      await page.keyboard.press("Delete");
      await expect(field(page, "Signature, Ana Ruiz, page 2")).toHaveCount(1);

      await field(page, "Text, Ben Okafor, page 2").focus();
      await page.getByLabel("Label").fill("Address for notices");
      await expect(field(page, "Text “Address for notices”, Ben Okafor, page 2")).toBeVisible();
    });

    await test.step("everything is kept by itself", async () => {
      await saved(page);
      await page.reload();
      await expect(field(page, "Signature, Ana Ruiz, page 2")).toBeVisible();
      await expect(field(page, "Signature, Ben Okafor, page 2")).toBeVisible();
      await expect(field(page, "Date signed, Ana Ruiz, page 2")).toBeVisible();
      await expect(field(page, "Text “Address for notices”, Ben Okafor, page 2")).toBeVisible();
    });

    await test.step("it is looked over and sent", async () => {
      await go(page, "Review");
      await page.getByRole("textbox", { name: "Title" }).fill(title);
      await page.getByRole("textbox", { name: "Message" }).fill("As we discussed on Tuesday.");
      await expect(page.getByText("Everything is there. Look it over, then send.")).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Send" }).click();
      const dialog = page.getByRole("dialog", { name: `Send “${title}”?` });
      await expect(dialog).toContainText("Ana Ruiz gets a mail at once, the other person in turn.");
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Send" }).click();
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
      await expect(page.getByText("Waiting for Ana Ruiz; then one more person is asked.")).toBeVisible();
      await expectAccessible(page);
    });

    // From here on the sender's page is never loaded again.
    const people = page.getByRole("region", { name: "People" }).getByRole("listitem");
    const ana = people.filter({ hasText: ANA.email });
    const ben = people.filter({ hasText: BEN.email });
    const desk = await page.context().newPage();

    await test.step("the first signs on a desktop", async () => {
      const link = await mailedLink(desk, title, ANA.email);
      const signer = await openAs(browser, "desktop");
      await signer.goto(link);
      await expect(signer.getByText("As we discussed on Tuesday.")).toBeVisible();
      await signer.getByRole("button", { name: "Agree and continue" }).click();
      await expect(ana).toContainText("Has agreed to sign electronically");
      await nextStep(signer).click();
      await signer.getByRole("button", { name: "Adopt and sign" }).click();
      await finish(signer);
      await expect(ana).toContainText("Signed");
      await expect(page.getByText("Waiting for Ben Okafor.")).toBeVisible();
      await signer.context().close();
    });

    await test.step("the second signs on a phone", async () => {
      const link = await mailedLink(desk, title, BEN.email);
      const signer = await openAs(browser, "phone");
      await signer.goto(link);
      await signer.getByRole("button", { name: "Agree and continue" }).click();
      await nextStep(signer).click();
      await signer.getByRole("textbox", { name: "Address for notices" }).fill("ben.okafor@example.com");
      await expect(nextStep(signer)).toHaveText(/^Sign/);
      await nextStep(signer).click();
      await signer.getByRole("button", { name: "Adopt and sign" }).click();
      await finish(signer);
      await expect(ben).toContainText("Signed");
      await signer.context().close();
    });

    await test.step("the page has followed by itself, and everything is there to keep", async () => {
      await expect(page.getByText("Everybody has signed, and the documents are sealed.")).toBeVisible({
        timeout: 60_000,
      });
      await expect(page.getByRole("link", { name: "Audit trail PDF" })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText(/^All \d+ entries hold/)).toBeVisible();
      await expectAccessible(page);
    });

    await test.step("strangers' programs find every signature valid", async () => {
      const sealed = await keep(page, info, "Download signed PDF", `${title} - signed.pdf`);
      await provesSignatures(sealed, 4);
      const root = await rootCertificate(page, info);
      const verified = await run(process.execPath, ["bin/whereof.mjs", "verify", sealed, "--trust", root], {
        cwd: ROOT,
      });
      expect(verified.stdout).toContain(ANA.name);
      expect(verified.stdout).toContain(BEN.name);

      const trail = await keep(page, info, "Audit trail PDF", `${title} - audit trail.pdf`);
      await provesSignatures(trail, 1);
      const { stdout } = await run("pdftotext", [trail, "-"]);
      expect(stdout).toContain(BEN.email);

      for (const name of [ANA.name, BEN.name, OWNER.organization]) {
        const file = await keep(page, info, `certificate of ${name} (DER)`, null);
        await provesCertificate(page, info, file, root, name);
      }
    });
  });
});

test("a file that is dropped is uploaded, with its name as title", async ({ page, server }) => {
  expect(server).toBeDefined();
  await startDraft(page);
  const bytes = (await readFile(NDA)).toString("base64");
  const transfer = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    const content = Uint8Array.from(atob(bytes), (byte) => byte.charCodeAt(0));
    data.items.add(new File([content], "Lease 12B.pdf", { type: "application/pdf" }));
    return data;
  }, bytes);
  const target = page.getByRole("region", { name: "Documents" });
  await target.dispatchEvent("dragover", { dataTransfer: transfer });
  await target.dispatchEvent("drop", { dataTransfer: transfer });
  await expect(documents(page)).toContainText("Lease 12B.pdf");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lease 12B");
});

async function openAs(browser: Browser, device: keyof typeof DEVICES): Promise<Page> {
  const context = await browser.newContext(DEVICES[device]);
  return context.newPage();
}

/** Opens the mail in the Outbox and reads where its button leads. */
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
  await expectAccessible(page);
  await mail.click();
  await page.getByRole("tab", { name: "As text" }).click();
  const link = page.getByRole("region", { name: "Opened mail" }).getByRole("link", { name: /\/sign\// });
  return (await link.first().getAttribute("href"))!;
}

async function finish(signer: Page): Promise<void> {
  const review = signer.getByRole("dialog", { name: "Review your answers" });
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(signer.getByRole("heading", { name: "You have signed" })).toBeVisible();
}

/** Downloads what a link gives. @returns where it is kept */
async function keep(page: Page, info: TestInfo, link: string, fileName: string | null): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: link }).first().click();
  const given = await download;
  if (fileName) expect(given.suggestedFilename()).toBe(fileName);
  const file = info.outputPath(given.suggestedFilename());
  await given.saveAs(file);
  return file;
}

/** The time-stamp that comes last is of a kind pdfsig does not look into; our own command line does. */
async function provesSignatures(file: string, count: number): Promise<void> {
  await run("qpdf", ["--check", file]);
  const { stdout } = await run("pdfsig", [file]);
  expect(stdout.match(/ETSI\.CAdES\.detached/g)).toHaveLength(count);
  expect(stdout.match(/Signature is Valid/g)).toHaveLength(count);
  expect(stdout.match(/^Signature #/gm)).toHaveLength(count + 1);
  expect(stdout.split(/^Signature #/m).at(-1)).toContain("Total document signed");
}

async function rootCertificate(page: Page, info: TestInfo): Promise<string> {
  const file = info.outputPath("root.cer");
  await page.request.get("/pki/root.cer").then(async (answer) => writeFile(file, await answer.body()));
  return file;
}

/** The certificate names its holder, and openssl finds the way from it to the root by the address it holds. */
async function provesCertificate(page: Page, info: TestInfo, file: string, root: string, name: string) {
  const { stdout } = await run("openssl", ["x509", "-inform", "DER", "-in", file, "-noout", "-text"]);
  expect(stdout).toContain(`CN = ${name}`);
  const issuer = info.outputPath("issuer.cer");
  const address = /CA Issuers - URI:(\S+)/.exec(stdout)![1]!;
  await writeFile(issuer, await (await page.request.get(address)).body());
  const pem = async (der: string) => {
    await run("openssl", ["x509", "-inform", "DER", "-in", der, "-out", `${der}.pem`]);
    return `${der}.pem`;
  };
  const path = ["-CAfile", await pem(root), "-untrusted", await pem(issuer), await pem(file)];
  expect((await run("openssl", ["verify", ...path])).stdout).toContain(": OK");
}
