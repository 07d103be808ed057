import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { PDFDocument } from "pdf-lib";
import playwrightConfig from "../playwright.config.ts";
import { against, atLeast, median, table } from "./figures.ts";
import { throughputOf } from "./page-throughput.ts";
import { openProduct } from "./product.ts";

// A signing page, cold, on a slow phone: in a fresh browser context each time.

const ROUNDS = 5;
const DOWN_KBITS = 1_600;
const UP_KBITS = 750;
const LATENCY_MS = 150;
const CPU_SLOWDOWN = 4;
const SETTLED_MS = 1_500;
const LIMITS = {
  scriptKb: 200,
  requests: 25,
  lcpMs: 2_500,
  shift: 0.05,
  memoryMb: 250,
  jumpMs: 300,
  share: 0.5,
};
const LONG_PAGES = 120;

const seed = await openProduct();
const { shortId, people } = await seed.send({ to: [{ name: "Ana Ruiz" }] });
const link = await seed.link({ shortId, email: people[0]!.email });
const long = await seed.send({
  title: "Long agreement",
  documents: [await longDocument()],
  to: [
    {
      name: "Ana Ruiz",
      fields: [
        { type: "text", page: 0, box: [0.12, 0.8, 0.4, 0.03], label: "Town" },
        { type: "text", page: LONG_PAGES - 1, box: [0.12, 0.8, 0.4, 0.03], label: "Street" },
        { type: "signature", page: LONG_PAGES - 1, box: [0.12, 0.9, 0.4, 0.05] },
      ],
    },
  ],
});
const longLink = await seed.link({ shortId: long.shortId, email: long.people[0]!.email });
await seed.close();
// The product's barest page: made for each request like the others, of no data at all.
const rates = await throughputOf({ bare: new URL("/sign/kept", link).href, signing: link });
const browser = await chromium.launch(playwrightConfig.use!.launchOptions);
const warm = await browser.newPage();
await warm.goto(link);
await warm.close();
const loads: Awaited<ReturnType<typeof load>>[] = [];
for (let round = 0; round < ROUNDS; round++) loads.push(await load(link));
const longLoads: Awaited<ReturnType<typeof load>>[] = [];
for (let round = 0; round < ROUNDS; round++) longLoads.push(await load(longLink));
const far = await jump();
await browser.close();

const middle = (of: (load: (typeof loads)[number]) => number) => median(loads.map(of));
const [script, total] = [middle((load) => load.scriptBytes) / 1_000, middle((load) => load.bytes) / 1_000];
const shift = middle((load) => load.shift);
const longLcp = median(longLoads.map(({ lcpMs }) => lcpMs));
const [requests, lcp] = [middle((load) => load.requests), middle((load) => load.lcpMs)];
console.log(
  `\n  median of ${ROUNDS}; ${DOWN_KBITS} kbit/s down, ${UP_KBITS} kbit/s up, ${LATENCY_MS} ms there and back, processor ${CPU_SLOWDOWN} times slower, 390 by 844 px`,
);
table([
  ["JavaScript transferred, compressed", `${script.toFixed(0)} kB`, against(script, LIMITS.scriptKb, " kB")],
  ["everything transferred", `${total.toFixed(0)} kB`, ""],
  ["requests", String(requests), against(requests, LIMITS.requests)],
  [
    "largest contentful paint",
    `${(lcp / 1_000).toFixed(2)} s`,
    against(lcp / 1_000, LIMITS.lcpMs / 1_000, " s"),
  ],
  ["layout shift", shift.toFixed(3), against(shift, LIMITS.shift)],
  [
    `largest contentful paint, ${LONG_PAGES} pages`,
    `${(longLcp / 1_000).toFixed(2)} s`,
    against(longLcp / 1_000, LIMITS.lcpMs / 1_000, " s"),
  ],
  [
    `its HTML a second, beside ${rates.bare!.toFixed(0)} of a bare page`,
    rates.signing!.toFixed(0),
    atLeast(rates.signing! / rates.bare!, LIMITS.share, " ×"),
  ],
  [
    `memory of its page, from the first to the last`,
    `${far.memoryMb.toFixed(0)} MB`,
    against(far.memoryMb, LIMITS.memoryMb, " MB"),
  ],
  [
    `from a field on page 1 to one on page ${LONG_PAGES}`,
    `${far.jumpMs.toFixed(0)} ms`,
    against(far.jumpMs, LIMITS.jumpMs, " ms"),
  ],
]);
console.log(`  what is largest: ${loads[0]!.lcpElement}`);
if (script > LIMITS.scriptKb || requests > LIMITS.requests)
  table(loads[0]!.all.map(({ kind, bytes, url }) => [`  ${url}`, kind, `${bytes} B`]));

