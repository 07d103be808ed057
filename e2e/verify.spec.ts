import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, test } from "./fixtures.ts";

const check = (page: Page, buffer: Buffer, name = "contract.pdf") =>
  page.locator("input[type=file]").setInputFiles({ name, mimeType: "application/pdf", buffer });

for (const [device, use] of Object.entries(DEVICES)) {
  test.describe(`on a ${device}`, () => {
    test.use(use);

    test("anybody checks a signed document, and one changed byte shows", async ({
      page,
      server,
      request,
    }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
      const link = await envelope.linkFor("Ana Ruiz");
      await envelope.isFinishedBy("Ana Ruiz");
      await envelope.isCompleted();
      await page.goto(link);
      const download = page.getByRole("link", { name: "Download signed document" });
      const sealed = await (await request.get((await download.getAttribute("href"))!)).body();

      await page.goto("/verify");
      await expect(page.getByRole("heading", { name: "Check a signed PDF" })).toBeVisible();
      await expectAccessible(page);
      await check(page, sealed);
      await expect(
        page.getByRole("heading", { name: "This file is exactly what was signed." }),
      ).toBeVisible();
      await expect(page.getByRole("heading", { name: "Signature by Ana Ruiz: holds" })).toBeVisible();
      await expectAccessible(page);

      const changed = Buffer.from(sealed);
      changed[Math.floor(sealed.indexOf("/ByteRange") / 2)]! ^= 1;
      await check(page, changed);
      await expect(page.getByRole("heading", { name: /^Signed, then changed in this way/ })).toBeVisible();
      await expect(page.getByText("DOES NOT HOLD").first()).toBeVisible();
    });
  });
}

test("what cannot be checked is said plainly", async ({ page, server }, testInfo) => {
  expect(server).toBeDefined();
  await page.goto("/verify");
  await check(page, await readFile(path.join(import.meta.dirname, "documents/nda.pdf")), "nda.pdf");
  await expect(
    page.getByRole("heading", { name: "We cannot confirm this file: it holds no signature." }),
  ).toBeVisible();
  await check(page, Buffer.from("not a PDF at all"), "letter.pdf");
  await expect(page.getByRole("heading", { name: "We cannot confirm this file" })).toBeVisible();
  await check(page, Buffer.alloc(0), "empty.pdf");
  await expect(page.getByRole("alert").filter({ hasText: "This file is empty." })).toBeVisible();
  const large = testInfo.outputPath("large.pdf");
  await writeFile(large, Buffer.alloc(50 * 1024 ** 2 + 1));
  await page.locator("input[type=file]").setInputFiles(large);
  await expect(page.getByRole("alert").filter({ hasText: "larger than 50 MB" })).toBeVisible();
});
