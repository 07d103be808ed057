import { readFileSync } from "node:fs";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

test("a table is brought, put right, started and followed, and its people are known afterwards", async ({
  page,
  server,
}, info) => {
  const stamp = `${Date.now().toString(36)}${info.workerIndex}`;
  const title = `Lease ${stamp}`;
  await server.holdsBulkDraft(title);
  await page.goto("/bulk/new");
  const source = page.getByLabel("What is sent");
  const option = source.getByRole("option", { name: title });
  await source.selectOption((await option.getAttribute("value"))!);
  const rows = [
    `Ana ${stamp};ana.${stamp}@example.com;1200`,
    `Ben ${stamp};ben at example;1300`,
    `Cy ${stamp};cy.${stamp}@example.com;1400`,
  ];
  await page.getByLabel("Table", { exact: true }).setInputFiles({
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`\ufeffSigner;E-mail;Monthly\r\n${rows.join("\r\n")}\r\n`),
  });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Read the table" }).click();

  await expect(page.getByText("2 rows are ready")).toBeVisible();
  await expect(page.getByText("1 row has something wrong")).toBeVisible();
  await expect(page.getByText("E-mail: This is not an e-mail address.")).toBeVisible();
  await page.getByLabel("Goes to: Monthly").selectOption({ label: "field “Rent”" });
  await page.getByRole("button", { name: "Check the rows again" }).click();
  await expect(page.getByText("1200.00").first()).toBeVisible();
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download rows to fix" }).click(),
  ]);
  expect(readFileSync((await download.path())!, "utf8")).toContain(
    `"ben at example","1300","E-mail: This is not`,
  );

  await page.getByLabel("Invitations a minute").fill("600");
  await page.getByRole("button", { name: "Start sending 2 envelopes" }).click();
  await expect(page.getByText("2 of 2 sent")).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  await page.getByRole("link", { name: new RegExp(`Cy ${stamp}`) }).click();
  await expect(page.getByRole("heading", { name: title })).toBeVisible();

  // What was sent is found by its people.
  await page.goto(`/envelopes?q=${encodeURIComponent(`ana ${stamp}`)}`);
  await expect(page.getByRole("link", { name: title })).toHaveCount(1);
  await page.getByRole("link", { name: "Drafts" }).click();
  await expect(page.getByRole("link", { name: "Drafts" })).toHaveAttribute("aria-current", "page");
});

test("people who are given a link get no mail, and their links come in the table", async ({
  page,
  server,
  browser,
}, info) => {
  const stamp = `${Date.now().toString(36)}${info.workerIndex}g`;
  const title = `Lease ${stamp}`;
  await server.holdsBulkDraft(title, { isGivenLink: true });
  await page.goto("/bulk/new");
  const source = page.getByLabel("What is sent");
  const option = source.getByRole("option", { name: title });
  await source.selectOption((await option.getAttribute("value"))!);
  await page.getByLabel("Table", { exact: true }).setInputFiles({
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`Signer,E-mail,Rent\nAna ${stamp},ana.${stamp}@example.com,1200\n`),
  });
  await page.getByRole("button", { name: "Read the table" }).click();
  await expect(page.getByText("Person 1 will get no mail")).toBeVisible();
  await page.getByRole("button", { name: "Start sending 1 envelope" }).click();
  await expect(page.getByText("1 of 1 sent")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Download links" }).click();
  const dialog = page.getByRole("dialog", { name: "Make the links and download them?" });
  await dialog.getByLabel("Opens for").selectOption({ label: "1 day" });
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Make the links" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("people - links.csv");
  const text = readFileSync((await download.path())!, "utf8");
  const [link] = /http[^"]*\/sign\/[\w-]{43}/.exec(text)!;
  const signer = await (await browser.newContext()).newPage();
  await signer.goto(link);
  await expect(signer.getByRole("button", { name: "Send the code to" })).toBeVisible();
  await signer.context().close();
});

test("pasted rows wait through quiet hours, are paused, go on and are cancelled", async ({
  page,
  server,
}, info) => {
  const stamp = `${Date.now().toString(36)}${info.workerIndex}p`;
  const title = `Lease ${stamp}`;
  await server.holdsBulkDraft(title);
  await page.goto("/bulk/new");
  const source = page.getByLabel("What is sent");
  const option = source.getByRole("option", { name: title });
  await source.selectOption((await option.getAttribute("value"))!);
  await page
    .getByLabel("or paste rows from a spreadsheet")
    .fill(`Signer\tE-mail\tRent\nAna\tana.${stamp}@example.com\t1200\nBen\tben.${stamp}@example.com\t1300`);
  await page.getByRole("button", { name: "Read the table" }).click();
  await expect(page.getByText("2 rows are ready")).toBeVisible();
  const preview = page.getByRole("list", { name: "Preview" }).getByRole("listitem");
  await expect(preview).toHaveCount(2);
  await expect(preview.first().getByRole("img", { name: "Page 1 with the values of line 2" })).toBeVisible();

  await page.getByLabel("Keep quiet hours").check();
  // Whatever the hour, it is quiet now.
  const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  await page.getByLabel("From", { exact: true }).fill(clock(-2));
  await page.getByLabel("Until", { exact: true }).fill(clock(2));
  await page.getByLabel("Time zone of rows that name none").fill("UTC");
  await page.getByRole("button", { name: "Start sending 2 envelopes" }).click();
  await expect(page.getByText("It is quiet in UTC now")).toBeVisible();
  await expect(page.getByText("0 of 2 sent")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel the rest" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the rest" }).click();
  await expect(page.getByText("Cancelled").first()).toBeVisible();
  await expect(page.getByText("0 of 2 sent")).toBeVisible();
});
