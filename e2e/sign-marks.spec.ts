import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { DEVICES, expect, expectAccessible, nextStep, test } from "./fixtures.ts";
import type { SeedField } from "./seed.ts";
import { countTaps } from "./taps.ts";

async function openAdopt(page: Page, link: string) {
  await page.goto(link);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  return page.getByRole("dialog", { name: "Make your signature" });
}

const signed = (page: Page) => page.getByRole("button", { name: "Signature, page 2, holds your signature" });
const methodOf = (events: readonly { readonly type: string; readonly data: Record<string, unknown> }[]) =>
  events.find(({ type }) => type === "mark.adopted")?.data.method;

/** A wave across the pad, with mouse, finger or pen alike. */
async function drawWave(page: Page, share = 0.6) {
  const box = (await page.getByRole("img", { name: "Draw your signature here" }).boundingBox())!;
  const at = (step: number) =>
    [
      box.x + box.width * (0.2 + (share * step) / 40),
      box.y + box.height * (0.5 + share * 0.5 * Math.sin(step / 4)),
    ] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let step = 1; step <= 40; step++) await page.mouse.move(...at(step));
  await page.mouse.up();
}

for (const [device, use] of Object.entries(DEVICES))
  test.describe(`on a ${device}`, () => {
    test.use(use);

    test("a signature is drawn, survives turning and reloading, and is signed with", async ({
      page,
      server,
    }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
      const adopt = await openAdopt(page, await envelope.linkFor("Ana Ruiz"));
      await adopt.getByRole("tab", { name: "Draw" }).click();
      await adopt.getByRole("button", { name: "Adopt and sign" }).click();
      await expect(adopt.getByText("Draw your signature, or choose Type.")).toBeVisible();

      await drawWave(page, 0.02);
      await adopt.getByRole("button", { name: "Adopt and sign" }).click();
      await expect(adopt.getByText("Draw your signature larger, or choose Type.")).toBeVisible();
      await adopt.getByRole("button", { name: "Clear" }).click();

      await drawWave(page);
      await drawWave(page, 0.3);
      await adopt.getByRole("button", { name: "Undo line" }).click();
      const { width, height } = page.viewportSize()!;
      await page.setViewportSize({ width: height, height: width });
      await page.setViewportSize({ width, height });
      await page.reload();
      await nextStep(page).click();
      await adopt.getByRole("tab", { name: "Draw" }).click();
      await expect(adopt.getByRole("button", { name: "Undo line" })).toBeEnabled();
      await adopt.getByRole("button", { name: "Adopt and sign" }).click();
      await expect(signed(page)).toBeVisible();
      expect(methodOf(await envelope.events())).toBe("drawn");
    });
  });

test("a picture becomes a signature, and what is no picture does not", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const adopt = await openAdopt(page, await envelope.linkFor("Ana Ruiz"));
  await adopt.getByRole("tab", { name: "Upload" }).click();
  const file = adopt.getByLabel("Picture of your signature");
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(adopt.getByText("Choose a picture, or choose Type.")).toBeVisible();

  await file.setInputFiles(fileURLToPath(new URL("documents/nda.pdf", import.meta.url)));
  await expect(adopt.getByText("This is not a PNG or JPEG picture.")).toBeVisible();
  const large = Buffer.alloc(6 * 1024 * 1024, 1);
  await file.setInputFiles({ name: "large.png", mimeType: "image/png", buffer: large });
  await expect(adopt.getByText("This file is 6 MB. Choose one up to 5 MB.")).toBeVisible();
  // What a telephone's camera makes is made smaller before it is sent.
  const noise = {
    width: 3000,
    height: 2250,
    channels: 3,
    noise: { type: "gaussian", mean: 128, sigma: 60 },
  } as const;
  const camera = await sharp({ create: { ...noise, background: "#fff" } })
    .jpeg({ quality: 95 })
    .toBuffer();
  expect(camera.length).toBeGreaterThan(5 * 1024 * 1024);
  await file.setInputFiles({ name: "camera.jpg", mimeType: "image/jpeg", buffer: camera });
  await expect(adopt.getByRole("img", { name: "Your picture" })).toBeVisible();
  await file.setInputFiles({ name: "false.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(
    adopt
      .getByText("This is not a PNG or JPEG picture that can be read.")
      .or(adopt.getByText("This is not a PNG or JPEG picture. Choose another file")),
  ).toBeVisible();

  const ink =
    '<svg width="900" height="300"><path d="M60 220C200 20 300 280 420 120S640 40 820 200" fill="none" stroke="#123" stroke-width="14"/></svg>';
  const photo = await sharp(Buffer.from(ink)).flatten({ background: "#fff" }).jpeg().toBuffer();
  await file.setInputFiles({ name: "signature.jpg", mimeType: "image/jpeg", buffer: photo });
  const picture = adopt.getByRole("img", { name: "Your picture" });
  await expect(picture).toBeVisible();
  await adopt.getByRole("button", { name: "Cut off more: left" }).click();
  await expect(adopt.getByRole("button", { name: "Whole picture" })).toBeEnabled();
  await adopt.getByRole("button", { name: "Cut off less: left" }).click();
  await expect(adopt.getByRole("button", { name: "Whole picture" })).toBeDisabled();
  const { x, y, width, height } = (await picture.boundingBox())!;
  await page.mouse.move(x + width * 0.05, y + height * 0.05);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.95, y + height * 0.9, { steps: 4 });
  await page.mouse.up();
  await expect(adopt.getByRole("button", { name: "Whole picture" })).toBeEnabled();
  await expectAccessible(page);
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(signed(page)).toBeVisible();
  expect(methodOf(await envelope.events())).toBe("uploaded");
});

