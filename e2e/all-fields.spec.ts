import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { DEVICES, expect, nextStep, test } from "./fixtures.ts";
import type { SeedField, SeedRule } from "./seed.ts";

const at = (row: number, column: 0 | 1, width = 0.36, height = 0.024): SeedField["box"] => [
  ...([0.1 + column * 0.42, 0.05 + row * 0.042, width, height] as const),
];
const small = (row: number, column: 0 | 1) => at(row, column, 0.024, 0.017);
const radio = (option: string, row: number): SeedField => ({
  ...{ type: "radio", box: small(row, 0), isRequired: true, settings: { group: "Paid", option } },
});
const typed = (type: SeedField["type"], label: string, row: number, column: 0 | 1): SeedField => ({
  ...{ type, label, box: at(row, column) },
});

/** One of every type, on one page, each where nothing else is. */
const FIELDS: readonly SeedField[] = [
  { type: "note", box: at(0, 0, 0.36, 0.034), label: "Mind", settings: { value: "Bring the keys." } },
  {
    ...{ type: "link", box: at(0, 1), label: "Rules" },
    settings: { value: "House rules", url: "https://example.com/rules" },
  },
  typed("forename", "First name", 1, 0),
  typed("surname", "Last name", 1, 1),
  typed("title", "Job title", 2, 0),
  typed("company", "Company", 2, 1),
  typed("name", "Full name", 3, 0),
  typed("email", "E-mail", 3, 1),
  typed("phone", "Phone", 4, 0),
  { ...typed("day", "Move in", 4, 1), settings: { from: "2026-03-02" } },
  { ...typed("number", "Months", 5, 0), settings: { minimum: "1", maximum: "36" } },
  { ...typed("amount", "Rent", 5, 1), settings: { currency: "USD" } },
  {
    ...{ type: "formula", label: "All rent", box: at(6, 0) },
    settings: { formula: "round([Rent] * [Months], 2)", currency: "USD" },
  },
  { ...typed("ssn", "Tax number", 6, 1), settings: { isSensitive: true } },
  typed("ein", "Employer", 7, 0),
  typed("zip", "ZIP", 7, 1),
  {
    ...typed("pattern", "Passport", 8, 0),
    settings: { pattern: "[A-Z]{2}\\d{4}", example: "two letters and four digits, like AB1234" },
  },
  { ...typed("cells", "Code", 8, 1), settings: { cells: 5 } },
  typed("text", "Remarks", 9, 0),
  { ...typed("dropdown", "Color", 9, 1), settings: { options: ["Red", "Deep blue"] } },
  radio("Monthly", 10),
  radio("Yearly", 11),
  { type: "checkbox", label: "I have a guarantor", box: small(10, 1), isRequired: false },
  typed("text", "Guarantor", 11, 1),
  { type: "image", label: "Photo", box: at(12, 0, 0.14, 0.05) },
  { type: "attachment", label: "Proof of income", box: at(12, 1) },
  { type: "stamp", label: "Stamp", box: at(14, 0, 0.2, 0.05) },
  { type: "approve", label: "Approve the rules", box: at(14, 1) },
  { type: "initials", label: "Initials", box: at(16, 0, 0.14, 0.034) },
  { type: "decline", label: "Decline", box: at(16, 1) },
  { type: "date", label: "Signed on", box: at(17, 1) },
  { type: "signature", label: "Signature", box: at(18, 0, 0.36, 0.06) },
];

const RULES: readonly SeedRule[] = [{ if: "I have a guarantor", effect: "show", targets: ["Guarantor"] }];

