import { chromium, type Page } from "@playwright/test";
import playwrightConfig from "../playwright.config.ts";
import { median, ms, quantile, table } from "./figures.ts";
import { BENCH_OWNER, openProduct } from "./product.ts";

// The editor of a draft with 300 pages and 2,000 fields: frames while it is scrolled and while a field is dragged. A
// small draft in the same run says what the machine can do just then.

const WANTED = 50;
const ROUNDS = 3;
const FRAMES = 180;
const STEP_PX = 90;
const LARGE = { pages: 300, fields: 2_000 };
const SMALL = { pages: 4, fields: 12 };
const SETTLED_MS = 2_000;

const seed = await openProduct();
const [large, small] = [await seed.manyFields(LARGE), await seed.manyFields(SMALL)];
await seed.close();
const browser = await chromium.launch(playwrightConfig.use!.launchOptions);
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const base = process.env.E2E_BASE_URL!;
await page.goto(`${base}/sign-in`);
await page.getByLabel("E-mail address").fill(BENCH_OWNER.email);
await page.getByLabel("Password").fill(BENCH_OWNER.password);
await page.getByRole("button", { name: "Sign in", exact: true }).click();
await page.waitForURL("**/envelopes");

const openMs: number[] = [];
const found = { small: frames(), large: frames() };
for (let round = 0; round < ROUNDS; round++)
  for (const [size, address] of [
    ["small", small],
    ["large", large],
  ] as const) {
    const startedAt = performance.now();
    await page.goto(`${base}${address}?step=fields`);
    await page.getByRole("article").first().getByRole("img").waitFor();
    if (size === "large") openMs.push(performance.now() - startedAt);
    await page.waitForTimeout(SETTLED_MS);
    found[size].scroll.push(...(await scrolled(page)));
    found[size].drag.push(...(await dragged(page)));
  }
await browser.close();

const perSecond = (gaps: readonly number[]) =>
  1_000 / (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length);
const row = (what: string, gaps: readonly number[], control: readonly number[]) => {
  const rate = perSecond(gaps);
  const ratio = rate / WANTED;
  return [
    what,
    `${rate.toFixed(1)}/s`,
    `${ratio.toFixed(2)} × of ${WANTED}: ${ratio >= 1 ? "kept" : "MISSED"}`,
    `half within ${ms(median(gaps))}`,
    `95 of 100 within ${ms(quantile(gaps, 0.95))}`,
    `small draft ${perSecond(control).toFixed(1)}/s`,
  ];
};
console.log(
  `\n  ${LARGE.pages} pages, ${LARGE.fields.toLocaleString("en")} fields; ${ROUNDS} rounds, 1280 by 800 px`,
);
table([
  row("frames while scrolling", found.large.scroll, found.small.scroll),
  row("frames while a field is dragged", found.large.drag, found.small.drag),
  ["until the first page is there", ms(median(openMs)), "", "", "", ""],
]);

function frames(): { readonly scroll: number[]; readonly drag: number[] } {
  return { scroll: [], drag: [] };
}

/** Gaps between frames while the window goes down and up again, a step with every frame. */
function scrolled(page: Page): Promise<number[]> {
  return page.evaluate(
    async ({ count, step }) => {
      const gaps: number[] = [];
      let last = await new Promise<number>(requestAnimationFrame);
      let way = 1;
      for (let frame = 0; frame < count; frame++) {
        const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
        way = atEnd ? -1 : scrollY <= 0 ? 1 : way;
        scrollBy({ top: step * way, behavior: "instant" });
        const now = await new Promise<number>(requestAnimationFrame);
        gaps.push(now - last);
        last = now;
      }
      scrollTo({ top: 0, behavior: "instant" });
      return gaps;
    },
    { count: FRAMES, step: STEP_PX },
  );
}

/** Gaps between frames while the pointer drags a field about, moved anew with every frame. */
async function dragged(page: Page): Promise<number[]> {
  const field = page.locator("[data-field]").nth(1);
  await field.scrollIntoViewIfNeeded();
  await field.click();
  return field.evaluate(async (element, count) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const point = (type: string, dx: number, dy: number) =>
      element.dispatchEvent(
        new PointerEvent(type, {
          ...{ bubbles: true, cancelable: true, pointerId: 1, pointerType: "mouse", isPrimary: true },
          ...{ button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1 },
          ...{ clientX: x + dx, clientY: y + dy },
        }),
      );
    const gaps: number[] = [];
    // A pointer made here can be captured by nobody.
    element.setPointerCapture = () => {};
    element.releasePointerCapture = () => {};
    element.hasPointerCapture = () => true;
    point("pointerdown", 0, 0);
    let last = await new Promise<number>(requestAnimationFrame);
    for (let frame = 0; frame < count; frame++) {
      point("pointermove", 60 * Math.sin(frame / 9), 40 * Math.sin(frame / 7));
      const now = await new Promise<number>(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
    }
    const moved = element.getBoundingClientRect();
    point("pointerup", 60 * Math.sin((count - 1) / 9), 40 * Math.sin((count - 1) / 7));
    if (Math.hypot(moved.left - left, moved.top - top) < 2) throw new Error("the field was not dragged");
    return gaps;
  }, FRAMES);
}
