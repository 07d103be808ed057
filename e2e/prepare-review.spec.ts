import sharp from "sharp";
import { addPerson, choose, documents, drag, field, go, NDA, saved, sheet, startDraft } from "./editor.ts";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";
import { getIn, invite, linkMailedTo } from "./members.ts";

test("the class is chosen while preparing, and what it asks for stands in the way with a way to mend it", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await page.goto("/retention");
  await page.getByRole("button", { name: "Add class" }).first().click();
  const dialog = page.getByRole("dialog");
  const name = `Powers of attorney ${Date.now()}`;
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Years", { exact: true }).fill("12");
  await dialog.getByLabel("Law or contract").fill("State law");
  await dialog.getByRole("button", { name: "Add class" }).click();
  await expect(dialog).toHaveCount(0);
  await page.goto("/organization/signers");
  const steps = page.getByRole("group", { name });
  for (const step of ["Needs a notary", "Consumer notice", "Counsel asked"]) {
    await steps.getByRole("checkbox", { name: step }).click();
    await expect(steps.getByRole("checkbox", { name: step })).toBeChecked();
    await expect(steps.getByRole("checkbox", { name: step })).toBeEnabled();
  }

  await startDraft(page);
  await choose(page, NDA);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await go(page, "Fields");
  await drag(page, "Signature", await sheet(page, 2), 0.3, 0.59);
  await expect(field(page, "Signature, Ana Ruiz, page 2")).toBeFocused();
  await go(page, "Review");
  await expect(page.getByText("Everything is there.")).toBeVisible();
  await page.getByLabel("Document class").selectOption({ label: `${name}, kept 12 years` });
  const missing = page.getByRole("region", { name: "Still missing" });
  await expect(missing.getByRole("button", { name: "Add a notary" })).toBeVisible();
  await expect(page.getByText("A word that counsel was asked")).toBeVisible();
  await expectAccessible(page);
  // The class sees to the notice itself.
  await expect(page.getByRole("checkbox", { name: "This is for a consumer" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "This is for a consumer" })).toBeDisabled();
  await missing.getByRole("button", { name: "Confirm that counsel was asked" }).click();
  await page.getByRole("button", { name: "Counsel was asked …" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("Asked Maria Keller, our counsel");
  await page.getByRole("dialog").getByRole("button", { name: "Put on record" }).click();
  await expect(page.getByText("confirmed: “Asked Maria Keller, our counsel”.")).toBeVisible();
  await expect(missing.getByRole("button")).toHaveCount(1);
  await page.getByLabel("Document class").selectOption({ index: 0 });
  await expect(page.getByText("Everything is there.")).toBeVisible();

  // By its words alone it is warned of, and still goes out.
  await page.getByLabel("Title", { exact: true }).fill("Last will and testament");
  await expect(page.getByText("this may be one: a will, codicil or testamentary trust.")).toBeVisible();
  await expect(page.getByText("Everything is there.")).toBeVisible();
});

test("a sender sees the page of each person as they will, tries it, and nothing is recorded", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await startDraft(page);
  await choose(page, NDA);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await addPerson(page, "Ben Okafor", "ben@example.com");
  await go(page, "Fields");
  await drag(page, "Signature", await sheet(page, 2), 0.3, 0.59);
  await drag(page, "Text", await sheet(page, 2), 0.3, 0.3);
  await page.getByLabel("Label").fill("Company");
  await saved(page);
  await go(page, "Review");
  await page.getByLabel("Message", { exact: true }).fill("As discussed.");
  await page.getByRole("button", { name: "See it as Ana Ruiz" }).click();
  const preview = page.frameLocator("iframe");
  const frame = page.getByTitle("As Ana Ruiz sees it");
  await expect(preview.getByText("As discussed.")).toBeVisible();
  await expectAccessible(page);
  await preview.getByRole("button", { name: "Agree" }).first().click();
  const company = preview.getByRole("textbox", { name: /Company/ });
  await company.fill("Harbour Street Studio");
  await company.press("Tab");
  await preview.getByRole("button", { name: /^Sign/ }).last().click();
  await preview.getByRole("button", { name: "Adopt and sign" }).click();
  await preview.getByRole("button", { name: "Finish" }).last().click();
  await expect(preview.getByText("This is a preview: nothing was sent or signed.")).toBeVisible();
  await page.getByRole("radio", { name: "Phone" }).click();
  expect((await frame.boundingBox())!.width).toBe(390);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "See it as Ben Okafor" }).click();
  await expect(page.getByTitle("As Ben Okafor sees it")).toBeVisible();
  await expect(preview.getByText("Company")).toHaveCount(0);
  await page.keyboard.press("Escape");

  // Whoever is not signed in sees nothing, and nobody else frames it.
  const address = await page.evaluate(() => location.pathname.replace("/prepare", ""));
  const draft = await (await page.request.get(`${address}/draft`)).json();
  expect(draft.content.fields.map(({ settings }: { settings: object }) => settings)).toEqual([{}, {}]);
  const person = draft.content.recipients[0].id;
  const answer = await page.request.get(`${address.replace("envelopes", "preview")}/${person}`);
  expect(answer.headers()["content-security-policy"]).toContain("frame-ancestors 'self'");
  const outside = await page
    .context()
    .browser()!
    .newContext({ storageState: { cookies: [], origins: [] } });
  const closed = await outside.newPage();
  await closed.goto(`${new URL(page.url()).origin}${address.replace("envelopes", "preview")}/${person}`);
  await closed.waitForURL("**/sign-in**");
  await outside.close();
});

