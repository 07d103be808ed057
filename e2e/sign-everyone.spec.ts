import type { Browser, Page } from "@playwright/test";
import { DEVICES, expect, expectAccessible, nextStep, test } from "./fixtures.ts";
import { tabStops } from "./keyboard.ts";

const TITLE = { title: "Mutual NDA" };
const FIELDS = [
  { type: "text", box: [0.12, 0.3, 0.5, 0.03], label: "Town" },
  { type: "email", box: [0.12, 0.5, 0.5, 0.03], label: "Mail", isRequired: false },
  { type: "checkbox", box: [0.12, 0.7, 0.022, 0.0155], label: "I have read it", isRequired: false },
  { type: "signature", box: [0.12, 0.9, 0.4, 0.05] },
] as const;
const BEN = { name: "Ben Okafor" };
const ANA = { name: "Ana Ruiz", fields: FIELDS };

const agree = async (page: Page) => {
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).waitFor();
};
const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Controls that are too small to be hit, but for links within a sentence (WCAG 2.2, 2.5.8). */
const tooSmall = (page: Page) =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      "button, a[href], input:not([type=hidden]), select, textarea, summary",
    );
    return [...controls].flatMap((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      if (width === 0 || height === 0 || style.visibility === "hidden" || element.closest(".sr-only"))
        return [];
      if (element.matches("a[href]") && style.display === "inline") return [];
      const label = element.closest("label")?.getBoundingClientRect();
      const reach = element.closest("[data-field]")
        ? [20, -20].every((by) => {
            const [x, y] = [left + width / 2, top + height / 2 + by];
            const found = document.elementFromPoint(x, y);
            const isOffScreen = y < 0 || y > innerHeight || x < 0 || x > innerWidth;
            return isOffScreen || found?.closest("[data-field]") === element.closest("[data-field]");
          })
        : false;
      const [wide, high] = [Math.max(width, label?.width ?? 0), Math.max(height, label?.height ?? 0)];
      if (reach || (wide >= 43.5 && high >= 43.5)) return [];
      const name = element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40);
      return [`${element.tagName} "${name}" ${Math.round(wide)}×${Math.round(high)}`];
    });
  });

test("magnified to 400 % a document is read as text and filled in where one comes to it", async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 320, height: 560 });
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await agree(page);
  await expect(page.getByRole("heading", { name: "1. Purpose" })).toBeVisible();
  await expect(page.getByText("Picture of this page")).toHaveCount(2);
  expect(await sideways(page)).toBe(0);
  await expectAccessible(page);
  expect(await tooSmall(page)).toEqual([]);
  for (const { label, isClear } of await tabStops(page, 14)) expect([label, isClear]).toEqual([label, true]);

  await page.getByRole("button", { name: /^Show optional \(2\)$/ }).click();
  await expect(page.getByRole("textbox", { name: /^Mail, page 1/ })).toBeFocused();
  await page.keyboard.type("not an address");
  // As long as a finger takes: what is said of the address must not push the box from under the press.
  const rules = page.getByRole("checkbox", { name: /^I have read it/ });
  await rules.click({ delay: 150 });
  await expect(rules).toBeChecked();
  await page.getByRole("textbox", { name: /^Town, page 1/ }).fill("Porto");
  await nextStep(page).click();
  await expect(page.getByRole("textbox", { name: /^Mail, page 1/ })).toBeFocused();
  await expect(page.getByRole("alert").filter({ hasText: "ana@example.com" })).toBeVisible();
  await page.getByRole("textbox", { name: /^Mail, page 1/ }).fill("ana@example.com");
  await nextStep(page).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await expect(review.getByText("Porto")).toBeVisible();
  await expectAccessible(page);
  await review.getByRole("button", { name: "Back to the document" }).click();

  // The choice is kept, and can be taken back.
  await page.getByRole("button", { name: "Show the pages" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Read as text" })).toBeVisible();
  await expect(page.getByText("Picture of this page")).toHaveCount(0);
});

test("on a phone nothing is too small, and nothing that has the focus is hidden", async ({
  browser,
  server,
}) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const phone = await browser.newContext({ ...DEVICES.phone, reducedMotion: "reduce" });
  const page = await phone.newPage();
  const elsewhere = new Set<string>();
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http")) elsewhere.add(origin);
  });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  expect(await tooSmall(page)).toEqual([]);
  await agree(page);
  expect(await tooSmall(page)).toEqual([]);
  for (const { label, isClear } of await tabStops(page, 14)) expect([label, isClear]).toEqual([label, true]);
  const moving = await page.evaluate(
    () => document.getAnimations().filter(({ effect }) => Number(effect?.getTiming().duration) > 10).length,
  );
  expect(moving).toBe(0);
  // What blocks other sites' cookies and content blocks nothing here: everything comes from one place.
  expect([...elsewhere]).toEqual([new URL(page.url()).origin]);
  await phone.close();
});

