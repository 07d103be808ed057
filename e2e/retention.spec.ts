import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, OWNER, ownerTest as test } from "./fixtures.ts";
import { getIn, invite, linkMailedTo } from "./members.ts";

/** Presses a button, answers its dialog, and confirms. */
async function answer(
  page: Page,
  button: string | RegExp,
  values: Readonly<Record<string, string>>,
  confirm: string,
) {
  await page.getByRole("button", { name: button, exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await expectAccessible(page);
  for (const [label, value] of Object.entries(values)) {
    const field = dialog.getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
  await dialog.getByRole("button", { name: confirm, exact: true }).click();
}

test("what is over is destroyed when two people let it, a hold stops it, and its page says what is left", async ({
  browser,
  page,
  server,
}, info) => {
  test.setTimeout(240_000);
  const stamp = Date.now().toString(36);
  const [old, disputed] = [
    await server.sends({ to: [{ name: "Ana Ruiz" }], title: `Old lease ${stamp}` }),
    await server.sends({ to: [{ name: "Ben Okafor" }], title: `Disputed lease ${stamp}` }),
  ];
  await old.isFinishedBy("Ana Ruiz");
  await disputed.isFinishedBy("Ben Okafor");
  await old.isCompleted();
  await disputed.isCompleted();
  const lea = { name: "Lea Lawson", email: `lea.${stamp}@example.com` };
  await invite(page, lea, "Counsel");
  const counsel = await getIn(browser, await linkMailedTo(page, lea.email));

  await page.goto("/organization");
  await page.getByRole("link", { name: "Retention", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Retention schedule" })).toBeVisible();
  await expect(page.getByText("7 years · Standard").first()).toBeVisible();
  const name = `Leases ${stamp}`;
  const basis = "Limitation of claims from a lease";
  await answer(page, "Add class", { Name: name, Years: "8", "Law or contract": basis }, "Add class");
  await expect(page.getByText("Kept 8 years after completion")).toBeVisible();
  await expectAccessible(page);

  await old.isOverFor(7);
  await page.goto(old.address);
  await expect(page.getByText("Kept 7 years (Standard)")).toBeVisible();
  await expect(page.getByText("It is in the queue of what comes up.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Change class" })).toBeVisible();
  const signed = await page
    .getByRole("link", { name: "Download signed copy" })
    .or(page.locator("a[href$='/current']"))
    .first()
    .getAttribute("href");

  await counsel.getByRole("link", { name: "Proof", exact: true }).click();
  await counsel.getByRole("link", { name: "Retention", exact: true }).first().click();
  await counsel.getByRole("link", { name: /^Holds/ }).click();
  await expectAccessible(counsel);
  const hold = {
    ...{ Matter: `Okafor v. Harbour ${stamp}`, "What it covers": "envelope", Reason: "A claim was filed" },
    "Number of the envelope": disputed.shortId,
  };
  await answer(counsel, "Place hold", hold, "Place hold");
  await expect(counsel.getByText(`Envelope ${disputed.shortId} · 1 envelope`)).toBeVisible();
  await disputed.isOverFor(7);
  await counsel.goto(disputed.address);
  await expect(counsel.getByText("A legal hold covers this envelope since")).toBeVisible();
  await expect(counsel.getByRole("link", { name: `Okafor v. Harbour ${stamp}` })).toBeVisible();
  await expectAccessible(counsel);

  await counsel.goto("/retention/queue");
  await expect(counsel.getByText(disputed.shortId)).toHaveCount(0);
  await expectAccessible(counsel);
  await counsel.getByRole("checkbox", { name: `Choose ${old.shortId}` }).check();
  await counsel.getByRole("button", { name: "Let 1 through" }).click();
  await expect(counsel.getByText("Let through by you: somebody else has to be the second")).toBeVisible();
  await expect(counsel.getByRole("checkbox", { name: `Choose ${old.shortId}` })).toBeDisabled();

  await page.goto("/retention/queue");
  await page.getByRole("checkbox", { name: `Choose ${old.shortId}` }).check();
  await answer(page, "Destroy 1 envelope", { "Your password": "not it at all, no" }, "Destroy");
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Your password").fill(OWNER.password);
  await page.getByRole("dialog").getByRole("button", { name: "Destroy", exact: true }).click();
  await expect(page.getByText("1 envelope is let through")).toBeVisible();

  await expect(async () => {
    await page.goto(old.address);
    await expect(page.getByRole("heading", { name: `${old.shortId} was destroyed` })).toBeVisible();
    await expect(page.getByRole("link", { name: "Certificate of destruction" })).toBeVisible({
      timeout: 1_000,
    });
  }).toPass({ timeout: 60_000 });
  await expectAccessible(page);
  await expect(page.getByText("Ana Ruiz")).toHaveCount(0);
  await expect(page.getByText(/Old lease/)).toHaveCount(0);
  // An old link to the file leads a person to what is left, and tells a program.
  expect((await page.request.get(signed!)).status()).toBe(410);
  await page.goto(signed!);
  await expect(page.getByRole("heading", { name: `${old.shortId} was destroyed` })).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Certificate of destruction" }).click(),
  ]);
  const file = info.outputPath("destruction.pdf");
  await download.saveAs(file);
  execFileSync("qpdf", ["--check", file]);
  expect(readFileSync(file, "latin1")).toContain("ETSI.RFC3161");
  await page.setViewportSize(DEVICES.phone.viewport);
  for (const address of [
    "/retention",
    "/retention/holds",
    "/retention/queue",
    "/retention/destroyed",
    "/retention/checks",
    "/retention/renewals",
    old.address,
  ]) {
    await page.goto(address);
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(overflows, `${address} on a phone`).toBe(false);
    await expectAccessible(page);
  }
});

test("who keeps something for a hold is told by mail and answers; two people release the hold", async ({
  browser,
  page,
  server: _,
}) => {
  test.setTimeout(240_000);
  const stamp = Date.now().toString(36);
  const lea = { name: "Lea Lawson", email: `lea.hold.${stamp}@example.com` };
  const cora = { name: "Cora Lind", email: `cora.${stamp}@example.com` };
  await invite(page, lea, "Counsel");
  const counsel = await getIn(browser, await linkMailedTo(page, lea.email));
  await counsel.goto("/retention/holds");
  const matter = `Ruiz v. Harbour ${stamp}`;
  const hold = { Matter: matter, "What it covers": "title", Reason: "A claim was filed" };
  await answer(counsel, "Place hold", { ...hold, "Words of the title": `lease ${stamp}` }, "Place hold");
  const row = counsel.getByRole("listitem").filter({ hasText: matter });
  await expect(row.getByText("Silent: nobody is told")).toBeVisible();
  await answer(counsel, `Add custodian ${matter}`, { Name: cora.name, "E-mail address": cora.email }, "Add");
  await expect(row.getByText("Not told", { exact: true })).toBeVisible();
  const words = "Keep every lease of 12B and all mails about it.";
  await answer(counsel, `Write notice ${matter}`, { "What custodians are told": words }, "Write and mail");
  await expect(row.getByText("Waiting for an answer")).toBeVisible();
  await expectAccessible(counsel);

  const link = await linkMailedTo(page, cora.email, "", /\/hold-notice\//);
  const elsewhere = await browser.newContext({ ...DEVICES.phone, storageState: undefined });
  const custodian = await elsewhere.newPage();
  await custodian.goto(link);
  await expect(custodian.getByText(words)).toBeVisible();
  await expectAccessible(custodian);
  await custodian.getByRole("button", { name: "I have read this and will keep it" }).click();
  await expect(custodian.getByText("You have acknowledged this")).toBeVisible();
  await counsel.reload();
  await expect(row.getByText("Acknowledged", { exact: true })).toBeVisible();

  await answer(counsel, "Ask for release", { "Reason for the release": "Settled" }, "Ask for release");
  await expect(row.getByText("somebody else has to confirm it")).toBeVisible();
  await expect(row.getByRole("button", { name: "Confirm release" })).toHaveCount(0);
  await page.goto("/retention/holds");
  const owners = page.getByRole("listitem").filter({ hasText: matter });
  await owners.getByRole("button", { name: "Confirm release" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Release hold", exact: true }).click();
  await expect(owners.getByText("Released by Lea Lawson, Olivia Owner: “Settled”")).toBeVisible();
  await custodian.reload();
  await expect(custodian.getByRole("heading", { name: "This hold is over" })).toBeVisible();
  await expectAccessible(custodian);
});

test("what a hold would cover is shown before it is placed, also on a tag or on days", async ({
  page,
  server,
}) => {
  const stamp = Date.now().toString(36);
  await server.holdsDrafts([`Berth ${stamp}`]);
  await page.setViewportSize(DEVICES.phone.viewport);
  await page.goto("/retention/holds");
  await page.getByRole("button", { name: "Place hold" }).click();
  const dialog = page.getByRole("dialog");
  const show = dialog.getByRole("button", { name: "Show what it matches" });
  await dialog.getByLabel("What it covers").selectOption("tag");
  await dialog.getByLabel("Tag", { exact: true }).fill(`none ${stamp}`);
  await show.click();
  await expect(dialog.getByText("Nothing matches now.")).toBeVisible();
  await dialog.getByLabel("What it covers").selectOption("words");
  await dialog.getByLabel("Words", { exact: true }).fill(`berth ${stamp}`);
  await dialog.getByLabel("From", { exact: true }).fill("2001-01-02");
  await dialog.getByLabel("Until", { exact: true }).fill("2001-01-01");
  await show.click();
  await expect(dialog.getByText("The last day is before the first.")).toBeVisible();
  await dialog.getByLabel("Until", { exact: true }).fill("");
  await expect(async () => {
    await show.click();
    await expect(dialog.getByText("1 envelope matches now.")).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(dialog.getByText(`Berth ${stamp}`)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel("Matter").fill(`Berth case ${stamp}`);
  await dialog.getByLabel("Reason").fill("A claim was filed");
  await dialog.getByRole("button", { name: "Place hold" }).click();
  const row = page.getByRole("listitem").filter({ hasText: `Berth case ${stamp}` });
  await expect(
    row.getByText(`Everything in which “berth ${stamp}” is found, from 2001-01-02 on · 1 envelope`),
  ).toBeVisible();
});

test("a rule gives a class to envelopes, and their pages say why", async ({ page, server }) => {
  const stamp = Date.now().toString(36);
  const name = `Berths ${stamp}`;
  const address = `ana.${stamp}@harbour-${stamp}.example`;
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", email: address }] });
  await page.goto("/retention");
  const basis = "Limitation of claims";
  await answer(page, "Add class", { Name: name, Years: "30", "Law or contract": basis }, "Add class");
  const row = page.getByRole("listitem").filter({ hasText: name }).first();
  await expect(row).toBeVisible();
  const company = {
    "The envelope": "person",
    "E-mail address, or the domain of a company": `harbour-${stamp}.example`,
  };
  await answer(page, `Add rule ${name}`, company, "Add rule");
  await expect(row.getByText(`Sent to harbour-${stamp}.example`).first()).toBeVisible();
  await page.setViewportSize(DEVICES.phone.viewport);
  await expectAccessible(page);
  await page.goto(envelope.address);
  await expect(page.getByText(`Kept 30 years (${name})`)).toBeVisible();
  await expect(page.getByText(`By a rule: it was sent to harbour-${stamp}.example.`)).toBeVisible();
  await page.goto("/retention");
  await row.getByRole("button", { name: /^Remove/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(row.getByText(`Sent to harbour-${stamp}.example`)).toHaveCount(0);
});

test("what a class wants looked at stands in the queue until somebody has, and then for a second person", async ({
  page,
  server,
}) => {
  test.setTimeout(120_000);
  const stamp = Date.now().toString(36);
  const [one, other] = [
    await server.sends({ to: [{ name: "Ana Ruiz" }], title: `Claim ${stamp}` }),
    await server.sends({ to: [{ name: "Ana Ruiz" }], title: `Deed ${stamp}` }),
  ];
  for (const envelope of [one, other]) {
    await envelope.isFinishedBy("Ana Ruiz");
    await envelope.isCompleted();
  }
  await page.goto("/retention");
  const basis = "Somebody has to look first";
  const add = (name: string, action: string) =>
    answer(
      page,
      "Add class",
      { Name: name, "When the time is over": action, "Law or contract": basis },
      "Add class",
    );
  const [claims, records] = [`Claims ${stamp}`, `Records ${stamp}`];
  await add(claims, "review");
  const row = page.getByRole("listitem").filter({ hasText: claims });
  await expect(row.getByText("Then somebody looks at it: it is kept on, or destroyed.")).toBeVisible();
  await add(records, "hand-over");
  await expect(page.getByRole("listitem").filter({ hasText: records })).toBeVisible();
  for (const [envelope, name] of [
    [one, claims],
    [other, records],
  ] as const) {
    await page.goto(envelope.address);
    await page.getByRole("button", { name: "Change class" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Class").selectOption({ label: `${name} (7 years)` });
    await dialog.getByRole("button", { name: "Save class" }).click();
    await expect(page.getByText("Class saved")).toBeVisible();
    await envelope.isOverFor(7);
  }
  await page.goto("/retention/queue");
  const look = page.getByRole("region", { name: "To be looked at" });
  await expect(look.getByText(one.shortId).first()).toBeVisible();
  await expectAccessible(page);
  await look.getByRole("button", { name: `Let it be destroyed ${one.shortId}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Let through" }).click();
  const second = page.getByRole("region", { name: "Waiting for a second person" });
  await expect(second.getByText(one.shortId).first()).toBeVisible();
  const handOver = page.getByRole("region", { name: "To be handed over" });
  await handOver.getByRole("button", { name: `Handed over ${other.shortId}` }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByLabel("To whom").fill("State Archives, Boston");
  await page.getByRole("dialog").getByRole("button", { name: "Record, and let through" }).click();
  await expect(second.getByText("Handed over to State Archives, Boston.")).toBeVisible();
  await page.setViewportSize(DEVICES.phone.viewport);
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(overflows).toBe(false);
  await expectAccessible(page);
});
