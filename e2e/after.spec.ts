import type { Page, TestInfo } from "@playwright/test";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";
import { invite } from "./members.ts";

const stamp = Date.now().toString(36);
const ANA = { name: "Ana Ruiz" };
const BEN = { name: "Ben Okafor" };

/** Fit for everybody on a laptop and on a phone. */
async function look(page: Page, info: TestInfo, name: string) {
  for (const width of [1280, 390]) {
    const { height } = DEVICES[width === 390 ? "phone" : "desktop"].viewport;
    await page.setViewportSize({ width, height });
    await expectAccessible(page);
    await page.screenshot({ path: info.outputPath(`${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(DEVICES.desktop.viewport);
}

test("what was sent is corrected, sent again as new at a set time, copied and shared", async ({
  page,
  server,
}, info) => {
  test.setTimeout(240_000);
  const title = `Lease of the mill ${stamp}`;
  const envelope = await server.sends({ title, to: [ANA, BEN] });
  await envelope.linkFor(ANA.name);

  await test.step("correct", async () => {
    await page.goto(envelope.address);
    const people = page.getByRole("region", { name: "People" });
    await expect(people.getByText("Lies in the Outbox: no mail server is set up")).toBeVisible();
    await page.getByRole("link", { name: "Correct", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Correct the envelope" })).toBeVisible();
    const ana = page.getByRole("group", { name: /^Ana Ruiz/ });
    await ana.getByLabel("E-mail address").fill("ana.ruiz@");
    await page.getByRole("button", { name: "Save and send new links" }).click();
    await expect(
      page.getByText("Enter one e-mail address for everybody, like ada@example.com."),
    ).toBeVisible();
    await ana.getByLabel("E-mail address").fill("ana.maria@example.com");
    await expect(ana.getByText("The link mailed before ends; a new one goes to this address.")).toBeVisible();
    const lastDay = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel("Open until").fill(lastDay);
    await look(page, info, "correct");
    await page.getByRole("button", { name: "Save and send new links" }).click();
    await page.waitForURL(/\/envelopes\/env_\w+$/);
    await expect(people.getByText("ana.maria@example.com")).toBeVisible();
    await expect(
      page.getByText(/corrected Ana Ruiz \(address: \S+ → ana\.maria@example\.com\)/),
    ).toBeVisible();
    await expect(page.getByText(/corrected the envelope \(open until: .+ → .+\)/)).toBeVisible();
  });

  await test.step("send again as new, later", async () => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Send again as new" }).click();
    await page.waitForURL("**/prepare?step=people");
    await expect(page.getByLabel("E-mail address").first()).toHaveValue("ana.maria@example.com");
    await page.getByRole("tab", { name: /Review/ }).click();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Send later").check();
    await dialog.getByLabel("On a clock in").selectOption("Europe/Lisbon");
    const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel("Day and time").fill(`${inAWeek}T09:30`);
    await look(page, info, "send-later");
    await dialog.getByRole("button", { name: "Schedule" }).click();
    const card = page.getByRole("region", { name: "When it goes out" });
    await expect(card.getByText(/^Goes out on .* 09:30 \(UTC/)).toBeVisible();
    await look(page, info, "scheduled");
    await card.getByRole("button", { name: "Another time" }).click();
    await page.getByRole("dialog").getByLabel("Day and time").fill(`${inAWeek}T17:45`);
    await page.getByRole("dialog").getByRole("button", { name: "Schedule" }).click();
    await expect(card.getByText(/^Goes out on .* 17:45 \(UTC/)).toBeVisible();
    await page.goto("/envelopes?view=scheduled");
    const list = page
      .getByRole("list", { name: "Envelopes" })
      .getByRole("listitem")
      .filter({ hasText: title });
    await expect(list).toContainText("Goes out on");
    await look(page, info, "list");
    await list.getByRole("link").click();
    await card.getByRole("button", { name: "Take back to edit" }).click();
    await page.waitForURL("**/prepare?step=review");
    await expect(page.getByText("Everything is there. Look it over, then send.")).toBeVisible();
  });

  await test.step("change documents or fields", async () => {
    const wrong = await server.sends({ title: `Wrong lease ${stamp}`, to: [ANA] });
    await wrong.linkFor(ANA.name);
    await page.goto(wrong.address);
    await page.getByRole("link", { name: "Correct", exact: true }).click();
    await page.getByRole("button", { name: "Change documents or fields" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("A clause was missing");
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw and open the copy" }).click();
    await page.waitForURL("**/prepare?step=fields");
    await page.goto(wrong.address);
    await expect(page.getByText("Withdrawn: “A clause was missing”.").first()).toBeVisible();
  });

  await test.step("send a copy", async () => {
    const finished = await server.sends({ title: `Offer of the mill ${stamp}`, to: [ANA] });
    await finished.isFinishedBy(ANA.name);
    await finished.isCompleted();
    await page.goto(finished.address);
    await page.getByRole("button", { name: "Send a copy" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Full name").fill("Dan Auditor");
    await dialog.getByLabel("E-mail address").fill("dan@audit.example");
    await look(page, info, "copy");
    await dialog.getByRole("button", { name: "Send the copy" }).click();
    const dan = page
      .getByRole("region", { name: "People" })
      .getByRole("listitem")
      .filter({ hasText: "Dan Auditor" });
    await expect(dan).toContainText("Was sent a copy");
  });

  await test.step("share, and hand over", async () => {
    const colleague = { name: `Cora Colleague ${stamp}`, email: `cora.${stamp}@harbourstreet.example` };
    await invite(page, colleague, "sender");
    await page.goto(envelope.address);
    const sheet = page.getByRole("region", { name: "Colleagues" });
    await sheet.getByRole("button", { name: "Share" }).click();
    await page.getByRole("dialog").getByLabel("Colleague").selectOption(colleague.name);
    await page.getByRole("dialog").getByRole("button", { name: "Share" }).click();
    await expect(sheet.getByRole("listitem")).toContainText(`${colleague.name} Reads`);
    await look(page, info, "shared");
    await sheet.getByRole("button", { name: "Hand over" }).click();
    await page.getByRole("dialog").getByLabel("Colleague").selectOption(colleague.name);
    await page.getByRole("dialog").getByRole("button", { name: "Hand over" }).click();
    await page.waitForURL("**/envelopes");
    await page.goto("/members");
    await page.getByRole("link", { name: `Envelopes of ${colleague.name}` }).click();
    await expect(page.getByText("1 envelope", { exact: true })).toBeVisible();
    await look(page, info, "hand-over");
    await page.getByLabel("To whom").selectOption({ index: 0 });
    await page.getByRole("button", { name: "Hand all over" }).click();
    await expect(page.getByText("There is nothing to hand over.")).toBeVisible();
  });
});