/** A page as a scanner gives it: seen, and read out to nobody. */
async function scan(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const ink = { create: { width: 400, height: 14, channels: 3 as const, background: "#222" } };
  const paper = sharp({ create: { width: 620, height: 877, channels: 3, background: "#f4f2ee" } });
  const buffer = await paper
    .composite([{ input: ink, left: 90, top: 200 }])
    .png()
    .toBuffer();
  return { name: "scan.png", mimeType: "image/png", buffer };
}

test("a scanned page is named before it goes out, with what to do, and can be sent all the same", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await startDraft(page);
  await choose(page, await scan());
  await expect(documents(page)).toHaveCount(1);
  await go(page, "Review");
  const notice = page.getByRole("status").filter({ hasText: "People who use screen readers" });
  await expect(notice).toContainText("page 1 is a picture without text");
  await expect(notice).toContainText("ocrmypdf");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(notice).toBeVisible();
  await expectAccessible(page);
});

test("one file and one address are sent with four clicks", async ({ page, server }) => {
  expect(server).toBeDefined();
  // What a hand presses: clicks that a script or a key makes have no detail.
  await page.addInitScript(() => {
    const count = (event: MouseEvent) => {
      if (event.isTrusted && event.detail > 0)
        sessionStorage.setItem("clicks", `${Number(sessionStorage.getItem("clicks")) + 1}`);
    };
    window.addEventListener("click", count, true);
  });
  await page.goto("/envelopes");
  await page.getByRole("banner").getByRole("button", { name: "New" }).click();
  await page.waitForURL("**/prepare");
  await choose(page, NDA);
  await expect(page.getByLabel("Full name")).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type("Ana Ruiz");
  await page.keyboard.press("Tab");
  await page.keyboard.type("ana@example.com");
  const quick = page.getByRole("region", { name: "Documents" });
  await quick.getByRole("button", { name: "Check and send" }).click();
  const dialog = page.getByRole("dialog", { name: /^Send/ });
  await expect(dialog).toContainText("Ana Ruiz gets a mail at once");
  await dialog.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/sent=1/);
  await expect(page.getByText("Ana Ruiz").first()).toBeVisible();
  expect(await page.evaluate(() => Number(sessionStorage.getItem("clicks")))).toBe(4);
});

test("on a telephone every tool of the editor is in reach, and its commands are in the palette", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  await startDraft(page);
  await choose(page, NDA);
  await expect(page.getByRole("button", { name: "Next: people" })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await go(page, "Fields");
  await sheet(page, 1);
  await page.getByRole("button", { name: "More tools" }).click();
  for (const name of ["Find fields", "Larger", "Keyboard"])
    await expect(page.getByRole("button", { name })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Find fields" }).click();
  await expect(page.getByText(/found|Nothing/i).first()).toBeVisible();
  await page.getByRole("button", { name: "Fields", exact: true }).click();
  await expect(page.getByRole("region", { name: "Kinds of fields" })).toBeVisible();
  await page.getByRole("button", { name: "Commands" }).click();
  await page.getByRole("combobox").last().fill("Add a field: Signature");
  await page.getByRole("option", { name: /Add a field: Signature, for Ana Ruiz/ }).click();
  await expect(field(page, "Signature, Ana Ruiz, page 1")).toBeFocused();
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keyboard" });
  await expect(keys).toContainText("Every command of the editor, by its name");
  await page.keyboard.press("Escape");
  await expect(keys).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").last().fill("Go to Review");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Who gets what" })).toBeVisible();
});

test("two people with one draft see each other, and what both did is put together", async ({
  page,
  browser,
  server,
}) => {
  expect(server).toBeDefined();
  const anna = { name: "Anna Admin", email: `anna.${Date.now()}@harbourstreet.example` };
  await invite(page, anna, "admin");
  const other = await getIn(browser, await linkMailedTo(page, anna.email));
  await startDraft(page);
  await choose(page, NDA);
  await go(page, "People");
  await addPerson(page, "Ana Ruiz", "ana@example.com");
  await saved(page);
  const address = page.url().split("?")[0]!;
  await other.goto(`${address}?step=people`);
  await expect(other.getByText("Olivia Owner has this draft open too.")).toBeVisible();
  await expect(page.getByText("Anna Admin has this draft open too.")).toBeVisible({ timeout: 30_000 });
  await expectAccessible(other);

  // One adds a person, the other names the envelope; neither has seen what the other did.
  await addPerson(page, "Ben Okafor", "ben@example.com");
  await saved(page);
  await go(other, "Review");
  await other.getByLabel("Title", { exact: true }).fill("Lease of the mill");
  const dialog = other.getByRole("dialog", { name: "This draft was changed in another window" });
  await dialog.getByRole("button", { name: "Put both together" }).click();
  await expect(other.getByText("Both are put together. Nothing was changed twice.")).toBeVisible();
  await saved(other);
  await expect(other.getByLabel("Title", { exact: true })).toHaveValue("Lease of the mill");
  await expect(other.getByText("Ben Okafor").first()).toBeVisible();
  // Nothing moves under a hand: the other window shows it when it is asked to.
  await page.getByRole("button", { name: "Show what was saved there" }).click({ timeout: 30_000 });
  await expect(page.getByRole("heading", { name: "Lease of the mill" })).toBeVisible();
  await expect(page.getByRole("list", { name: "People" }).getByRole("listitem")).toHaveCount(2);
  await other.context().close();
});
