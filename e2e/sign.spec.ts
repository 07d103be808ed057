import { readFile } from "node:fs/promises";
import { DEVICES, expect, expectAccessible, nextStep, test } from "./fixtures.ts";

for (const [device, use] of Object.entries(DEVICES)) {
  test.describe(`on a ${device}`, () => {
    test.use(use);

    test("a document with one signature is signed with five taps, the one in the mail among them", async ({
      page,
      server,
    }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], message: "As discussed." });
      let taps = 1;
      const tap = async (name: string, within = page.locator("body")) => {
        taps++;
        await within.getByRole("button", { name, exact: true }).click();
      };

      await page.goto(await envelope.linkFor("Ana Ruiz"));
      await expect(page.getByRole("heading", { name: "Olivia Owner asks you to sign" })).toBeVisible();
      await expect(page.getByText("As discussed.")).toBeVisible();
      await expect(page.getByRole("region", { name: "Page 1 of 2" })).toBeVisible();
      await expectAccessible(page);

      await tap("Agree and continue");
      await expect(nextStep(page)).toHaveText("Sign");
      await expect(nextStep(page)).toBeFocused();
      await expectAccessible(page);

      await tap("Sign");
      const adopt = page.getByRole("dialog", { name: "Make your signature" });
      await expect(adopt.getByRole("textbox", { name: "Your name" })).toHaveValue("Ana Ruiz");
      await expect(adopt.getByRole("radio", { name: "Style 5 of 5" })).toBeVisible();
      await expectAccessible(page);

      await tap("Adopt and sign", adopt);
      await expect(
        page.getByRole("button", { name: "Signature, page 2, holds your signature" }),
      ).toBeVisible();
      await expect(page.getByText("Saved", { exact: true })).toBeVisible();

      // Nothing is left to do: what was entered is there to be looked at.
      const review = page.getByRole("dialog", { name: "Review your answers" });
      await expect(review.getByRole("img", { name: "Signature" })).toBeVisible();
      await expectAccessible(page);

      await tap("Finish", review);
      await expect(page.getByRole("heading", { name: "You have signed “Mutual NDA”" })).toBeFocused();
      expect(taps).toBeLessThanOrEqual(5);

      // The page follows by itself until everything is sealed.
      await expect(page.getByText("the document is sealed")).toBeVisible({ timeout: 60_000 });
      await expectAccessible(page);
      for (const [link, beginning] of [
        ["Download signed document", "%PDF-"],
        ["Download audit trail", "%PDF-"],
        ["Download your certificate", "0\x82"],
      ] as const) {
        const download = page.waitForEvent("download");
        await page.getByRole("link", { name: link }).click();
        const bytes = await readFile(await (await download).path());
        expect(bytes.toString("latin1", 0, beginning.length)).toBe(beginning);
      }
    });

    test("every kind of field is filled, reviewed, changed and signed", async ({ page, server }) => {
      const envelope = await server.sends({
        to: [
          {
            name: "Ana Ruiz",
            fields: [
              { type: "initials", box: [0.8, 0.925, 0.09, 0.035] },
              { type: "text", page: 1, box: [0.54, 0.402, 0.345, 0.028], label: "Address for notices" },
              { type: "signature", page: 1, box: [0.535, 0.572, 0.352, 0.054] },
              { type: "name", page: 1, box: [0.535, 0.678, 0.2, 0.022] },
              { type: "date", page: 1, box: [0.745, 0.678, 0.142, 0.022] },
              { type: "checkbox", page: 1, box: [0.113, 0.704, 0.022, 0.0155], label: "I have read it" },
              { type: "text", page: 1, box: [0.113, 0.76, 0.5, 0.06], label: "Remarks", isRequired: false },
            ],
          },
          { name: "Björn Åkesson" },
        ],
      });
      await page.goto(await envelope.linkFor("Ana Ruiz"));
      await page.getByRole("button", { name: "Agree and continue" }).click();
      // The name is known: it is filled in and counts as done.
      await expect(page.getByText("1 of 5 done")).toBeVisible();
      await expect(page.getByRole("textbox", { name: "Name, page 2" })).toHaveValue("Ana Ruiz");

      await expect(nextStep(page)).toHaveText("Add initials · 1 of 5");
      await nextStep(page).click();
      const adopt = page.getByRole("dialog", { name: "Make your signature" });
      await expect(adopt.getByRole("textbox", { name: "Your initials" })).toHaveValue("AR");
      await adopt.getByRole("button", { name: "Adopt and sign" }).click();
      await expect(page.getByRole("button", { name: "Initials, page 1, holds your initials" })).toBeVisible();

      await expect(nextStep(page)).toHaveText("Next · 2 of 5");
      await nextStep(page).click();
      const address = page.getByRole("textbox", { name: "Address for notices, page 2, required" });
      await expect(address).toBeFocused();
      await expectAccessible(page);
      await page.keyboard.type("ana@example.com");

      // One tap puts the mark that was adopted before.
      await expect(nextStep(page)).toHaveText("Sign · 3 of 5");
      await nextStep(page).click();
      await expect(
        page.getByRole("button", { name: "Signature, page 2, holds your signature" }),
      ).toBeVisible();

      await expect(nextStep(page)).toHaveText("Next · 5 of 5");
      await nextStep(page).click();
      const checkbox = page.getByRole("checkbox", { name: "I have read it, page 2, required" });
      await expect(checkbox).toBeFocused();
      await nextStep(page).click();
      await expect(page.getByText("Check “I have read it”.").first()).toBeVisible();
      await page.keyboard.press("Space");
      await expect(checkbox).toBeChecked();

      await expect(nextStep(page)).toHaveText("Finish");
      await nextStep(page).click();
      const review = page.getByRole("dialog", { name: "Review your answers" });
      await expect(review.getByText("ana@example.com")).toBeVisible();
      await expect(review.getByText("Filled with the date when you finish")).toBeVisible();
      await expect(review.getByText("Left empty")).toBeVisible();
      await review.getByRole("button", { name: "Edit Address for notices, page 2" }).click();
      await expect(address).toBeFocused();
      await address.fill("ana.ruiz@example.com");
      await nextStep(page).click();
      await expect(review.getByText("ana.ruiz@example.com")).toBeVisible();
      await review.getByRole("button", { name: "Finish", exact: true }).click();

      await expect(page.getByText("Björn Åkesson signs next.")).toBeVisible({ timeout: 60_000 });
      await expect(page.getByRole("listitem").filter({ hasText: "Björn Åkesson" })).toContainText(
        "still to sign",
      );
      await envelope.isFinishedBy("Björn Åkesson");
      await expect(page.getByRole("link", { name: "Download signed document" })).toBeVisible({
        timeout: 60_000,
      });
    });
  });
}

