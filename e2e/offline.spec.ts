import { execFileSync } from "node:child_process";
import type { BrowserContext, Page, TestInfo } from "@playwright/test";
import {
  DEVICES,
  type Envelope,
  expect,
  expectAccessible,
  nextStep,
  OWNER,
  signIn,
  test,
} from "./fixtures.ts";

test.use(DEVICES.phone);

const bar = (page: Page) => page.getByRole("region", { name: "Next step" });

/** Opens the link, touches the page, and waits until all that is needed lies on the device. */
async function opens(page: Page, envelope: Envelope, name: string): Promise<void> {
  await page.goto(await envelope.linkFor(name));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await expect(bar(page)).toHaveAttribute("data-offline", "ready", { timeout: 30_000 });
}

/** Signs with the network away; the page is loaded again in between, from the device alone. */
async function signsAway(page: Page, context: BrowserContext): Promise<void> {
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("region", { name: "Page 1 of 2" })).toBeVisible();
  // What was done before lies on the device, and is read from there first.
  await expect(nextStep(page)).toContainText("Sign");
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.getByRole("radio", { name: "Style 2 of 5" }).check();
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(page.getByText("Saved on this device", { exact: true })).toBeVisible();
  await expect(page.getByText("No connection. Go on")).toBeVisible();
  await page
    .getByRole("dialog", { name: "Review your answers" })
    .getByRole("button", { name: "Finish" })
    .click();
  await expect(page.getByRole("heading", { name: "Done on this device, not sent yet" })).toBeFocused();
  await expectAccessible(page);
}

async function auditTrail(page: Page, envelope: Envelope, info: TestInfo): Promise<string> {
  await envelope.isCompleted();
  await page.goto(envelope.address);
  const link = page.getByRole("link", { name: "Audit trail PDF" });
  await expect(link).toBeVisible({ timeout: 60_000 });
  const download = page.waitForEvent("download");
  await link.click();
  const file = info.outputPath("audit-trail.pdf");
  await (await download).saveAs(file);
  return execFileSync("pdftotext", [file, "-"], { encoding: "utf8" }).replaceAll(/\s+/g, " ");
}

/** Nothing of a kit is left in this browser. */
async function leftOn(page: Page): Promise<unknown> {
  return page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
}

test("signed without a network, sent when it is back, sealed by the server, with both clocks on paper", async ({
  page,
  context,
  browser,
  server,
}, info) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await opens(page, envelope, "Ana Ruiz");
  await signsAway(page, context);
  expect((await envelope.events()).map(({ type }) => type)).not.toContain("recipient.signed");

  await context.setOffline(false);
  await expect(page.getByRole("heading", { name: "You have signed “Mutual NDA”" })).toBeVisible();
  await expect.poll(() => leftOn(page)).toEqual({ databases: [], caches: [], workers: 0 });

  const desk = await (await browser.newContext()).newPage();
  await signIn(desk, OWNER);
  const text = await auditTrail(desk, envelope, info);
  expect(text).toContain("Recorded on a device without a network");
  expect(text).toMatch(/device \d+ \w+ \d{4}/);
  expect(text).not.toContain("Captured, not applied");
  await desk.context().close();
});

/** The network goes before anybody opened the sheet in which a signature is made. */
async function adoptsAway(page: Page): Promise<void> {
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.getByRole("radio", { name: "Style 3 of 5" }).check({ timeout: 20_000 });
  await expectAccessible(page);
  await adopt.getByRole("tab", { name: "Draw" }).click();
  await adopt.getByRole("tab", { name: "Type" }).click();
  await adopt.getByRole("radio", { name: "Style 3 of 5" }).check({ timeout: 20_000 });
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(page.getByText("Saved on this device", { exact: true })).toBeVisible();
}

