import { PDFDocument } from "pdf-lib";
import { drag, go, saved } from "./editor.ts";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

const CATALOGUE = [
  "Key,Title,Number,Agency,Jurisdiction,Subject,Type,Source,Edition,Edition date,File",
  "lease,Residential lease,L-1,Example county,CA,Housing,Agreement,https://forms.example/lease.pdf,Rev. 2024,2024-03-01,lease.pdf",
  "pets,Pet addendum,L-2,Example county,California,Housing,Addendum,https://forms.example/pets.pdf,Rev. 2024,2024-03-01,pets.pdf",
  "deed,Quitclaim deed,D-9,Example county,TX,Land,Deed,https://forms.example/deed.pdf,Rev. 2019,2019-05-01,deed.pdf",
  "bad,,X-1,Example county,Atlantis,Land,Deed,https://forms.example/bad.pdf,Rev. 2019,2019-05-01,bad.pdf",
].join("\r\n");

async function pdf(...fields: string[]): Promise<Buffer> {
  const file = await PDFDocument.create();
  const page = file.addPage([612, 792]);
  for (const [index, name] of fields.entries()) {
    page.drawText(name, { x: 60, y: 705 - index * 50, size: 11 });
    file
      .getForm()
      .createTextField(name)
      .addToPage(page, { x: 160, y: 700 - index * 50, width: 220, height: 20 });
  }
  return Buffer.from(await file.save());
}

const file = (name: string, buffer: Buffer) => ({ name, mimeType: "application/pdf", buffer });

test("a catalogue fills the library, a form becomes a template, and two go out as one", async ({
  page,
  server,
}, info) => {
  test.setTimeout(240_000);
  expect(server).toBeDefined();
  const shoot = async (name: string) => {
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: info.outputPath(`${name}-${width}.png`), fullPage: true });
    }
  };
  await page.goto("/forms");
  await expect(page.getByRole("heading", { name: "The library is empty" })).toBeVisible();
  await expectAccessible(page);
  await shoot("empty");
  await page.getByRole("button", { name: /^Add \d+ federal forms$/ }).click();
  const forms = page.getByRole("list", { name: "Forms", exact: true });
  await expect(forms).toContainText("Request for Taxpayer Identification Number and Certification · W-9");
  await expect(forms).toContainText("PDF not included");

  await test.step("a catalogue comes in, and what is wrong goes back", async () => {
    const buffer = Buffer.from(CATALOGUE);
    await page
      .getByLabel("Choose a catalogue")
      .setInputFiles({ name: "county.csv", mimeType: "text/csv", buffer });
    await expect(page.getByText("One row has a fault and did not come in.")).toBeVisible();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download these rows" }).click();
    expect((await download).suggestedFilename()).toBe("county - to fix.csv");
    await page
      .getByLabel("Choose PDFs")
      .setInputFiles([
        file("lease.pdf", await pdf("Tenant", "Rent")),
        file("pets.pdf", await pdf("Tenant", "Animal")),
        file("stranger.pdf", await pdf("Nothing")),
      ]);
    await expect(page.getByText("2 of 3 files are in the library.")).toBeVisible();
    await expect(page.getByText(/stranger\.pdf: No form in the library/)).toBeVisible();
    await expectAccessible(page);
    await shoot("library");
  });

  await test.step("forms are found by place and words", async () => {
    await page.getByLabel("Jurisdiction").selectOption("US-CA");
    await expect(forms.getByRole("listitem")).toHaveCount(2);
    await page.getByLabel("Search by words, number or publisher").fill("pet add");
    await expect(forms.getByRole("listitem")).toHaveCount(1);
    await page.getByLabel("Search by words, number or publisher").fill("quitclaim");
    await expect(page.getByRole("heading", { name: "No form is like that" })).toBeVisible();
    await page.goto("/forms?q=w9");
    await forms.getByRole("link", { name: /W-9$/ }).click();
    await expect(page.getByText("https://www.irs.gov/pub/irs-pdf/fw9.pdf")).toBeVisible();
    await expect(page.getByText("Nobody has looked at the source yet")).toBeVisible();
    await expectAccessible(page);
    await shoot("form-without-file");
  });

  async function opened(search: string) {
    await page.goto(`/forms?q=${search}`);
    await forms.getByRole("link").first().click();
    await page.getByRole("button", { name: "Open as a template" }).click();
    await page.waitForURL("**/prepare?step=fields");
    const first = page.getByRole("article", { name: "Page 1 of" }).first();
    await expect(first.getByRole("img")).toBeVisible();
    await drag(page, "Signature", first, 0.4, 0.6);
    await saved(page);
    await go(page, "Review");
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await page.waitForURL("**/templates/tpl_*");
  }

  await test.step("two forms open as templates with their own fields", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await opened("residential");
    await opened("addendum");
  });

  await test.step("both go out as one", async () => {
    await page.goto("/forms/packages");
    await expectAccessible(page);
    await page.getByLabel("Name").fill("Moving in");
    for (const words of ["residential", "addendum"]) {
      await page.getByLabel("Find a form to add").fill(words);
      await page.getByRole("list", { name: "Forms found" }).getByRole("button").first().click();
    }
    await shoot("package-new");
    await page.getByRole("button", { name: "Save the package" }).click();
    await page.waitForURL("**/forms/packages/fpk_*");
    await expect(page.getByRole("group", { name: "Shared by several forms" })).toContainText("In 2 forms");
    const signer = page.getByRole("group", { name: "Signer" });
    await signer.getByLabel("Full name").fill("Ana Ruiz");
    await signer.getByLabel("E-mail address").fill("ana@example.com");
    await page.getByRole("group", { name: "Shared by several forms" }).getByLabel("Tenant").fill("Ana Ruiz");
    await expectAccessible(page);
    await shoot("package");
    await page.getByRole("button", { name: "Start envelope" }).click();
    await page.waitForURL("**/prepare?step=review");
    await expect(page.getByText("Everything is there. Look it over, then send.")).toBeVisible();
  });

  await test.step("a newer edition marks the template", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto("/forms?q=residential");
    await forms.getByRole("link").first().click();
    await page.getByRole("button", { name: "I looked at the source" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("A newer edition").check();
    await dialog.getByLabel("Edition as printed").fill("Rev. 2026");
    await dialog.getByLabel("Edition date").fill("2026-02-01");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Record the check" }).click();
    await expect(page.getByText("Older edition")).toBeVisible();
    await page.getByLabel("I compared it: the form says Rev. 2026").check();
    await page.getByLabel("Choose the PDF").setInputFiles(file("lease.pdf", await pdf("Tenant", "Rent")));
    await expect(page.getByText("Download the PDF")).toBeVisible();
    await shoot("form");
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto("/templates");
    await expect(page.getByText("Older edition of its form")).toBeVisible();
    await page.getByRole("link", { name: /Residential lease/ }).click();
    await expect(page.getByText("The library has a newer edition of this form: Rev. 2026.")).toBeVisible();
    await expectAccessible(page);
    await shoot("template");
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("button", { name: "Put the newer edition in" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Put the newer edition in" }).click();
    await page.waitForURL("**/prepare?step=fields");
  });
});
