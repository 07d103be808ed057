import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

type Role = "button" | "textbox" | "checkbox" | "radio" | "tab" | "combobox" | "link";

/** Presses Tab until the named control has the focus, and sees that nothing lies over it. */
export async function tabTo(page: Page, role: Role, name: string | RegExp) {
  const wanted = page.getByRole(role, { name }).last();
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (!(await wanted.evaluate((element) => element === document.activeElement))) continue;
    const isClear = await wanted.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const found = document.elementFromPoint(left + width / 2, top + height / 2);
      return found !== null && (element.contains(found) || found.contains(element));
    });
    expect(isClear, `${name} is covered`).toBe(true);
    return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

/** Where so many presses of Tab lead, and whether what has the focus then is to be seen (WCAG 2.2, 2.4.11). */
export async function tabStops(page: Page, presses: number) {
  const stops: { readonly label: string; readonly isClear: boolean }[] = [];
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement!;
      if (element === document.body) return null;
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const middle = (low: number, high: number, end: number) => (Math.max(0, low) + Math.min(end, high)) / 2;
      const found = document.elementFromPoint(
        middle(left, right, innerWidth),
        middle(top, bottom, innerHeight),
      );
      const place = element.closest("[data-field]") ?? element;
      const isClear = found !== null && (place.contains(found) || found.contains(element));
      return { label: element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "", isClear };
    });
    if (stop) stops.push(stop);
  }
  return stops;
}
