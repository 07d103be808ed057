import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";
import { getIn, invite, linkMailedTo } from "./members.ts";

const list = (page: Page) => page.getByRole("list", { name: "Events" });

/** What a link or button gives to keep. */
async function kept(page: Page, press: () => Promise<void>) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), file: await download.path() };
}

test("what somebody did is found, read exactly, and taken along in three forms with the same entries", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Xanthe Vale" }], title: "Lease of the lighthouse" });
  await envelope.isFinishedBy("Xanthe Vale");
  await envelope.isCompleted();
  await page.goto("/envelopes");
  await page.getByRole("link", { name: "Proof" }).click();
  await page.getByRole("link", { name: "Audit", exact: true }).click();
  await expect(list(page).getByRole("listitem").first()).toBeVisible();
  await expectAccessible(page);

  await page.getByText("Filters").click();
  await page.getByLabel("About").selectOption("Signing");
  await page.getByLabel("Person").fill("xanthe");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByText("Filters (2)")).toBeVisible();
  const signed = list(page).getByRole("listitem").filter({ hasText: "Signed by choosing “Finish”" }).first();
  await expect(signed).toContainText("Lease of the lighthouse");
  for (const row of await list(page).getByRole("listitem").all())
    await expect(row).toContainText("Xanthe Vale");

  const [csv, json, lines] = [
    await kept(page, () => page.getByRole("link", { name: "CSV", exact: true }).click()),
    await kept(page, () => page.getByRole("link", { name: "JSON", exact: true }).click()),
    await kept(page, () => page.getByRole("link", { name: "JSONL" }).click()),
  ];
  expect(csv.name).toMatch(/^audit events .*\.csv$/);
  const records = JSON.parse(readFileSync(json.file, "utf8")) as { hash: string; who: string }[];
  expect(records).toHaveLength(await list(page).getByRole("listitem").count());
  const jsonl = readFileSync(lines.file, "utf8").trim().split("\n");
  expect(jsonl.map((line) => JSON.parse(line) as unknown)).toEqual(records);
  for (const { hash } of records) expect(readFileSync(csv.file, "utf8")).toContain(hash);

  await signed.getByRole("link", { name: /Exact event/ }).click();
  await expect(page.getByRole("heading", { name: /^Entry \d+$/ })).toBeVisible();
  await expect(page.getByText("The text and the hash agree.")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize(DEVICES.phone.viewport);
  await expectAccessible(page);
  await page.goto("/audit?person=xanthe");
  await expect(list(page).getByRole("listitem").first()).toBeVisible();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

test("a disputed signature: its file is made, downloaded, and pdfsig finds it sealed", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Yusuf Adair" }], title: "Lease of the mole" });
  await envelope.isFinishedBy("Yusuf Adair");
  await envelope.isCompleted();
  await page.goto("/envelopes");
  // Four clicks: the envelope, the button, the order, the download.
  await page.getByRole("link", { name: "Lease of the mole" }).first().click();
  await page.getByRole("button", { name: "Make a dispute file" }).click();
  await page
    .getByRole("dialog", { name: "Make a dispute file" })
    .getByRole("button", { name: "Make the file" })
    .click();
  const ready = page.getByRole("link", { name: "Download How the name of Yusuf Adair got there" });
  await expect(ready).toBeVisible({ timeout: 60_000 });
  const { name, file } = await kept(page, () => ready.click());
  expect(name).toContain("Yusuf Adair");
  expect(execFileSync("pdfsig", [file], { encoding: "utf8" })).toContain("Signature is Valid.");
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  expect(text).toContain("9. What this record cannot show");
  const both = page.getByRole("link", { name: "Download with evidence package" });
  await expect(both).toBeVisible({ timeout: 60_000 });
  const bundle = await kept(page, () => both.click());
  expect(bundle.name).toMatch(/Yusuf Adair.*\.zip$/);
  const listed = execFileSync("unzip", ["-Z1", bundle.file], { encoding: "utf8" });
  expect(listed.trim().split("\n")).toEqual([
    ...["README.txt", "SHA256SUMS", "dispute-file.pdf", "evidence-package.zip"],
  ]);
  await expectAccessible(page);
});

test("counsel says why before another's envelope opens, and the trail keeps the reason", async ({
  page,
  browser,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Wanda Frost" }], title: "Lease of the beacon" });
  const counsel = { name: "Corin Counsel", email: `corin.${Date.now().toString(36)}@harbourstreet.example` };
  await invite(page, counsel, "counsel");
  const theirs = await getIn(browser, await linkMailedTo(page, counsel.email));
  const settle = async (isOn: boolean) => {
    await page.goto("/organization");
    await page.getByLabel("Opening an envelope that somebody else sent").setChecked(isOn);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
  };
  await settle(true);
  try {
    await theirs.goto(envelope.address);
    await expect(theirs.getByRole("heading", { name: "Why do you open this envelope?" })).toBeVisible();
    await expectAccessible(theirs);
    await theirs.getByRole("button", { name: "Go on" }).click();
    await expect(theirs.getByLabel("Reason")).toHaveAccessibleDescription("Say why in a few words.");
    await theirs.getByLabel("Reason").fill("Asked for in the Miller case");
    await theirs.getByRole("button", { name: "Go on" }).click();
    await expect(theirs.getByRole("heading", { name: "Lease of the beacon" })).toBeVisible();
    await expect(theirs.getByText(/opened the envelope .* “Asked for in the Miller case”/)).toBeVisible();
  } finally {
    await settle(false);
  }
  await theirs.context().close();
});

test("a report is run and leads to what it tells of; an access review ends as a record", async ({ page }) => {
  await page.goto("/reports");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Run Who has access" }).click();
  await page.getByRole("button", { name: "Run the report" }).click();
  const made = page.getByRole("list", { name: "Reports made" });
  const access = made.getByRole("link", { name: "Who has access", exact: true });
  await expect(access.first()).toBeVisible({ timeout: 60_000 });
  const { file } = await kept(page, () =>
    made
      .getByRole("link", { name: /^PDF Who has access/ })
      .first()
      .click(),
  );
  expect(execFileSync("pdfsig", [file], { encoding: "utf8" })).toContain("Signature is Valid.");
  await access.first().click();
  await expect(page.getByText("Olivia Owner").first()).toBeVisible();
  await expectAccessible(page);

  await page.goto("/reports/review");
  await page.getByRole("button", { name: "Begin a review" }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Begin a review" }).click();
  const members = page.getByRole("list", { name: "Access review" });
  await expect(members.getByRole("listitem").first()).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("button", { name: "End and seal the record" })).toBeDisabled();
  for (const member of await members.getByRole("listitem").all()) {
    await member.getByRole("button", { name: "Confirm" }).click();
    // Whoever may do a lot stays with a reason.
    const dialog = page.getByRole("dialog");
    const confirmed = member.getByText("Confirmed");
    await expect(dialog.or(confirmed).first()).toBeVisible();
    if (await dialog.isVisible()) {
      await dialog.getByLabel("Reason").fill("Works here, seen on Monday");
      await dialog.getByRole("button", { name: "Confirm" }).click();
    }
    await expect(confirmed).toBeVisible();
  }
  await page.getByRole("button", { name: "End and seal the record" }).click();
  await page.getByRole("link", { name: "Record" }).first().click();
  await expect(page.getByRole("heading", { name: "Access review" })).toBeVisible();
  await expect(page.getByText("confirmed").first()).toBeVisible({ timeout: 60_000 });
  await page.setViewportSize(DEVICES.phone.viewport);
  await expectAccessible(page);
});
