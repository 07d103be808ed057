import { expect, test } from "vitest";
import type { PathPart } from "./drawing.ts";
import { type InkArea, inkPaths, MAXIMUM_POINTS, type Stroke } from "./strokes.ts";

const area: InkArea = { xPt: 10, yPt: 5, widthPt: 150, heightPt: 30, anchor: 0 };
const draw = (strokes: readonly Stroke[], aspect = 3, within = area) =>
  inkPaths(strokes, aspect, within, "#14202b");

function paths(strokes: readonly Stroke[], aspect?: number, within?: InkArea): PathPart[] {
  const drawn = draw(strokes, aspect, within);
  if ("reason" in drawn) throw new Error(drawn.reason);
  return drawn;
}

const points = (parts: readonly PathPart[]) =>
  parts.flatMap(({ segments }) => segments.flatMap(([, ...values]) => pairs(values as number[])));
const pairs = (values: readonly number[]) =>
  values.flatMap((x, index) => (index % 2 === 0 ? [{ x, y: values[index + 1]! }] : []));
const wave = (count: number, pressure?: (at: number) => number): Stroke =>
  Array.from({ length: count }, (_, index) => {
    const at = index / (count - 1);
    const point = { x: 0.1 + 0.8 * at, y: 0.5 + 0.4 * Math.sin(at * 15) };
    return pressure ? { ...point, pressure: pressure(at) } : point;
  });

test("a stroke becomes one smooth line, with fewer points than were given", () => {
  const drawn = paths([wave(1000)]);
  expect(drawn).toHaveLength(1);
  expect(drawn[0]!.segments[0]![0]).toBe("M");
  expect(drawn[0]!.segments.length).toBeLessThan(120);
  expect(drawn[0]!.segments.slice(1).every(([operator]) => operator === "C")).toBe(true);
});

test("all ink, with the width of the pen, stays in the area", () => {
  for (const aspect of [0.5, 1, 3, 8])
    for (const strokes of [
      [wave(200)],
      [wave(200, (at) => at)],
      [
        [
          { x: -1, y: 2 },
          { x: 5, y: -3 },
        ],
      ],
    ]) {
      const drawn = paths(strokes, aspect);
      const pen = Math.max(...drawn.map(({ strokeWidthPt = 0 }) => strokeWidthPt)) / 2;
      for (const { x, y } of points(drawn)) {
        expect(x).toBeGreaterThanOrEqual(area.xPt + pen - 0.3);
        expect(x).toBeLessThanOrEqual(area.xPt + area.widthPt - pen + 0.3);
        expect(y).toBeGreaterThanOrEqual(area.yPt + pen - 0.3);
        expect(y).toBeLessThanOrEqual(area.yPt + area.heightPt - pen + 0.3);
      }
    }
});

test("a drawing is never stretched", () => {
  const square: Stroke = [
    { x: 1 / 3, y: 0 },
    { x: 2 / 3, y: 0 },
    { x: 2 / 3, y: 1 },
    { x: 1 / 3, y: 1 },
    { x: 1 / 3, y: 0 },
  ];
  const [start, ...corners] = paths([square])[0]!.segments;
  const xs = [start!, ...corners].map((segment) => segment.at(-2) as number);
  const ys = [start!, ...corners].map((segment) => segment.at(-1) as number);
  expect(Math.max(...xs) - Math.min(...xs)).toBeCloseTo(Math.max(...ys) - Math.min(...ys), 2);
});

test("a small drawing is enlarged, but only so far", () => {
  const small: Stroke = [
    { x: 0.4, y: 0.5 },
    { x: 0.56, y: 0.52 },
  ];
  const [from, to] = points(paths([small])).filter(
    (_, index, all) => index === 0 || index === all.length - 1,
  );
  expect(to!.x - from!.x).toBeGreaterThan(0.16 * 90 * 2);
  expect(to!.x - from!.x).toBeLessThan(0.16 * 90 * 2.5);
});

test("pressure makes the line wider", () => {
  const widths = (pressure: (at: number) => number) =>
    paths([wave(300, pressure)]).map(({ strokeWidthPt }) => strokeWidthPt!);
  expect(widths(() => 0.5)).toHaveLength(1);
  const varied = widths((at) => at);
  expect(varied.length).toBeGreaterThan(5);
  expect(Math.max(...varied) / Math.min(...varied)).toBeGreaterThan(2);
});

test("a dot in a drawing is drawn round", () => {
  const drawn = paths([wave(100), [{ x: 0.95, y: 0.1 }]]);
  expect(drawn.map(({ strokeWidthPt }) => strokeWidthPt === undefined)).toEqual([false, true]);
  expect(drawn[1]!.segments.at(-1)).toEqual(["Z"]);
});

test("a drawing of one dot, or of hardly a line, is refused", () => {
  expect(draw([])).toEqual({ reason: "too-little-ink" });
  expect(draw([[{ x: 0.5, y: 0.5 }]])).toEqual({ reason: "too-little-ink" });
  expect(
    draw([
      [
        { x: 0.5, y: 0.5 },
        { x: 0.6, y: 0.5 },
      ],
    ]),
  ).toEqual({ reason: "too-little-ink" });
  expect(
    draw([
      [
        { x: 0.4, y: 0.5 },
        { x: 0.6, y: 0.5 },
      ],
    ]),
  ).not.toHaveProperty("reason");
});

test("twenty thousand points are drawn, one more is refused", () => {
  expect(paths([wave(MAXIMUM_POINTS, (at) => (at * 97) % 1)]).length).toBeGreaterThan(0);
  expect(draw([wave(MAXIMUM_POINTS + 1)])).toEqual({ reason: "too-many-points" });
});

test("a point that is nowhere is the caller's bug", () => {
  expect(() =>
    draw([
      [
        { x: Number.NaN, y: 0 },
        { x: 1, y: 1 },
      ],
    ]),
  ).toThrow(RangeError);
});
