import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "@playwright/test";
import { etsiList, GRANTED, QTST, signedList } from "#lib/evidence/core/trust/testing.ts";
import { sealedDocument } from "#lib/evidence/core/validation/testing.ts";
import { pem, testRoot, testSeal, testSigner, testWorld } from "#lib/pki/core/testing.ts";
import { DEVICES, expect, expectAccessible, ownerTest, test } from "./fixtures.ts";

const check = (page: Page, buffer: Buffer, name = "contract.pdf") =>
  page.locator("input[data-purpose=check]").setInputFiles({ name, mimeType: "application/pdf", buffer });

/** Addresses to which something was sent by the page. */
function postsOf(page: Page): string[] {
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") posts.push(new URL(request.url()).pathname);
  });
  return posts;
}

const HERE = "Checked in this browser. The file did not leave your device.";

for (const [device, use] of Object.entries(DEVICES)) {
  test.describe(`on a ${device}`, () => {
    test.use(use);

    test("anybody checks a signed document where it is, and one changed byte shows", async ({
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
      const posts = postsOf(page);
      await expect(page.getByRole("heading", { name: "Check a signed file" })).toBeVisible();
      await expectAccessible(page);
      await check(page, sealed);
      const verdict = page.getByRole("heading", { name: "This file is exactly what was signed here." });
      await expect(verdict).toBeVisible();
      await expect(page.getByText(HERE)).toBeVisible();
      await expect(page.getByRole("heading", { name: "Signature by Ana Ruiz: holds" })).toBeVisible();
      await expectAccessible(page);

      const changed = Buffer.from(sealed);
      changed[Math.floor(sealed.indexOf("/ByteRange") / 2)]! ^= 1;
      await check(page, changed);
      await expect(page.getByRole("heading", { name: /^Signed, then changed in this way/ })).toBeVisible();
      await expect(page.getByText("DOES NOT HOLD").first()).toBeVisible();
      expect(posts).toEqual([]);

      await check(page, sealed);
      await expect(verdict).toBeVisible();
      await page.getByRole("button", { name: "Have this server check it too" }).click();
      await expect(page.getByText("Checked by this server, which did not keep the file.")).toBeVisible();
      await expect(verdict).toBeVisible();
      expect(posts).toEqual(["/verify/report"]);
    });
  });
}

for (const [device, use] of Object.entries(DEVICES)) {
  test.describe(`a printed page, on a ${device}`, () => {
    test.use(use);

    test("its number and the beginning of a hash are looked up, and the number alone says nothing", async ({
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
      const printed = execFileSync("pdftotext", ["-", "-"], { input: sealed }).toString();
      const [shortId] = /WH-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(printed)!;
      const sha256 = createHash("sha256").update(sealed).digest("hex");

      await page.goto(`/verify?id=${shortId}`);
      const posts = postsOf(page);
      const region = page.getByRole("region", { name: "Look up a printed page" });
      const number = region.getByLabel("Number of the envelope");
      const hash = region.getByLabel("SHA-256 of the file");
      await expect(number).toHaveValue(shortId);
      await number.fill("WH-12");
      await number.press("Enter");
      await expect(region.getByText(/^Type WH- and the eight letters/)).toBeVisible();
      await expect(region.getByText(/^Type at least 12 characters/)).toBeVisible();
      await expect(number).toBeFocused();
      await expectAccessible(page);
      expect(posts).toEqual([]);

      await number.fill(shortId.toLowerCase().replaceAll("-", " "));
      await hash.fill(sha256.slice(0, 12).replaceAll(/(.{4})/g, "$1 "));
      await hash.press("Enter");
      const known = region.getByText("Known: the number and the SHA-256 belong together.");
      await expect(known).toBeVisible();
      await expect(region.getByText(/^Completed on .* UTC\.$/)).toBeVisible();
      await expect(region.getByText("Signed by 1 of 1 people who were to sign.")).toBeVisible();
      await expect(region.getByText("12 of the 64 characters were compared.")).toBeVisible();
      await expect(region.getByText("Ana Ruiz")).toHaveCount(0);
      await expectAccessible(page);

      const changed = Buffer.from(sealed);
      changed[1000]! ^= 1;
      const bring = (buffer: Buffer) =>
        region
          .getByLabel("Or the file itself")
          .setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer });
      const ask = region.getByRole("button", { name: "Look it up" });
      await bring(changed);
      await ask.click();
      await expect(region.getByText(/^The file you chose is NOT one of those recorded here/)).toBeVisible();
      await hash.fill("");
      await ask.click();
      await expect(region.getByText(/^Not known: nothing here has this number/)).toBeVisible();
      await bring(sealed);
      await ask.click();
      await expect(
        region.getByText("The file you chose is byte for byte the one recorded here."),
      ).toBeVisible();
      expect(new Set(posts)).toEqual(new Set(["/verify/look-up"]));
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
  await page.locator("input[data-purpose=check]").setInputFiles(large);
  await expect(page.getByRole("alert").filter({ hasText: "larger than 50 MB" })).toBeVisible();
});

/** A file of another maker, and the root and a trusted list that speak for it. */
async function anothersFile() {
  const world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  const sealed = await sealedDocument(world, { seal: await testSeal(world.issuing), first, second });
  const { certificateDer } = world.root;
  const states = [[GRANTED, "2020-01-01T00:00:00Z"]] as const;
  const services = [
    { name: "Qualified signatures", states, certificateDer },
    { name: "Qualified time", type: QTST, states, certificateDer },
  ];
  const list = signedList(etsiList({ services }), await testRoot(undefined, "List Operator"));
  return { sealed: Buffer.from(sealed), root: Buffer.from(pem(certificateDer)), list: Buffer.from(list) };
}

ownerTest(
  "where the organization tells it, whoever has the file reads what was recorded, without names",
  async ({ page, server, browser }) => {
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
    await envelope.isFinishedBy("Ana Ruiz");
    await envelope.isCompleted();
    const signed = page.locator("a[href$='/current']").first();
    await page.goto(envelope.address);
    const sealed = await (await page.request.get((await signed.getAttribute("href"))!)).body();
    const tells = async (is: boolean) => {
      await page.goto("/organization");
      const box = page.getByRole("checkbox", { name: "Tell whoever has a file what was recorded about it" });
      await box.setChecked(is);
      await page.getByRole("button", { name: "Save", exact: true }).first().click();
      await expect(page.getByText("Saved", { exact: true }).first()).toBeVisible();
    };
    await tells(true);
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`/verify?id=${envelope.shortId}`);
    const region = stranger.getByRole("region", { name: "Look up a printed page" });
    const hash = region.getByLabel("SHA-256 of the file");
    const ask = region.getByRole("button", { name: "Look it up" });
    const trail = region.getByText("What was recorded, without names");
    // The beginning of a hash opens nothing: whoever sees a printed page is not whoever has the file.
    await hash.fill(createHash("sha256").update(sealed).digest("hex").slice(0, 12));
    await ask.click();
    await expect(region.getByText("Known: the number and the SHA-256 belong together.")).toBeVisible();
    await expect(trail).toHaveCount(0);
    await hash.fill("");
    const file = { name: "a.pdf", mimeType: "application/pdf", buffer: sealed };
    await region.getByLabel("Or the file itself").setInputFiles(file);
    await ask.click();
    await trail.click();
    await expect(region.getByText("recipient.signed #1")).toBeVisible();
    await expect(region.getByText("envelope.completed", { exact: true })).toBeVisible();
    await expect(region.getByText("Ana Ruiz")).toHaveCount(0);
    await expect(region.getByText("@")).toHaveCount(0);
    await expectAccessible(stranger);
    if (process.env.SCREENS) {
      for (const [name, width] of [
        ["wide", 1280],
        ["narrow", 390],
      ] as const) {
        await stranger.setViewportSize({ width, height: 900 });
        await trail.scrollIntoViewIfNeeded();
        await stranger.screenshot({ path: `/tmp/evi-trail-${name}.png` });
      }
    }
    await stranger.setViewportSize(DEVICES.phone.viewport);
    const overflows = await stranger.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(overflows).toBe(false);
    await tells(false);
    await ask.click();
    await expect(
      region.getByText("The file you chose is byte for byte the one recorded here."),
    ).toBeVisible();
    await expect(trail).toHaveCount(0);
  },
);

ownerTest(
  "a file of another maker is trusted by what is brought, or by a list",
  async ({ page, browser }) => {
    const { sealed, root, list } = await anothersFile();
    await page.goto("/verify");
    await check(page, sealed);
    await expect(
      page.getByRole("heading", { name: "Signed by others, here is what we can check." }),
    ).toBeVisible();

    await page.getByRole("radio", { name: "Certificates I bring" }).check();
    await expect(page.getByText("First choose the certificates to trust, below.")).toBeVisible();
    await page
      .getByLabel("Certificates to trust (DER or PEM)")
      .setInputFiles({ name: "root.pem", mimeType: "application/x-pem-file", buffer: root });
    await page.getByRole("button", { name: "Check contract.pdf again with this" }).click();
    await expect(page.getByRole("heading", { name: "This file is exactly what was signed." })).toBeVisible();
    await expect(page.getByText(HERE)).toBeVisible();
    await expectAccessible(page);

    await page.goto("/organization");
    await page.getByRole("link", { name: "Trust lists" }).click();
    await expect(page.getByRole("heading", { name: "Trust lists", level: 1 })).toBeVisible();
    await expectAccessible(page);
    const file = page.getByLabel("File", { exact: true });
    await file.setInputFiles({
      name: "es.xml",
      mimeType: "text/xml",
      buffer: Buffer.from(list.toString().replace(">ES<", ">FR<")),
    });
    await page.getByRole("button", { name: "Import" }).click();
    await expect(
      page.getByRole("alert").filter({ hasText: "The list’s own signature does not hold" }),
    ).toBeVisible();
    await file.setInputFiles({ name: "es.xml", mimeType: "text/xml", buffer: list });
    await page.getByRole("button", { name: "Import" }).click();
    await expect(page.getByText("Imported, with 2 entries.")).toBeVisible();
    await page.getByRole("link", { name: "Trusted list of ES" }).click();
    await expect(page.getByText("Qualified signatures", { exact: true })).toBeVisible();
    await expect(page.getByText(/Its own signature holds, made with the certificate of/)).toBeVisible();
    await page.getByRole("button", { name: "Offer to everybody" }).click();
    await expect(page.getByRole("button", { name: "For members only" })).toBeVisible();
    await expectAccessible(page);

    const phone = await browser.newContext({ ...DEVICES.phone, storageState: { cookies: [], origins: [] } });
    const anybody = await phone.newPage();
    await anybody.goto(new URL("/verify", page.url()).href);
    await anybody.getByRole("radio", { name: "Trusted list of ES" }).check();
    await expect(anybody.getByRole("button", { name: "Choose a file to send" })).toBeVisible();
    await check(anybody, sealed);
    await expect(
      anybody.getByText(/trusted by: Trusted list of ES, service Qualified signatures/).first(),
    ).toBeVisible();
    await expect(anybody.getByRole("heading", { name: "Lists believed in" })).toBeVisible();
    await expectAccessible(anybody);
    await phone.close();

    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("No list yet.")).toBeVisible();
  },
);

test("programs ask over HTTP, and what is too large is refused unread", async ({ request, server }) => {
  expect(server).toBeDefined();
  const data = await readFile(path.join(import.meta.dirname, "documents/nda.pdf"));
  const headers = { "content-type": "application/pdf" };
  const answer = await request.post("/api/v1/verify?name=nda.pdf", { headers, data });
  expect([answer.status(), (await answer.json()).file.name]).toEqual([200, "nda.pdf"]);
  const large = await request.post("/api/v1/verify", { headers, data: Buffer.alloc(60 * 1024 ** 2) });
  expect([large.status(), large.headers()["content-type"], (await large.json()).code]).toEqual([
    ...[413, "application/problem+json", "files/too-large"],
  ]);
});

test("the page is read in the language of the browser, and another is chosen", async ({
  browser,
  server,
}) => {
  expect(server).toBeDefined();
  const phone = await browser.newContext({ ...DEVICES.phone, locale: "ar" });
  const page = await phone.newPage();
  await page.goto("/verify");
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(page.getByRole("heading", { name: "التحقق من ملف موقَّع" })).toBeVisible();
  const world = await testWorld();
  const seal = await testSeal(world.issuing);
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  const sealed = Buffer.from(await sealedDocument(world, { seal, first, second }));
  await check(page, sealed);
  await expect(page.getByRole("heading", { name: "وقّعه آخرون، وهذا ما يمكننا التحقق منه." })).toBeVisible();
  await expect(page.getByText("جرى التحقق في هذا المتصفح. لم يغادر الملف جهازك.")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "اللغة: العربية" }).click();
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.getByRole("heading", { name: "署名済みファイルの検証" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await check(page, sealed);
  await expect(
    page.getByRole("heading", { name: "他で署名されたものです。検証できる内容は次のとおりです。" }),
  ).toBeVisible();
  // What was found is said in words of theirs, above its record.
  await expect(
    page.getByText("その証明書から信頼される証明書までの経路は確認されませんでした。").first(),
  ).toBeVisible();
  await expectAccessible(page);
  await phone.close();
});