test("whoever loses the network right after the consent still makes a signature", async ({
  page,
  context,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await opens(page, envelope, "Ana Ruiz");
  await context.setOffline(true);
  await adoptsAway(page);
});

test("who is quicker than the search for what lies on the device is shown it as soon as it is found", async ({
  page,
  context,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await opens(page, envelope, "Ana Ruiz");
  // As on a device that has much else to do.
  await page.addInitScript(() => {
    const look = indexedDB.databases.bind(indexedDB);
    let isFirst = true;
    indexedDB.databases = async () => {
      if (isFirst) await new Promise((resolve) => setTimeout(resolve, 4_000));
      isFirst = false;
      return look();
    };
  });
  await context.setOffline(true);
  await page.reload();
  await adoptsAway(page);
});

test("styles of a name come by themselves when the network does", async ({ page, context, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.getByRole("radio", { name: "Style 1 of 5" }).waitFor();
  await context.setOffline(true);
  await adopt.getByLabel("Your name").fill("Ana Maria Ruiz");
  await expect(
    adopt.getByText(/^(There is no connection|Without a connection only your name)/),
  ).toBeVisible();
  await context.setOffline(false);
  await expect(adopt.getByText(/^(There is no connection|Without a connection only your name)/)).toBeHidden();
  await adopt.getByRole("radio", { name: "Style 1 of 5" }).check();
});

test("signed elsewhere meanwhile: captured, not applied, and both sides are told why", async ({
  page,
  context,
  browser,
  server,
}, info) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }] });
  await opens(page, envelope, "Ana Ruiz");
  await signsAway(page, context);
  await envelope.isFinishedBy("Ana Ruiz");
  await context.setOffline(false);
  await expect(page.getByRole("heading", { name: "Captured, not applied" })).toBeVisible();
  await expect(page.getByText("By then you had finished on another device.")).toBeVisible();
  await expect.poll(() => leftOn(page)).toEqual({ databases: [], caches: [], workers: 0 });

  const desk = await (await browser.newContext()).newPage();
  await signIn(desk, OWNER);
  await desk.goto(envelope.address);
  const kept = desk.getByRole("list", { name: "Without a network" });
  await expect(kept).toContainText("they had finished on another device");
  await expect(kept).toContainText("Pressed Finish");
  await expectAccessible(desk);
  // Side by side: what the device has, and what the document holds.
  await expect(kept.getByText("What was captured, beside what is so")).toBeVisible();
  await expect(kept.getByRole("img", { name: "Signature" })).toHaveCount(2);
  await kept.getByRole("button", { name: "Settle for Ana Ruiz" }).click();
  const settle = desk.getByRole("dialog", { name: "Settle what Ana Ruiz did without a network" });
  await expect(settle.getByRole("radio")).toHaveCount(2);
  await settle.getByRole("button", { name: "Settle" }).click();
  await expect(settle.getByRole("alert")).toContainText("Say why you settle it so");
  await expectAccessible(desk);
  await settle.getByRole("radio", { name: "Close" }).check();
  await settle.getByRole("textbox", { name: "Reason" }).fill("Signed online the same day");
  await settle.getByRole("button", { name: "Settle" }).click();
  await expect(kept.getByText("Settled", { exact: true })).toBeVisible();
  await expect(kept).toContainText("Reason: “Signed online the same day”");

  await envelope.isFinishedBy("Ben Okafor");
  const text = await auditTrail(desk, envelope, info);
  expect(text).toContain("Captured, not applied: the person had finished elsewhere");
  await desk.context().close();
});

test("an answer that has no room is named with its page when the network is back, and mended", async ({
  page,
  context,
  server,
}) => {
  const envelope = await server.sends({
    to: [
      {
        name: "Ana Ruiz",
        fields: [
          { type: "text", box: [0.1, 0.2, 0.2, 0.025], label: "Remark" },
          { type: "signature", page: 1, box: [0.1, 0.5, 0.3, 0.05] },
        ],
      },
    ],
  });
  await opens(page, envelope, "Ana Ruiz");
  await context.setOffline(true);
  const remark = page.getByRole("textbox", { name: /^Remark/ });
  await remark.fill("far too long for the place ".repeat(20));
  await remark.blur();
  await expect(page.getByText("Saved on this device", { exact: true })).toBeVisible();
  await signsAway(page, context);
  await context.setOffline(false);
  const alert = page.getByRole("alert").filter({ hasText: "Put these right, then finish again" });
  await expect(alert).toBeVisible();
  await expectAccessible(page);
  await alert.getByRole("button", { name: /^Remark on page 1: / }).click();
  await expect(remark).toBeFocused();
  await expect(remark).toHaveValue(/^far too long/);
  await remark.fill("Short");
  await nextStep(page).click();
  await page
    .getByRole("dialog", { name: "Review your answers" })
    .getByRole("button", { name: "Finish" })
    .click();
  await expect(page.getByRole("heading", { name: "You have signed “Mutual NDA”" })).toBeVisible();
  expect((await envelope.events()).map(({ type }) => type)).toContain("recipient.signed");
});

