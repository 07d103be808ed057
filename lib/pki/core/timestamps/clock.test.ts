import { expect, test } from "vitest";
import { contradicts, jumpBetween, offsetOf } from "./clock.ts";

test("a clock that was set is told from one that is slewed or merely looked at late", () => {
  const before = { wallMs: 1_000_000, runningMs: 50 };
  const after = (wall: number, running: number) => ({ wallMs: 1_000_000 + wall, runningMs: 50 + running });
  expect(jumpBetween(before, after(60_000, 60_000))).toBe(0);
  expect(jumpBetween(before, after(60_030, 60_000))).toBe(0);
  expect(jumpBetween(before, after(86_400_000, 86_400_010))).toBe(0);
  expect(jumpBetween(before, after(63_600_000, 60_000))).toBe(63_540_000);
  expect(jumpBetween(before, after(-2_000, 1_000))).toBe(-3_000);
});

test("what another clock says counts as far as the way to it lets it", () => {
  const offset = offsetOf({ askedMs: 1_000, theirsMs: 4_100, answeredMs: 1_200 });
  expect(offset).toEqual({ offsetMs: 3_000, uncertaintyMs: 100 });
  expect(contradicts(offset)).toBe(true);
  expect(contradicts({ offsetMs: -1_050, uncertaintyMs: 100 })).toBe(false);
  expect(contradicts({ offsetMs: -1_150, uncertaintyMs: 100 })).toBe(true);
  // A slow answer proves nothing.
  expect(contradicts(offsetOf({ askedMs: 0, theirsMs: 9_000, answeredMs: 20_000 }))).toBe(false);
});
