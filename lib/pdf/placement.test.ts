import { expect, test } from "vitest";
import { displayedSize, type PageBox, toNormalizedBox, toPdfRect, uprightMatrix } from "./placement.ts";

const page = (rotation: PageBox["rotation"]): PageBox => ({
  left: 10,
  bottom: 20,
  widthPt: 200,
  heightPt: 100,
  rotation,
  userUnit: 1,
});
const topLeft = { x: 0, y: 0, width: 0.25, height: 0.1 };

test("a box in the upper left of the displayed page lands where that is in user space", () => {
  expect(toPdfRect(topLeft, page(0))).toEqual([10, 110, 60, 120]);
  expect(toPdfRect(topLeft, page(90))).toEqual([10, 20, 30, 45]);
  expect(toPdfRect(topLeft, page(180))).toEqual([160, 20, 210, 30]);
  expect(toPdfRect(topLeft, page(270))).toEqual([190, 95, 210, 120]);
});

test("there and back is the same box for every rotation", () => {
  const box = { x: 0.3, y: 0.55, width: 0.2, height: 0.35 };
  for (const rotation of [0, 90, 180, 270] as const) {
    const back = toNormalizedBox(toPdfRect(box, page(rotation)), page(rotation));
    for (const key of ["x", "y", "width", "height"] as const) expect(back[key]).toBeCloseTo(box[key], 5);
  }
});

test("a box outside the page is a bug of the caller", () => {
  expect(() => toPdfRect({ x: 0.9, y: 0, width: 0.2, height: 0.1 }, page(0))).toThrow(RangeError);
  expect(() => toPdfRect({ x: 0.9, y: 0, width: 0, height: 0.1 }, page(0))).toThrow(RangeError);
});

test("a turned page is as wide as it is high in user space", () => {
  expect(displayedSize(page(90))).toEqual({ widthPt: 100, heightPt: 200 });
});

test("the matrix brings the upright box into the first quadrant", () => {
  for (const rotation of [0, 90, 180, 270] as const) {
    const [a, b, c, d, e, f] = uprightMatrix(rotation, 40, 10);
    const xs = [0, 40].flatMap((x) => [0, 10].map((y) => a * x + c * y + e));
    const ys = [0, 40].flatMap((x) => [0, 10].map((y) => b * x + d * y + f));
    expect([Math.min(...xs), Math.min(...ys)]).toEqual([0, 0]);
  }
});