/** Changes what lies on the device, as somebody could who has it in hand: sealed anew, by the kit's own key. */
async function changesKit(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const as = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await as(indexedDB.open("whereof-offline"));
    const [kit] = await as(database.transaction("kits").objectStore("kits").getAll());
    const files = await as(database.transaction("files").objectStore("files").getAll());
    const file = files.find(({ type }) => String(type).startsWith("text/html"));
    const additionalData = new TextEncoder().encode(file.name);
    const open = { name: "AES-GCM", iv: file.iv, additionalData };
    const html = new TextDecoder().decode(await crypto.subtle.decrypt(open, kit.aesKey, file.data));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const changed = new TextEncoder().encode(html.replaceAll("Mutual NDA", "Mutual LOAN"));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, kit.aesKey, changed);
    const transaction = database.transaction("files", "readwrite");
    transaction.objectStore("files").put({ ...file, iv, data });
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    database.close();
  });
}

test("a kit that was changed on the device is not opened, and says so in words", async ({
  page,
  context,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await opens(page, envelope, "Ana Ruiz");
  await changesKit(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Documents on this device" })).toBeVisible();
  await expect(page.getByText("Mutual LOAN")).toHaveCount(0);
  await expect(
    page.getByRole("alert").filter({ hasText: "was changed after it was put there" }),
  ).toBeVisible();
  await expectAccessible(page);
  await context.setOffline(false);
  await page.getByRole("link", { name: "Open" }).click();
  await expect(bar(page)).toBeVisible();
  await expect
    .poll(async () => (await envelope.events()).map(({ type }) => type))
    .toContain("offline-kit.changed");
});

/** Everything this browser keeps in databases, as Latin-1 text. */
async function keptText(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const as = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const said: string[] = [];
    const read = (value: unknown): void => {
      if (value instanceof ArrayBuffer) said.push(new TextDecoder("latin1").decode(value));
      else if (ArrayBuffer.isView(value)) read(value.buffer);
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(read);
      else said.push(String(value));
    };
    for (const { name } of await indexedDB.databases()) {
      const database = await as(indexedDB.open(name!));
      for (const store of database.objectStoreNames)
        read(await as(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    return said.join("\n");
  });
}

test("a file given without a network lies encrypted on the device, and goes with the rest", async ({
  page,
  context,
  server,
}) => {
  const envelope = await server.sends({
    to: [
      {
        name: "Ana Ruiz",
        fields: [
          { type: "attachment", box: [0.1, 0.2, 0.4, 0.04], label: "Proof of income" },
          { type: "signature", page: 1, box: [0.1, 0.5, 0.3, 0.05] },
        ],
      },
    ],
  });
  await opens(page, envelope, "Ana Ruiz");
  await context.setOffline(true);
  const file = page.locator("input[data-file]");
  const proof = (size: number) => ({
    ...{ name: "Payslip.pdf", mimeType: "application/pdf" },
    buffer: Buffer.from("%PDF-1.4\nSECRET-WAGES".padEnd(size, " ")),
  });
  await file.setInputFiles(proof(10 * 1024 * 1024 + 1));
  await expect(page.getByText("Without a connection a file can have up to 10 MB")).toBeVisible();
  await file.setInputFiles(proof(40));
  await expect(page.getByRole("button", { name: /^Proof of income, .*: Payslip\.pdf$/ })).toBeVisible();
  await expect(page.getByText("Saved on this device", { exact: true })).toBeVisible();
  const kept = await keptText(page);
  expect(kept.length).toBeGreaterThan(1_000);
  expect(kept).not.toContain("SECRET-WAGES");
  expect(kept).not.toContain("Payslip");

  await signsAway(page, context);
  await expect(page.getByRole("button", { name: /^Proof of income, .*: Payslip\.pdf$/ })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("heading", { name: "You have signed “Mutual NDA”" })).toBeVisible();
  await expect.poll(() => leftOn(page)).toEqual({ databases: [], caches: [], workers: 0 });
  const types = (await envelope.events()).map(({ type }) => type);
  const last = ["offline-file.received", "file.attached", "recipient.signed"];
  expect(types.filter((type) => last.includes(type))).toEqual(last);
});
