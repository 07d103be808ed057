import type { Page } from "@playwright/test";

/**
 * Counts what somebody really presses on the pages to come, the press in the mail included.
 *
 * @returns how many there were so far.
 */
export async function countTaps(page: Page): Promise<() => number> {
  let taps = 1;
  await page.exposeFunction("tapped", () => void taps++);
  await page.addInitScript(() => {
    const tell = (event: Event) => {
      if (event.isTrusted) void (window as unknown as { tapped(): Promise<void> }).tapped();
    };
    addEventListener("pointerdown", tell, { capture: true });
  });
  return () => taps;
}
