import { expect, test } from "vitest";
import { countedTry, FORGOTTEN_AFTER_MS, FREE_TRIES, type Tries, waitAfter } from "./lock-out.ts";

const at = (ms: number) => new Date(1_800_000_000_000 + ms);
const NONE: Tries = { failedAttempts: 0, lockedUntil: null, lastAt: at(0) };

test("the first tries are free, then each wait is twice as long, and an hour at most", () => {
  expect(Array.from({ length: FREE_TRIES }, (_, tries) => waitAfter(tries))).toEqual([0, 0, 0, 0, 0]);
  expect([5, 6, 7, 8].map((tries) => waitAfter(tries) / 1000)).toEqual([30, 60, 120, 240]);
  expect([12, 50, 5_000].map(waitAfter)).toEqual([3_600_000, 3_600_000, 3_600_000]);
});

test("who waits is not counted, and a try after the wait is", () => {
  let tries: Tries = NONE;
  for (let count = 0; count < FREE_TRIES; count++) tries = countedTry(tries, at(1_000))!;
  expect(tries.lockedUntil).toEqual(at(31_000));
  expect(countedTry(tries, at(30_999))).toBeNull();
  expect(countedTry(tries, at(31_000))).toMatchObject({ failedAttempts: 6, lockedUntil: at(91_000) });
});

test("in a day no more than thirty guesses are made", () => {
  let tries: Tries = NONE;
  let guesses = 0;
  for (let second = 0; second < 86_400; second++) {
    const after = countedTry(tries, at(second * 1_000));
    if (!after) continue;
    tries = after;
    guesses++;
  }
  expect(guesses).toBeLessThanOrEqual(FREE_TRIES + 30);
});

test("after a month without a try it begins anew", () => {
  const locked: Tries = { failedAttempts: 40, lockedUntil: at(0), lastAt: at(0) };
  expect(countedTry(locked, at(FORGOTTEN_AFTER_MS))!.failedAttempts).toBe(41);
  expect(countedTry(locked, at(FORGOTTEN_AFTER_MS + 1))).toMatchObject({
    failedAttempts: 1,
    lockedUntil: null,
  });
});
