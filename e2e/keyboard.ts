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