test("a signature that was made anew in another window is looked at before it is signed with", async ({
  page,
  context,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const link = await envelope.linkFor("Ana Ruiz");
  const adopt = await openAdopt(page, link);
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await expect(review).toBeVisible();

  const other = await context.newPage();
  await other.goto(link);
  await signed(other).click();
  const change = other.getByRole("dialog", { name: "Change your signature" });
  await change.getByRole("textbox", { name: "Your name" }).fill("A. Ruiz");
  await change.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(change).toBeHidden();

  const before = await signed(page).innerHTML();
  await review.getByRole("button", { name: "Finish" }).click();
  await expect(review.getByText(/^What stands here is not what was saved/)).toBeVisible();
  await expect.poll(() => signed(page).innerHTML()).not.toBe(before);
  await review.getByRole("button", { name: "Finish" }).click();
  await expect(page.getByRole("heading", { name: /^You (?:have )?signed/ })).toBeVisible();
});

test("a signature is changed, and taken out again", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const adopt = await openAdopt(page, await envelope.linkFor("Ana Ruiz"));
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await review.getByRole("button", { name: "Close" }).click();
  await signed(page).click();
  const change = page.getByRole("dialog", { name: "Change your signature" });
  await change.getByRole("textbox", { name: "Your name" }).fill("A. Ruiz");
  await change.getByRole("radio", { name: "Style 3 of 5" }).check();
  await change.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(change).toBeHidden();
  await signed(page).click();
  await page.getByRole("button", { name: "Take it out of this field" }).click();
  await expect(page.getByRole("button", { name: "Signature, page 2, required" })).toBeVisible();
  await expect(nextStep(page)).toHaveText("Sign");
  await nextStep(page).click();
  await expect(signed(page)).toBeVisible();
  await expect(nextStep(page)).toHaveText("Finish");
});

test("a name no face can draw is refused while it is typed", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const adopt = await openAdopt(page, await envelope.linkFor("Ana Ruiz"));
  const name = adopt.getByRole("textbox", { name: "Your name" });
  await name.fill("Ana \u{13000}");
  await expect(name).toHaveAccessibleDescription(/^This holds a character that cannot be printed/);
  await name.fill("");
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(adopt.getByText("Enter your full name.")).toBeVisible();
});

test("a signature kept for next time takes three taps, the one in the mail among them", async ({
  page,
  server,
}) => {
  const ana = { name: "Ana Ruiz", email: `ana.${Date.now()}@example.com` };
  const first = await server.sends({ to: [ana] });
  const adopt = await openAdopt(page, await first.linkFor("Ana Ruiz"));
  await adopt.getByRole("radio", { name: "Style 3 of 5" }).check();
  await adopt.getByRole("checkbox", { name: /^Keep this signature for my next document from/ }).check();
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(page.getByText(/^Your signature is kept for your next document from/)).toBeVisible();

  const second = await server.sends({ to: [ana] });
  const taps = await countTaps(page);
  await page.goto(await second.linkFor("Ana Ruiz"));
  await expect(page.getByRole("img", { name: "The signature you kept" })).toBeVisible();
  await page.getByRole("button", { name: "Agree and sign" }).click();
  await expect(review.getByRole("img", { name: "Signature" })).toBeVisible();
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
  expect(taps()).toBe(3);
  const consent = (await second.events()).find(({ type }) => type === "consent.given");
  expect(consent!.data.wording).toBe("Agree and sign");

  await page.getByRole("button", { name: "Remove it" }).click();
  await expect(page.getByText(/^Your signature is kept for your next document from/)).toBeHidden();
  const third = await server.sends({ to: [ana] });
  await page.goto(await third.linkFor("Ana Ruiz"));
  await expect(page.getByRole("button", { name: "Agree and continue" })).toBeVisible();
});

