import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { MOST_WRONG_PINS } from "./kiosk.ts";
import { CODE_LIMITS, newCode } from "./one-time-code.ts";
import { hotp, timeStep, totpStep } from "./totp.ts";

// What the limits leave to somebody who has the link and guesses, as docs/consent-and-identity.md tells it.

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/consent-and-identity.md"), "utf8");
const DAYS = 90;
const CODES = 10 ** newCode(new Uint8Array(8)).length;

const oneIn = (chance: number) => `1 in ${Math.round(1 / chance).toLocaleString("en-US")}`;
/** That one of so many days, each with the same chance, is the one. */
const within = (days: number, chanceADay: number) => 1 - (1 - chanceADay) ** days;

/** The cells of a row of the table. */
function row(name: string): readonly string[] {
  const line = page.split("\n").find((line) => line.startsWith(`| ${name}`));
  if (!line) throw new Error(`no row ${name}`);
  return line
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

test("a code by mail or text: the chance of one code, of a day and of ninety days is what the documentation says", () => {
  expect(CODES).toBe(1_000_000);
  // More codes can be sent in a day than tries are left for them.
  expect(CODE_LIMITS.sendsADay * CODE_LIMITS.tries).toBeGreaterThan(CODE_LIMITS.triesADay);
  const day = CODE_LIMITS.triesADay / CODES;
  expect(row("a code by mail or text")).toEqual([
    oneIn(CODE_LIMITS.tries / CODES),
    oneIn(day),
    oneIn(within(DAYS, day)),
  ]);
});

test("the code of an app: so many are right at one moment, and the chances are what the documentation says", () => {
  const secret = new Uint8Array(20).fill(7);
  const at = new Date("2026-11-22T12:00:00Z");
  const right = new Set<string>();
  for (let step = timeStep(at) - 20; step <= timeStep(at) + 20; step++)
    if (totpStep(secret, hotp(secret, step), at, 0) !== null) right.add(hotp(secret, step));
  const day = (CODE_LIMITS.triesADay * right.size) / CODES;
  expect(row("the code of an app")).toEqual([
    oneIn((CODE_LIMITS.tries * right.size) / CODES),
    oneIn(day),
    oneIn(within(DAYS, day)),
  ]);
});

test("the PIN of a host's device is worth as many tries as the documentation says, whatever the day", () => {
  expect(row("the PIN of a host's device")).toEqual([oneIn(MOST_WRONG_PINS / CODES), "the same", "the same"]);
});

test("a link's 256 bits are out of reach of a million networks for ten years, among a million links that are open", () => {
  const wrong = /WRONG_LINKS = \{ tries: (\d+), windowSeconds: (\d+) \}/.exec(
    readFileSync(path.join(import.meta.dirname, "../recipient-context.ts"), "utf8"),
  )!;
  const tries = 1e6 * Number(wrong[1]) * ((10 * 365 * 86_400) / Number(wrong[2]));
  expect((tries * 1e6) / 2 ** 256).toBeLessThan(1e-57);
  expect(page).toContain("below 10⁻⁵⁷");
});
