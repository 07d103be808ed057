import { expect, test } from "vitest";
import { frameOf, isWhole, moveSide, SIDES, WHOLE } from "./crop.ts";

test("each side is cut by steps and put back by steps, down to what can be got hold of", () => {
  expect(moveSide(WHOLE, "left", 1)).toEqual({ ...WHOLE, left: 0.05 });
  expect(moveSide(WHOLE, "bottom", 1)).toEqual({ ...WHOLE, bottom: 0.95 });
  for (const side of SIDES) {
    expect(moveSide(WHOLE, side, -1)).toEqual(WHOLE);
    expect(isWhole(moveSide(moveSide(WHOLE, side, 1), side, -1))).toBe(true);
    let crop = WHOLE;
    for (let press = 0; press < 40; press++) crop = moveSide(crop, side, 1);
    const [wide, high] = [crop.right - crop.left, crop.bottom - crop.top];
    expect(Math.min(wide, high)).toBeCloseTo(0.1, 5);
  }
});

test("a frame is what was drawn, whichever corner came first, and never leaves the picture", () => {
  const frame = { left: 0.2, top: 0.1, right: 0.8, bottom: 0.5 };
  expect(frameOf({ x: 0.2, y: 0.1 }, { x: 0.8, y: 0.5 })).toEqual(frame);
  expect(frameOf({ x: 0.8, y: 0.5 }, { x: 0.2, y: 0.1 })).toEqual(frame);
  expect(frameOf({ x: -1, y: 0.5 }, { x: 2, y: 3 })).toEqual({ ...WHOLE, top: 0.5 });
  expect(frameOf({ x: 0.5, y: 0.5 }, { x: 0.52, y: 0.9 })).toBeNull();
});