for (const [device, settings] of Object.entries(DEVICES))
  test.describe(`on a ${device}`, () => {
    test.use(settings);

    test("every kind of field is filled, sealed and read back", async ({ page, server }, info) => {
      test.setTimeout(240_000);
      const envelope = await server.sends({
        ...{ to: [{ name: "Ana Ruiz", fields: FIELDS }], rules: RULES, title: `Every field on a ${device}` },
      });
      await page.goto(await envelope.linkFor("Ana Ruiz"));
      await page.getByRole("button", { name: "Agree and continue" }).click();
      await expect(nextStep(page)).toContainText("Start");
      const field = (name: string) => page.getByRole("textbox", { name: new RegExp(`^${name}, page 1`) });
      const type = async (name: string, text: string) => {
        await field(name).focus();
        await field(name).fill(text);
        await field(name).blur();
      };

      // What is wrong is said at the field, in words that say what to do.
      await type("Phone", "512 555 0117");
      const words = page.getByRole("alert").filter({ hasText: "country code" });
      await expect(words).toHaveText("Phone number needs a country code, like +1 512 555 0117");
      await page.getByLabel(/^Move in, page 1/).fill("2026-03-01");
      await page.getByLabel(/^Move in, page 1/).blur();
      await expect(page.getByText("Enter a date after 1 March 2026")).toBeAttached();
      await page.screenshot({ path: info.outputPath("problems.png") });

      for (const [name, text] of [
        ["First name", "Ana"],
        ["Last name", "Ruiz"],
        ["Job title", "Director"],
        ["Company", "Ruiz & Daughters"],
        ["E-mail", "ana@example.com"],
        ["Phone", "+1 512 555 0117"],
        ["Months", "12"],
        ["Rent", "1,234.50"],
        ["Employer", "12-3456789"],
        ["ZIP", "78701"],
        ["Passport", "XY9876"],
        ["Code", "AB12C"],
        ["Remarks", "As agreed"],
      ] as const)
        await type(name, text);
      await page.getByLabel(/^Move in, page 1/).fill("2028-02-29");
      await page.getByLabel(/^Move in, page 1/).blur();
      await page.getByLabel(/^Tax number, page 1/).fill("219-09-9999");
      await page.getByLabel(/^Tax number, page 1/).blur();
      await expect(page.locator("output").filter({ hasText: "14,814.00 USD" })).toBeVisible();
      await page.getByRole("combobox", { name: /^Color/ }).selectOption("Deep blue");
      await page.getByRole("radio", { name: /Monthly/ }).press("Space");
      await page.getByRole("radio", { name: /Yearly/ }).press("Space");
      await expect(page.getByRole("radio", { name: /Monthly/ })).not.toBeChecked();

      // The guarantor is asked for only if there is one.
      await expect(field("Guarantor")).toHaveCount(0);
      await page.getByRole("checkbox", { name: /I have a guarantor/ }).press("Space");
      await type("Guarantor", "Ben Okafor");

      const green = { create: { width: 60, height: 40, channels: 3, background: "#228833" } } as const;
      await give(page, "Photo", "me.png", await sharp(green).png().toBuffer());
      await expect(page.getByRole("button", { name: /Photo.*me\.png/ })).toBeVisible();
      await give(page, "Proof of income", "photo.png", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
      await expect(page.getByText("This file is not what its name says.")).toBeVisible();
      await give(page, "Proof of income", "income.pdf", Buffer.from("%PDF-1.4 income"));
      await expect(page.getByRole("button", { name: /Proof of income.*income\.pdf/ })).toBeVisible();
      await page.getByRole("button", { name: /^Stamp, page 1/ }).focus();
      await page.getByRole("button", { name: "Use a plain stamp with my name" }).click();
      await page.getByRole("button", { name: /^Approve the rules/ }).click();
      await expect(page.getByText("Saved", { exact: true })).toBeVisible();
      await page.screenshot({ path: info.outputPath("filled.png"), fullPage: true });

      for (let turn = 0; turn < 6 && !(await finishSheet(page).isVisible()); turn++) {
        await nextStep(page).click();
        const adopt = page.getByRole("button", { name: "Adopt and sign" });
        if (await adopt.isVisible({ timeout: 1_500 }).catch(() => false)) await adopt.click();
        await page.waitForTimeout(400);
      }
      const review = finishSheet(page);
      await expect(review).toBeVisible();
      for (const answer of [
        "Ruiz & Daughters",
        "29 Feb 2028",
        "1,234.50 USD",
        "14,814.00 USD",
        "Yearly",
        "income.pdf",
      ])
        await expect(review.getByText(answer, { exact: true })).toBeVisible();
      await expect(review.getByText("219-09-9999")).toHaveCount(0);
      await page.screenshot({ path: info.outputPath("review.png") });
      await review.getByRole("button", { name: "Finish", exact: true }).click();
      await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible({ timeout: 30_000 });
      await envelope.isCompleted();

      await page.reload();
      const waiting = page.waitForEvent("download");
      await page
        .getByRole("link", { name: /Download/ })
        .first()
        .click();
      const pdf = await (await waiting).path();
      const signatures = execFileSync("pdfsig", ["-nocert", pdf], { encoding: "utf8" });
      expect(signatures.match(/Signature is Valid/g)?.length).toBeGreaterThanOrEqual(3);
      expect(signatures).not.toContain("Signature is Invalid");
      const text = execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });
      for (const value of [
        "Director",
        "29 Feb 2028",
        "14,814.00 USD",
        "Deep blue",
        "Ben Okafor",
        "XY9876",
        "Approved",
      ])
        expect(text, value).toContain(value);
      expect(text).not.toContain("219-09-9999");
      const drawn = info.outputPath("sealed");
      execFileSync("pdftoppm", ["-r", "80", "-f", "1", "-l", "1", "-png", pdf, drawn]);
    });
  });

const finishSheet = (page: Page) => page.getByRole("dialog", { name: "Review your answers" });

async function give(page: Page, label: string, name: string, buffer: Buffer): Promise<void> {
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: new RegExp(`^${label}, page 1`) }).click();
  const mimeType = "application/octet-stream";
  await (await waiting).setFiles({ name, mimeType, buffer });
}