/** A document of many pages of text, where the seed looks for documents. */
async function longDocument(): Promise<string> {
  const file = await PDFDocument.create();
  const font = await file.embedFont("Helvetica");
  for (let page = 1; page <= LONG_PAGES; page++) {
    const sheet = file.addPage([595, 842]);
    for (let line = 0; line < 40; line++)
      sheet.drawText(
        `${page}.${line + 1} Each party keeps to itself what the other tells it in confidence.`,
        {
          ...{ x: 60, y: 780 - line * 17, size: 11, font },
        },
      );
  }
  const at = path.join(mkdtempSync(path.join(tmpdir(), "whereof-bench-")), "long.pdf");
  writeFileSync(at, await file.save());
  return path.relative(path.join(import.meta.dirname, "../e2e/documents"), at);
}

/** From a field on the first page to the next, on the last; and what the page's process holds when all was shown. */
async function jump() {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(longLink);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("textbox", { name: /^Town/ }).fill("Porto");
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.getByRole("textbox", { name: /^Town/ }).focus();
    await page.waitForTimeout(SETTLED_MS);
    times.push(
      await page.evaluate(async () => {
        const startedAt = performance.now();
        document.getElementById("next-action")!.click();
        for (;;) {
          await new Promise(requestAnimationFrame);
          const focused = document.activeElement;
          const { top } = focused?.closest("[data-field]")?.getBoundingClientRect() ?? { top: -1 };
          const isThere = focused?.getAttribute("aria-label")?.startsWith("Street") ?? false;
          if (isThere && top > 0 && top < innerHeight) return performance.now() - startedAt;
          if (performance.now() - startedAt > 10_000) return Number.NaN;
        }
      }),
    );
  }
  for (let at = 0; at <= LONG_PAGES; at += 2) {
    await page.evaluate(
      (share) => scrollTo(0, document.documentElement.scrollHeight * share),
      at / LONG_PAGES,
    );
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(SETTLED_MS);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as {
    processInfo: readonly { readonly type: string; readonly id: number }[];
  };
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => memoryOf(id));
  await page.close();
  return { jumpMs: median(times), memoryMb: Math.max(...renderers) };
}

/** What a process holds that it shares with no other (proc(5), smaps_rollup). */
function memoryOf(pid: number): number {
  const told = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = [...told.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].map(([, kb]) => Number(kb));
  return kilobytes.reduce((sum, kb) => sum + kb, 0) / 1_024;
}

async function load(address: string) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: false });
  await cdp.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: (DOWN_KBITS * 1_000) / 8,
    uploadThroughput: (UP_KBITS * 1_000) / 8,
  });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  const requests = new Map<string, { kind: string; url: string; bytes: number }>();
  cdp.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    if (!request.url.startsWith("data:"))
      requests.set(requestId, { kind: type ?? "Other", url: new URL(request.url).pathname, bytes: 0 });
  });
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) request.bytes = encodedDataLength;
  });
  await page.addInitScript(() => {
    const seen = window as unknown as { largest: PerformanceEntry | null; shift: number };
    seen.largest = null;
    seen.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) seen.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => {
      seen.largest = list.getEntries().at(-1) ?? seen.largest;
    }).observe({ type: "largest-contentful-paint", buffered: true });
  });
  await page.goto(address, { waitUntil: "load", timeout: 60_000 });
  // A stream of news stays open, so that the network is never idle: enough that nothing larger comes.
  await page.waitForTimeout(SETTLED_MS);
  const { lcpMs, lcpElement, shift } = await page.evaluate(() => {
    const { largest, shift } = window as unknown as {
      largest: (PerformanceEntry & { element?: Element }) | null;
      shift: number;
    };
    return {
      shift,
      lcpMs: largest?.startTime ?? Number.NaN,
      lcpElement:
        largest?.element?.getAttribute("alt") ?? largest?.element?.textContent?.slice(0, 60) ?? "nothing",
    };
  });
  await context.close();
  const all = [...requests.values()];
  const sum = (of: typeof all) => of.reduce((bytes, request) => bytes + request.bytes, 0);
  const scriptBytes = sum(all.filter(({ kind }) => kind === "Script"));
  return { requests: all.length, bytes: sum(all), scriptBytes, lcpMs, lcpElement, shift, all };
}
