import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, OWNER, ownerTest as test } from "./fixtures.ts";
import { getIn, invite, linkMailedTo } from "./members.ts";

const PASSWORD = "seven quiet lamps by the weir";

/** Presses a button, answers its dialog, and confirms. */
async function answer(
  page: Page,
  button: string,
  values: Readonly<Record<string, string>>,
  confirm = button,
) {
  await page.getByRole("button", { name: button, exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await expectAccessible(page);
  for (const [label, value] of Object.entries(values)) {
    const field = dialog.getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else if ((await field.getAttribute("type")) === "checkbox") await field.check();
    else await field.fill(value);
  }
  await dialog.getByRole("button", { name: confirm, exact: true }).click();
}

test("a private key is handed out with the approval of two others, once, and reviewed", async ({
  browser,
  page,
  server,
}, info) => {
  test.setTimeout(240_000);
  const stamp = Date.now().toString(36);
  const sent = await server.sends({ to: [{ name: "Ana Ruiz" }], title: `Makes a seal key ${stamp}` });
  await sent.isFinishedBy("Ana Ruiz");
  await sent.isCompleted();
  const newcomer = async (name: string, role: string) => {
    const person = { name, email: `${name.split(" ")[0]!.toLowerCase()}.${stamp}@example.com` };
    await invite(page, person, role);
    const own = await getIn(browser, await linkMailedTo(page, person.email));
    await own.goto("/account");
    await own.getByLabel("New password").fill(PASSWORD);
    await own.getByRole("button", { name: "Set password" }).click();
    await expect(own.getByText("Your password is set.")).toBeVisible();
    return own;
  };
  const ida = await newcomer("Ida Itkin", "Administrator");
  const lea = await newcomer("Lea Lawson", "Counsel");
  const own = { "Your password": OWNER.password };
  const theirs = { "Your password": PASSWORD };

  await page.goto("/keys/runbooks");
  await expect(page.getByText(/Nobody can ask for a private key before a runbook/)).toBeVisible();
  const publish = (what: Readonly<Record<string, string>>) =>
    answer(page, "Publish a version for exports", what, "Publish");
  const transfer = { "Way of transfer": "Download over TLS; the passphrase by telephone" };
  await publish({
    ...{ [OWNER.name]: "yes", "Lea Lawson": "yes", ...transfer },
    "What is verified": "Compare the SHA-256\nSeal the bag",
  });
  await expect(page.getByText("Version 1", { exact: false }).first()).toBeVisible();
  await publish({ "What is verified": "Compare the SHA-256\nLoad into the HSM" });
  await expect(page.getByRole("button", { name: "Compare" })).toBeVisible();
  await page.getByRole("button", { name: "Compare" }).click();
  const differences = page.getByRole("list", { name: "What is different" });
  await expect(differences.getByText("Seal the bag")).toBeVisible();
  await expect(differences.getByText("Load into the HSM")).toBeVisible();
  await expectAccessible(page);

  await page.goto("/certificates");
  await page.getByRole("link", { name: "Private keys" }).click();
  await expect(page.getByText("Handing out private keys is switched off.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Ask for this key" })).toHaveCount(0);
  await answer(page, "Switch on requests", { "Your password": "not it at all, no" });
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Your password").fill(OWNER.password);
  await page.getByRole("dialog").getByRole("button", { name: "Switch on requests" }).click();
  await expect(page.getByText("Private keys may be asked for.")).toBeVisible();
  await expectAccessible(page);

  await answer(
    page,
    "Ask for this key",
    {
      ...{ Scenario: "Migration", "Business reason": "The seal moves to Delft", Destination: "HSM in Delft" },
      ...{ "Recipient of the file": OWNER.name, "Lea Lawson": "yes", Contract: "MSA 2026-114" },
    },
    "Ask",
  );
  await expect(page.getByRole("heading", { name: "Migration: HSM in Delft" })).toBeVisible();
  const address = page.url();
  await expect(page.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
  await expectAccessible(page);

  await ida.goto(address);
  await answer(ida, "Approve for IT", theirs, "Approve");
  await expect(ida.getByText(/Ida Itkin/).first()).toBeVisible();
  await expect(ida.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
  await lea.goto(address);
  await answer(lea, "Approve for Legal", theirs, "Approve");
  await expect(lea.getByText("Ready to take")).toBeVisible({ timeout: 30_000 });
  await expect(lea.getByRole("button", { name: "Download key" })).toHaveCount(0);

  await page.reload();
  await expect(page.getByRole("button", { name: "Show passphrase" })).toHaveCount(0);
  await lea.getByRole("link", { name: "Passphrases" }).click();
  await answer(lea, "Show passphrase HSM in Delft", theirs, "Show it");
  const shown = lea.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
  const passphrase = (await shown.textContent())!;
  await expectAccessible(lea);
  await lea.reload();
  await expect(lea.getByText(passphrase)).toHaveCount(0);
  await expect(lea.getByText(/Seen by/)).toBeVisible();
  const download = page.waitForEvent("download");
  await answer(page, "Download key", own, "Download");
  const file = info.outputPath("key.pfx");
  await (await download).saveAs(file);
  const opened = execFileSync("openssl", ["pkcs12", "-in", file, "-passin", `pass:${passphrase}`, "-nodes"]);
  expect(opened.toString()).toContain("BEGIN PRIVATE KEY");
  await expect(page.getByRole("button", { name: "Download key" })).toHaveCount(0);
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  await answer(page, "Confirm receipt", { "SHA-256 of the file": sha256 }, "Confirm");
  await expect(page.getByText("Received", { exact: true }).first()).toBeVisible();
  await answer(
    page,
    "Record a hand-over",
    {
      ...{ "Given by": "Olivia Brandt", "Given to": "Key room in Delft" },
      ...{ Day: new Date().toISOString().slice(0, 10), "Kept where": "Safe 4, bag 118", How: "By hand" },
      "What for": "Loading into the HSM",
    },
    "Record",
  );
  await expect(page.getByText("Safe 4, bag 118")).toBeVisible();
  await lea.goto(address);
  await answer(lea, "Review", { "What you found": "In the HSM; the file is gone." }, "Sign off");
  await expect(lea.getByText("Reviewed", { exact: true }).first()).toBeVisible();
  await expect(lea.getByText(/lines hold: none was changed or taken out/)).toBeVisible();
  await expectAccessible(lea);
  const pdf = await lea.pdf({ format: "A4" });
  expect(pdf.length).toBeGreaterThan(10_000);
});
