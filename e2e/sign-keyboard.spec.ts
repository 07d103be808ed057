import { expect, expectAccessible, nextStep, test } from "./fixtures.ts";
import { tabTo } from "./keyboard.ts";
import { ONE_SIGNATURE } from "./seed.ts";

test("everything is done with the keyboard alone", async ({ page, server }) => {
  const envelope = await server.sends({
    to: [
      {
        name: "Ana Ruiz",
        fields: [
          { type: "text", page: 1, box: [0.43, 0.402, 0.105, 0.028], label: "Person" },
          ...ONE_SIGNATURE,
          { type: "checkbox", page: 1, box: [0.113, 0.704, 0.022, 0.0155], label: "I have read it" },
        ],
      },
    ],
  });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await expect(page.getByRole("button", { name: "Agree and continue" })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await tabTo(page, "button", "Agree and continue");
  await page.keyboard.press("Enter");
  await expect(nextStep(page)).toBeFocused();

  // F6 goes round: from the bar to the menu, to the document, and back.
  await page.keyboard.press("F6");
  await expect(page.getByRole("button", { name: "Help and more" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Download the document" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("F6");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, "textbox", /^Person, page 2/);
  await page.keyboard.type("Ana Ruiz");
  await page.keyboard.press("Shift+F6");
  await page.keyboard.press("Shift+F6");
  await expect(nextStep(page)).toBeFocused();
  await expect(nextStep(page)).toHaveText("Sign · 2 of 3");

  await page.keyboard.press("Enter");
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await expect(adopt.getByRole("radio", { name: "Style 1 of 5" })).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(adopt.getByRole("tab", { name: "Type" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(adopt.getByRole("tab", { name: "Draw" })).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page);
  await page.keyboard.press("ArrowLeft");
  await tabTo(page, "radio", "Style 1 of 5");
  await page.keyboard.press("ArrowDown");
  await expect(adopt.getByRole("radio", { name: "Style 2 of 5" })).toBeChecked();
  await tabTo(page, "button", "Adopt and sign");
  await page.keyboard.press("Enter");
  await expect(adopt).toBeHidden();
  await expect(nextStep(page)).toBeFocused();
  await expect(nextStep(page)).toHaveText("Next · 3 of 3");

  await page.keyboard.press("Enter");
  await expect(page.getByRole("checkbox", { name: "I have read it" })).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("F6");
  await page.keyboard.press("Shift+F6");
  await tabTo(page, "button", "Finish");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Review your answers" })).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "button", "Finish");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeFocused();
});

test("at 200 % nothing is lost and nothing scrolls sideways", async ({ page, server }) => {
  // A window of 1280 × 800 at 200 % has room for half as many CSS pixels.
  await page.setViewportSize({ width: 640, height: 400 });
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await sideways()).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.getByRole("radio", { name: "Style 5 of 5" }).check();
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  await page
    .getByRole("dialog", { name: "Review your answers" })
    .getByRole("button", { name: "Finish", exact: true })
    .click();
  await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
  expect(await sideways()).toBeLessThanOrEqual(0);
});

test("forced colors and reduced motion keep everything visible and still", async ({ page, server }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  const field = page.getByRole("button", { name: "Signature, page 2, holds your signature" });
  await expect(field).toBeInViewport();
  await expectAccessible(page);
  await expect(nextStep(page)).toHaveText("Finish");
});
