import { expect, expectAccessible, nextStep, test } from "./fixtures.ts";

test("a document reads like one for who does not see its pages, fields where one comes to them", async ({
  page,
  server,
}) => {
  const fields = [
    { type: "text", box: [0.12, 0.3, 0.5, 0.03], label: "Town" },
    { type: "signature", box: [0.12, 0.9, 0.4, 0.05] },
  ] as const;
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  const first = page.getByRole("region", { name: "Page 1 of 2" });
  await expect(first.getByText("Mutual non-disclosure agreement")).toBeAttached();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).waitFor();
  const tree = await page.getByRole("main").ariaSnapshot();
  const at = (text: string) => {
    expect(tree).toContain(text);
    return tree.indexOf(text);
  };
  const order = [
    ...['heading "Page 1 of 2" [level=2]', "Mutual non-disclosure agreement", "1. Purpose", "Town, page 1"],
    ...["4. When the law asks", "Sign here", 'heading "Page 2 of 2" [level=2]'],
  ].map(at);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  await expectAccessible(page);
});

test("at four times the size nothing is lost to the sides, and forced colors keep the fields visible", async ({
  browser,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
  const narrow = await browser.newContext({ viewport: { width: 320, height: 256 }, forcedColors: "active" });
  const page = await narrow.newPage();
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  const agree = page.getByRole("button", { name: "Agree and continue" });
  await agree.scrollIntoViewIfNeeded();
  await expect(agree).toBeInViewport();
  await agree.click();
  await nextStep(page).waitFor();
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
  expect(isWide).toBe(false);
  await expect(page.locator("[data-field] button").first()).toBeAttached();
  await narrow.close();
});

test("how long each page was in view, and which picture it was, stands in the audit trail", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({
    to: [{ name: "Ana Ruiz", fields: [{ type: "signature", box: [0.12, 0.8, 0.4, 0.05] }] }],
  });
  interface Look {
    readonly page: number;
    readonly image: string | null;
    readonly isOurs: boolean;
    readonly seconds: number;
  }
  const looks = async () =>
    (await envelope.events()).flatMap(({ data }) => (data.looks ?? []) as readonly Look[]);
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("region", { name: "Page 2 of 2" }).scrollIntoViewIfNeeded();
  await expect.poll(async () => (await looks()).map((look) => look.page), { timeout: 40_000 }).toContain(2);
  await page.waitForTimeout(1_500);
  // What came after it was first told is told as the page goes away.
  const before = (await looks()).length;
  await page.goto("about:blank");
  await expect.poll(async () => (await looks()).length, { timeout: 40_000 }).toBeGreaterThan(before);
  for (const { image, isOurs, seconds } of await looks()) {
    expect(image).toMatch(/^[0-9a-f]{64}$/);
    expect(isOurs).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(1);
  }
});
