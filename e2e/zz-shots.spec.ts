import { readFileSync } from "node:fs";
import { ownerTest as test, expect } from "./fixtures.ts";
import { linkMailedTo } from "./members.ts";
test("aa shots", async ({ page, server, browser }) => {
  test.setTimeout(900_000);
  const shoot = async (name: string, p = page) => {
    for (const [w, h] of [[1280, 900], [390, 844]] as const) {
      await p.setViewportSize({ width: w, height: h });
      await p.waitForTimeout(300);
      await p.screenshot({ path: `/tmp/shots-k-evid/${name}-${w}.png`, fullPage: true });
      const over = await p.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) console.log("OVERFLOW", name, w, over);
    }
    await p.setViewportSize({ width: 1280, height: 900 });
  };
  const all = async (prefix: string) => {
    for (const u of ["/consents", "/log", "/audit", "/retention", "/retention/holds", "/retention/queue", "/retention/archive", "/retention/destroyed", "/retention/checks", "/reports", "/reports/sample", "/reports/review", "/verify"]) {
      const res = await page.goto(u);
      if (res!.status() >= 400) console.log("STATUS", u, res!.status());
      await page.waitForTimeout(500);
      await shoot(`${prefix}${u.replaceAll("/", "_")}`);
    }
  };
  await all("empty");
  const long = "Alexandria-Konstantina von und zu Liechtenfels-Habsburg".repeat(2);
  const env = await server.sends({ to: [{ name: "Ana Ruiz" }, { name: "محمد الفاتح" , email: "m@example.com" } as never], title: "Lease of the ropewalk, harbour side, with a very long title that goes on and on until nobody reads it", order: "parallel" } as never);
  await env.isFinishedBy("Ana Ruiz");
  await env.isFinishedBy("محمد الفاتح");
  await env.isCompleted();
  const act = async (button: string | RegExp, values: Record<string, string>, confirm: string | RegExp, name?: string) => {
    await page.getByRole("button", { name: button }).first().click();
    const d = page.getByRole("dialog");
    for (const [l, v] of Object.entries(values)) {
      const f = d.getByLabel(l, { exact: true });
      if ((await f.evaluate((e) => e.tagName)) === "SELECT") await f.selectOption(v); else await f.fill(v);
    }
    if (name) await shoot(name);
    await d.getByRole("button", { name: confirm, exact: true }).click();
    await expect(d).toHaveCount(0);
  };
  await page.goto("/retention/holds");
  await act("Place hold", { Matter: "Ruiz v. Harbour, 24-cv-1187", "What it covers": "title", "Words of the title": "lease", Reason: "A claim was filed in Texas", "What custodians are told": "Keep every lease of 12B.\n\nAlso all mails and messages about it, on any device." }, "Place hold", "hold-dialog");
  for (const [n, e] of [["Cora Lind", "cora@example.com"], [long, `${"a".repeat(60)}@example.com`], ["สมชาย ใจดี", "somchai@example.com"]])
    await act(/^Add custodian/, { Name: n!.slice(0, 120), "E-mail address": e! }, "Add");
  const link = await linkMailedTo(page, "cora@example.com", "", /\/hold-notice\//);
  const other = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
  await other.goto(link);
  await shoot("notice", other);
  await other.getByRole("button", { name: /I have read/ }).click();
  await expect(other.getByText("You have acknowledged this")).toBeVisible();
  await shoot("notice-done", other);
  const bad = await other.goto(`${link.slice(0, -5)}xxxxx`);
  console.log("BAD", bad!.status());
  await shoot("notice-bad", other);
  await page.goto("/outbox");
  await page.getByRole("list", { name: "Mails" }).getByRole("button").filter({ hasText: "cora@example.com" }).first().click();
  await page.waitForTimeout(800);
  await shoot("mail");
  await page.goto("/retention/holds");
  await page.getByText("What they are told").click();
  await shoot("holds");
  await page.goto("/reports/sample");
  await shoot("sample-before");
  await page.getByRole("main").getByRole("button").first().click().catch(() => {});
  await page.waitForTimeout(500);
  await shoot("sample-dialog");
  const dd = page.getByRole("dialog");
  if (await dd.count()) await dd.getByRole("button").last().click().catch(() => {});
  await page.goto("/reports/review");
  await page.getByRole("main").getByRole("button").first().click().catch(() => {});
  await page.waitForTimeout(500);
  await shoot("review-dialog");
  if (await dd.count()) await dd.getByRole("button").last().click().catch(() => {});
  await page.waitForTimeout(1500);
  await page.goto("/reports");
  const run = page.getByRole("button", { name: /^Run/ });
  const n = await run.count();
  for (let i = 0; i < n; i++) { await run.nth(i).click(); await page.waitForTimeout(300); if (await dd.count()) await dd.getByRole("button").last().click().catch(() => {}); await page.waitForTimeout(300); }
  await page.waitForTimeout(20_000);
  await all("full");
  await page.goto("/reports");
  const first = page.getByRole("main").locator("a[href*='/reports/rep']").first();
  if (await first.count()) { await first.click(); await page.waitForTimeout(800); await shoot("report"); }
  await page.goto(env.address);
  await shoot("envelope");
  await page.goto("/verify");
  await page.locator("input[type=file]").first().setInputFiles("e2e/documents/nda.pdf").catch((e) => console.log(e));
  await page.waitForTimeout(4000);
  await shoot("verify-plain");
});