test("a signature is drawn on a telephone for the page on the desk", async ({ page, server, browser }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const adopt = await openAdopt(page, await envelope.linkFor("Ana Ruiz"));
  await adopt.getByRole("tab", { name: "Draw" }).click();
  await adopt.getByRole("button", { name: "Draw on your telephone" }).click();
  await expect(adopt.getByRole("img", { name: "QR code to scan with a telephone" })).toBeVisible();
  await adopt.getByText("Cannot scan? Open this address on the telephone:").click();
  const address = (await adopt.getByText(/\/sign\/hand-over\//).textContent())!;
  const context = await browser.newContext({ ...DEVICES.phone });
  const phone = await context.newPage();
  await phone.goto(new URL(address).pathname);
  const match = (await phone.locator("p.font-mono").textContent())!.slice(-4);
  await expect(adopt.getByText(match, { exact: true })).toBeVisible();
  await expectAccessible(phone);
  await phone.getByRole("button", { name: "Yes, draw here" }).click();
  await drawWave(phone);
  await expect(adopt.getByText("Drawing on the telephone …")).toBeVisible();
  // A call comes in between, and the browser has forgotten the page: the line is there.
  await phone.reload();
  await phone.getByRole("button", { name: "Use this signature" }).click();
  await expect(phone.getByText("Your signature is on the other screen.")).toBeVisible();
  await expect(adopt.getByText("This came from your telephone.")).toBeVisible();
  await phone.reload();
  await expect(phone.getByText("This code has been used or is over.")).toBeVisible();
  await context.close();
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(signed(page)).toBeVisible();
  const typesOf = async () => (await envelope.events()).map(({ type }) => type);
  for (const type of ["hand-over.begun", "hand-over.opened", "hand-over.drawn", "mark.adopted"])
    expect(await typesOf()).toContain(type);
  await expect.poll(typesOf).toContain("hand-over.ended");
});

test("a telephone gives the file of a field, and goes on with the whole page", async ({
  page,
  server,
  browser,
}) => {
  const fields: SeedField[] = [
    { type: "image", label: "Photo of the meter", box: [0.2, 0.2, 0.4, 0.2] },
    { type: "signature", label: "Signature", box: [0.2, 0.6, 0.4, 0.08] },
  ];
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields }] });
  const link = await envelope.linkFor("Ana Ruiz");
  await page.goto(link);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("button", { name: /^Photo of the meter, page 1/ }).focus();
  await page.getByRole("button", { name: "Use a telephone" }).click();
  const sheet = page.getByRole("dialog", { name: "A file from your telephone" });
  await expect(sheet.getByRole("img", { name: "QR code to scan with a telephone" })).toBeVisible();
  await expectAccessible(page);
  await sheet.getByText("Cannot scan? Open this address on the telephone:").click();
  const address = (await sheet.getByText(/\/sign\/hand-over\//).textContent())!;
  const context = await browser.newContext({ ...DEVICES.phone });
  const phone = await context.newPage();
  await phone.goto(new URL(address).pathname);
  await expect(phone.getByText("Photo of the meter", { exact: true })).toBeVisible();
  await phone.getByRole("button", { name: "Yes, go on here" }).click();
  await expectAccessible(phone);
  const paint = { width: 600, height: 300, channels: 3, background: "#375a7f" } as const;
  const photo = await sharp({ create: paint }).png().toBuffer();
  const choose = phone.getByLabel("Take or choose a picture or file");
  await choose.setInputFiles({ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await expect(phone.getByRole("status").filter({ hasText: "PNG" })).toBeVisible();
  await choose.setInputFiles({ name: "meter.png", mimeType: "image/png", buffer: photo });
  await expect(phone.getByText("Your file is on the other screen.")).toBeVisible();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole("button", { name: /^Photo of the meter, page 1.*meter\.png/ })).toBeVisible();

  await page.getByRole("button", { name: "Help and more" }).click();
  await page.getByRole("button", { name: "Go on with a telephone" }).click();
  const move = page.getByRole("dialog", { name: "Go on with your telephone" });
  await expect(move.getByRole("img", { name: "QR code to scan with a telephone" })).toBeVisible();
  await expectAccessible(page);
  await move.getByText("Cannot scan? Open this address on the telephone:").click();
  const code = (await move.getByText(/\/sign\/hand-over\//).textContent())!;
  expect(code).not.toContain(new URL(link).pathname);
  await phone.goto(`${new URL(code).pathname}?lang=de`);
  await expect(phone.getByRole("button", { name: /^Sprache: Deutsch/ })).toBeVisible();
  await phone.goto(new URL(code).pathname);
  const match = (await phone.locator("p.font-mono").textContent())!.slice(-4);
  await expect(move.getByText(match, { exact: true })).toBeVisible();
  await expectAccessible(phone);
  await phone.getByRole("button", { name: "Yes, go on here" }).click();
  await expect(phone.getByRole("button", { name: /^Photo of the meter, page 1.*meter\.png/ })).toBeVisible();
  await expect(move.getByText("It is open on your telephone now.")).toBeVisible();
  await move.getByRole("button", { name: "Go on here" }).click();
  await phone.goto(new URL(code).pathname);
  await expect(phone.getByText("This code has been used or is over.")).toBeVisible();
  await context.close();
});
