import { existsSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, ownerTest as test } from "./fixtures.ts";
import { ELSEWHERE, LEADS_ON, PAGES, pageOf } from "./page-register.ts";

const linksOn = (page: Page) =>
  page
    .locator("a[href]:not([download])")
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));

test("every page of a member is fit for everybody (axe)", async ({ page, server }) => {
  test.setTimeout(400_000);
  const draft = await server.sends({ title: "Mutual NDA", to: [{ name: "Ana Ruiz" }] });
  await server.holdsDrafts(["Lease of the mill"]);
  await draft.isFinishedBy("Ana Ruiz");
  await draft.isCompleted();
  const looked = new Map<string, string>();
  const waiting = [
    "/home",
    "/envelopes",
    draft.address,
    "/account",
    "/help",
    "/design",
    "/log",
    "/verify",
    "/pki/policy",
    "/sign/kept",
  ];
  await page.goto("/envelopes");
  const { origin } = new URL(page.url());
  for (let address = waiting.shift(); address; address = waiting.shift()) {
    const name = pageOf(new URL(address, origin), origin);
    if (!name || looked.has(name) || name.startsWith("/sign/[")) continue;
    await page.goto(address);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    const landed = pageOf(new URL(page.url()), origin);
    if (landed !== name) continue;
    looked.set(name, address);
    await test.step(name, () => expectAccessible(page));
    waiting.push(...(await linksOn(page)));
  }
  process.stdout.write(`pages looked at by axe:\n${[...looked.keys()].toSorted().join("\n")}\n`);
  const unseen = PAGES.filter(
    (name) => !looked.has(name) && !(name in ELSEWHERE) && !LEADS_ON.includes(name),
  );
  expect(unseen).toEqual([]);
});

test("the register of pages names no page and no journey that is not there", () => {
  expect(Object.keys(ELSEWHERE).filter((name) => !PAGES.includes(name))).toEqual([]);
  const specs = [...new Set(Object.values(ELSEWHERE).flat())].filter((spec) => spec !== "fixtures");
  expect(specs.filter((spec) => !existsSync(path.join(import.meta.dirname, `${spec}.spec.ts`)))).toEqual([]);
});
