import { chromium, type Page } from "@playwright/test";
import playwrightConfig from "../playwright.config.ts";
import { against, median, ms, quantile, table } from "./figures.ts";
import { openProduct } from "./product.ts";

// How soon a signing page answers to a finger on a slow phone: what is done, until the screen shows it (Event Timing), and
// what is typed, until the server has it.

const ROUNDS = 8;
const CPU_SLOWDOWN = 4;
const MOST_PAINT_MS = 200;
const MOST_SAVED_MS = 1_000;
const SETTLED_MS = 700;

const TEXTS = Array.from({ length: ROUNDS }, (_, row) => ({
  ...{ type: "text" as const, page: 0, label: `Answer ${row}` },
  box: [0.12, 0.08 + row * 0.06, 0.5, 0.03] as const,
}));

const seed = await openProduct();
const { shortId, people } = await seed.send({
  title: "Interactions",
  to: [
    {
      name: "Ana Ruiz",
      fields: [...TEXTS, { type: "signature", page: 1, box: [0.12, 0.6, 0.4, 0.06] }],
    },
  ],
});
const link = await seed.link({ shortId, email: people[0]!.email });
await seed.close();

const browser = await chromium.launch(playwrightConfig.use!.launchOptions);
const context = await browser.newContext({
  ...{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
});
const page = await context.newPage();
await page.addInitScript(() => {
  const seen = window as unknown as { paints: Record<string, number[]>; doing: string };
  seen.paints = {};
  seen.doing = "";
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[])
      if (entry.interactionId && seen.doing !== "") (seen.paints[seen.doing] ??= []).push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false } as PerformanceObserverInit);
});
const throttle = await context.newCDPSession(page);
await page.goto(link);
await page.getByRole("button", { name: "Agree and continue" }).click();
const next = page.getByRole("region", { name: "Next step" }).getByRole("button").last();
await next.waitFor();
await page.waitForTimeout(3_000);
await throttle.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });

const saved: number[] = [];
for (const { label } of TEXTS) {
  await doing(page, "next", () => next.tap());
  const control = page.getByRole("textbox", { name: new RegExp(`^${label}, page 1`) });
  await control.focus();
  await doing(page, "fill", () => page.keyboard.type("Porto", { delay: 80 }));
  const answered = page.waitForResponse((answer) => answer.request().method() === "PUT");
  const typedAt = Date.now();
  await page.keyboard.type("!");
  await answered;
  saved.push(Date.now() - typedAt);
}
await page
  .getByRole("button", { name: /^Sign here|^Signature, page 2/ })
  .first()
  .tap();
const adopt = page.getByRole("dialog", { name: "Make your signature" });
await adopt.getByRole("tab", { name: "Draw" }).tap();
const pad = (await adopt.locator("canvas, svg[data-pad], [data-pad]").first().boundingBox())!;
for (let round = 0; round < ROUNDS; round++)
  await doing(page, "draw", async () => {
    const at = (share: number) =>
      [pad.x + pad.width * share, pad.y + pad.height * (0.3 + 0.05 * round)] as const;
    await page.mouse.move(...at(0.1));
    await page.mouse.down();
    for (let step = 1; step <= 20; step++) await page.mouse.move(...at(0.1 + 0.04 * step));
    await page.mouse.up();
  });
const paints = await page.evaluate(() => (window as unknown as { paints: Record<string, number[]> }).paints);
await browser.close();

console.log(`\n  ${ROUNDS} of each; processor ${CPU_SLOWDOWN} times slower, 390 by 844 px; p75`);
table([
  ...["next", "fill", "draw"].map((what) => {
    // What takes less than a frame is not told of at all.
    const all = paints[what] ?? [];
    const p75 = all.length === 0 ? 0 : quantile(all, 0.75);
    return [
      `from ${what} to the next paint`,
      all.length === 0 ? "under 16 ms" : ms(p75),
      against(p75, MOST_PAINT_MS, " ms"),
    ];
  }),
  [
    `from the last letter to the server's answer`,
    `${ms(quantile(saved, 0.75))} (median ${ms(median(saved))})`,
    against(quantile(saved, 0.75), MOST_SAVED_MS, " ms"),
  ],
]);

/** Names what is being done, for as long as it takes to be painted. */
async function doing(page: Page, what: string, act: () => Promise<void>): Promise<void> {
  await page.evaluate((what) => Object.assign(window, { doing: what }), what);
  await act();
  await page.waitForTimeout(SETTLED_MS);
  await page.evaluate(() => Object.assign(window, { doing: "" }));
}