test("an approver reads and approves with three taps", async ({ page, server }) => {
  const envelope = await server.sends({
    to: [{ name: "Ada Boss", role: "approver" }, { name: "Ana Ruiz" }],
  });
  await page.goto(await envelope.linkFor("Ada Boss"));
  await expect(page.getByRole("heading", { name: "Olivia Owner asks you to approve" })).toBeVisible();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await expect(nextStep(page)).toHaveText("Approve");
  await nextStep(page).click();
  const review = page.getByRole("dialog", { name: "Approve this document" });
  await expectAccessible(page);
  await review.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("heading", { name: "You have approved “Mutual NDA”" })).toBeVisible();
  await expect(page.getByText("Ana Ruiz signs next.")).toBeVisible({ timeout: 30_000 });
});

test("a fetched link is no view, and a page that was really in view is", async ({
  page,
  request,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const link = await envelope.linkFor("Ana Ruiz");
  const types = async () => (await envelope.events()).map(({ type }) => type);
  for (let times = 0; times < 3; times++) expect((await request.get(link)).status()).toBe(200);
  expect(await types()).not.toContain("document.viewed");
  expect((await types()).filter((type) => type === "link.fetched")).toHaveLength(1);

  await page.goto(link);
  await expect.poll(types, { timeout: 20_000 }).toContain("document.viewed");
  const viewed = (await envelope.events()).filter(({ type }) => type === "document.viewed");
  expect(viewed.map(({ data }) => data.pages)).toEqual(["1"]);

  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("region", { name: "Page 2 of 2" }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(2_500);
  await page.goto("about:blank");
  // Once for what is new, and again for how long, as the page goes away.
  const pages = async () =>
    (await envelope.events()).flatMap(({ type, data }) =>
      type === "document.viewed" ? [String(data.pages)] : [],
    );
  await expect.poll(async () => (await pages()).some((told) => told.includes("2"))).toBe(true);
  expect((await pages()).length).toBeLessThanOrEqual(4);
});

test("the page may be kept by nobody and tells nobody where it is", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const link = await envelope.linkFor("Ana Ruiz");
  const others: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(link).origin) others.push(request.url());
  });
  const answer = await page.goto(link);
  expect(answer!.headers()["cache-control"]).toContain("no-store");
  await expect(page.locator("meta[name=referrer]")).toHaveAttribute("content", "same-origin");
  await expect(page.getByRole("region", { name: "Page 1 of 2" })).toBeVisible();
  const image = await page.request.get(
    (await page.getByRole("region", { name: "Page 1 of 2" }).locator("img").first().getAttribute("src"))!,
  );
  expect(image.headers()["cache-control"]).toBe("private, max-age=31536000, immutable");
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(others).toEqual([]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the page explains itself, shows the document and gives it away", async ({
    page,
    request,
    server,
  }) => {
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
    await page.goto(await envelope.linkFor("Ana Ruiz"));
    await expect(page.getByRole("heading", { name: "Signing needs JavaScript" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Page 1 of 2" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Agree and continue" })).toBeHidden();
    await expect(page.getByRole("link", { name: "Write to Olivia Owner" }).last()).toBeVisible();
    const link = page.getByRole("link", { name: "Download the document" }).last();
    const answer = await request.get((await link.getAttribute("href"))!);
    expect((await answer.body()).toString("latin1", 0, 5)).toBe("%PDF-");
  });
});
