import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import type { APIRequestContext, Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, type Server, ownerTest as test } from "./fixtures.ts";

const run = promisify(execFile);

interface Sealed {
  readonly file: string;
  /** The root as it was published when the document was sealed. */
  readonly root: string;
}

async function sealedFile(
  page: Page,
  server: Server,
  request: APIRequestContext,
  save: (name: string) => string,
) {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease of the boathouse" });
  const link = await envelope.linkFor("Ana Ruiz");
  await envelope.isFinishedBy("Ana Ruiz");
  await envelope.isCompleted();
  await page.goto(link);
  const download = page.getByRole("link", { name: "Download signed document" });
  const bytes = await (await request.get((await download.getAttribute("href"))!)).body();
  const sealed: Sealed = { file: save(`${envelope.shortId}.pdf`), root: save(`${envelope.shortId}.cer`) };
  writeFileSync(sealed.file, bytes);
  writeFileSync(sealed.root, await (await request.get("/pki/root.cer")).body());
  return sealed;
}

/** By our command line and by a program that is not ours, each with the root of then. */
async function expectVerified({ file, root }: Sealed): Promise<void> {
  const { stdout } = await run(process.execPath, [
    "bin/whereof.mjs",
    "verify",
    file,
    "--trust",
    root,
    "--json",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed" });
  const { stdout: seen } = await run("pdfsig", ["-nocert", file]);
  expect(seen.match(/Signature is Valid\./g)!.length).toBeGreaterThanOrEqual(2);
}

async function exchanged(page: Page, what: string): Promise<void> {
  await page.goto("/keys");
  const row = page
    .getByRole("list", { name: "Authorities of this installation" })
    .getByRole("listitem")
    .filter({ hasText: what });
  await row.getByRole("button", { name: "Rotate" }).click();
  const dialog = page.getByRole("dialog", { name: `Rotate: ${what}?` });
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Rotate" }).click();
  await expect(page.getByRole("heading", { name: `Exchange: ${what}`, level: 1 })).toBeVisible();
  await expect(page.getByText("This exchange is done.")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("What it signed verifies with it").first()).toBeVisible();
  await expect(page.getByText(/sealed before (was|were) validated after the exchange/)).toBeVisible();
}

test("every authority is exchanged from its page, and what was sealed before is verified by others as before", async ({
  page,
  server,
  request,
}, info) => {
  test.setTimeout(420_000);
  const save = (name: string) => info.outputPath(name);
  const before = await sealedFile(page, server, request, save);
  await expectVerified(before);

  await exchanged(page, "Status responder (OCSP)");
  await expectAccessible(page);
  const [copy] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download its certificate (PEM)" }).click(),
  ]);
  const { stdout } = await run("openssl", ["x509", "-in", await copy.path(), "-noout", "-text"]);
  expect(stdout).toContain("OCSP Signing");
  await expectVerified(before);

  await exchanged(page, "Time-stamping authority");
  await exchanged(page, "Issuing authority");
  const between = await sealedFile(page, server, request, save);
  for (const one of [before, between]) await expectVerified(one);

  await exchanged(page, "Root authority");
  await page.getByRole("link", { name: "Back to keys" }).click();
  await expect(page.getByRole("heading", { name: "Exchanges" })).toBeVisible();
  await expect(page.getByText(/documents? sealed before holds?$/).first()).toBeVisible();
  const after = await sealedFile(page, server, request, save);
  expect(readFileSync(after.root)).not.toEqual(readFileSync(before.root));
  for (const one of [before, between, after]) await expectVerified(one);
  // Whoever knows only the root of before is led to the new one by the cross certificate in the file.
  await expectVerified({ file: after.file, root: before.root });
});

test("nothing of an exchange is cut off on a phone", async ({ browser, ownerState }) => {
  const context = await browser.newContext({ ...DEVICES.phone, storageState: ownerState });
  const page = await context.newPage();
  await exchanged(page, "Key of the audit log");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await context.close();
});