test("without script the page says so, and leaves reading, keeping and paper", async ({
  browser,
  server,
}) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const plain = await browser.newContext({ javaScriptEnabled: false, acceptDownloads: true });
  const page = await plain.newPage();
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await expect(page.getByRole("heading", { name: /JavaScript/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Agree and continue" })).toBeHidden();
  await expect(page.getByRole("link", { name: "Write to Olivia Owner" }).first()).toHaveAttribute(
    "href",
    /^mailto:/,
  );
  const download = page.waitForEvent("download");
  await page
    .getByRole("link", { name: /^Download/ })
    .first()
    .click();
  expect((await download).suggestedFilename()).toBe("Mutual NDA - unsigned.pdf");
  await plain.close();
});

test("without script every other page says so too, and shows nothing to who has not shown who they are", async ({
  browser,
  server,
}) => {
  const envelope = await server.sends({
    ...TITLE,
    to: [ANA, { ...BEN, check: "email-code" }],
    order: "parallel",
  });
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const page = await plain.newPage();
  const says = page.locator("main").getByRole("heading", { name: "This page needs JavaScript" });
  const write = page.locator("main").getByRole("link", { name: "Write to Olivia Owner" });
  const download = page.locator("main").getByRole("link", { name: "Download the document" });

  const locked = await envelope.linkFor("Ben Okafor");
  for (const place of ["", "/rights", "/delegate"]) {
    await page.goto(`${locked}${place}`);
    await expect(says).toBeVisible();
    await expect(page.locator("main noscript p").nth(1)).toHaveText(/^The document is shown once you have/);
    await expect(write).toHaveAttribute("href", /^mailto:/);
    await expect(download).toHaveCount(0);
  }
  const open = await envelope.linkFor("Ana Ruiz");
  for (const place of ["/rights", "/delegate", "/certificate"]) {
    await page.goto(`${open}${place}`);
    await expect(says).toBeVisible();
    const answer = await page.request.get((await download.getAttribute("href"))!);
    expect((await answer.body()).toString("latin1", 0, 5)).toBe("%PDF-");
    await expect(write).toBeVisible();
  }
  // Whoever reports a document is not sent to the person who sent it.
  await page.goto(`${open}/report`);
  await expect(says).toBeVisible();
  await expect(write).toHaveCount(0);
  await page.goto("/sign/kept?lang=de");
  await expect(page.getByRole("heading", { name: "Für diese Seite ist JavaScript nötig" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Sprache/ })).toBeVisible();
  await plain.close();
});

test("with storage blocked everything is signed all the same", async ({ browser, server }) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const blocked = await browser.newContext(DEVICES.phone);
  await blocked.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("blocked", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage", "indexedDB"])
      Object.defineProperty(window, name, { get: refuse });
  });
  const page = await blocked.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await agree(page);
  await page.getByRole("textbox", { name: /^Town, page 1/ }).fill("Porto");
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.waitFor();
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await page
    .getByRole("dialog", { name: "Review your answers" })
    .getByRole("button", { name: "Finish", exact: true })
    .click();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
  expect(errors).toEqual([]);
  await blocked.close();
});

/** What another site can keep in this browser: as a frame in somebody's page, and as a page of its own. */
async function keptByOthers(browser: Browser) {
  const page = await browser.newPage();
  const script = '<script>document.cookie = "seen=1; SameSite=None; Secure"; document.title = "ran"</script>';
  await page.route("https://ads.test/", (route) => route.fulfill({ contentType: "text/html", body: script }));
  const frame = '<iframe src="https://ads.test/"></iframe>';
  await page.route("https://shop.test/", (route) => route.fulfill({ contentType: "text/html", body: frame }));
  await page.goto("https://shop.test/");
  const within = page.frames().find((each) => each.url().startsWith("https://ads.test"))!;
  await expect.poll(() => within.title()).toBe("ran");
  const framed = await within.evaluate(() => document.cookie);
  await page.goto("https://ads.test/");
  const own = await page.evaluate(() => document.cookie);
  await page.close();
  return { framed, own };
}

test("with other sites' cookies blocked somebody shows who they are and signs", async ({
  browser,
  page,
  server,
}) => {
  // As in a private window, which every page of these tests is opened in.
  expect(await keptByOthers(browser)).toEqual({ framed: "", own: "seen=1" });
  const envelope = await server.sends({ ...TITLE, to: [{ ...ANA, check: "email-code" }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Send the code to" }).click();
  await page.getByLabel("Code", { exact: true }).fill(await envelope.codeFor("Ana Ruiz"));
  await agree(page);
  await page.getByRole("textbox", { name: /^Town, page 1/ }).fill("Porto");
  await nextStep(page).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  await page
    .getByRole("dialog", { name: "Review your answers" })
    .getByRole("button", { name: "Finish", exact: true })
    .click();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
});

test("no other site may show the page in a frame, so that none of its cookies is ever another's", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ ...TITLE, to: [ANA] });
  const answer = await page.goto(await envelope.linkFor("Ana Ruiz"));
  expect(answer!.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
});

test("before what was shown counts no more the page says so, and one press goes on", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ ...TITLE, to: [{ ...ANA, check: "email-code" }] });
  // Their own clock is an hour fast, and counts for nothing.
  await page.clock.install({ time: new Date(Date.now() + 3_600_000) });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Send the code to" }).click();
  await page.getByLabel("Code", { exact: true }).fill(await envelope.codeFor("Ana Ruiz"));
  await agree(page);
  await page.clock.fastForward("03:57:00");
  const warning = page.getByRole("dialog", { name: "Are you still there?" });
  await expect(warning).toBeHidden();
  await page.clock.fastForward("00:02:00");
  await expect(warning).toBeVisible();
  await expectAccessible(page);
  await warning.getByRole("button", { name: "Go on" }).click();
  await expect(warning).toBeHidden();
  await expect
    .poll(async () => (await envelope.events()).filter(({ type }) => type === "check.extended").length)
    .toBe(1);
});
