import type { Color, PathPart, PathSegment } from "#lib/pdf/drawing/drawing.ts";

/** A place the pen touched: fractions of the pad it was drawn on, from its upper left corner. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  /** From 0 to 1; left out where the device has none. */
  readonly pressure?: number;
}

export type Stroke = readonly StrokePoint[];

export interface InkArea {
  readonly xPt: number;
  readonly yPt: number;
  readonly widthPt: number;
  readonly heightPt: number;
  /** Where what is narrower than the area stands in it: 0 left, 0.5 in the middle, 1 right. */
  readonly anchor: number;
}

export type InkRefusal = { readonly reason: "too-many-points" | "too-little-ink" };

export const MAXIMUM_POINTS = 20_000;
const MINIMUM_LENGTH = 0.15; // Of the width of the pad; less is a slip of the finger.
const LARGEST_ZOOM = 2.5;
const TOLERANCE_PT = 0.06;
const JITTER_PT = 1.5;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * Draws strokes as smooth lines, cut to their ink and scaled to fill the area, never stretched.
 *
 * @param aspect width of the pad by its height.
 * @returns paths in points, or a refusal.
 */
export function inkPaths(
  strokes: readonly Stroke[],
  aspect: number,
  area: InkArea,
  color: Color,
): PathPart[] | InkRefusal {
  const points = strokes.flat();
  if (points.length > MAXIMUM_POINTS) return { reason: "too-many-points" };
  if (points.some(({ x, y, pressure = 0 }) => ![x, y, pressure].every(Number.isFinite)))
    throw new RangeError("a stroke has a point that is nowhere");
  if (inkLength(strokes, aspect) < MINIMUM_LENGTH * aspect) return { reason: "too-little-ink" };

  const penPt = Math.min(2.4, Math.max(0.8, area.heightPt * 0.045));
  const placed = placeStrokes(strokes, aspect, area, penPt);
  const byWidth = new Map<number, PathSegment[]>();
  const dots: PathSegment[] = [];
  for (const stroke of placed) {
    const line = simplified(steadied(stroke));
    if (line.length === 1) dots.push(...dot(line[0]!));
    for (const [width, segments] of curves(line, penPt / 12))
      byWidth.set(width, [...(byWidth.get(width) ?? []), ...segments]);
  }
  const lines = [...byWidth].sort(([a], [b]) => a - b);
  return [
    ...lines.map(([strokeWidthPt, segments]) => ({ kind: "path" as const, segments, color, strokeWidthPt })),
    ...(dots.length > 0 ? [{ kind: "path" as const, segments: dots, color }] : []),
  ];
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** In heights of the pad. */
function inkLength(strokes: readonly Stroke[], aspect: number): number {
  let length = 0;
  for (const stroke of strokes)
    for (const [index, { x, y }] of stroke.entries()) {
      const before = stroke[index - 1];
      if (before) length += Math.hypot((x - before.x) * aspect, y - before.y);
    }
  return length;
}

function placeStrokes(strokes: readonly Stroke[], aspect: number, area: InkArea, penPt: number): Point[][] {
  const inUnits = strokes
    .filter((stroke) => stroke.length > 0)
    .map((stroke) =>
      stroke.map(({ x, y, pressure = 0.5 }) => ({
        x: clamp(x) * aspect,
        y: 1 - clamp(y),
        width: penPt * (0.5 + clamp(pressure)),
      })),
    );
  const all = inUnits.flat();
  const [left, right] = bounds(all.map(({ x }) => x));
  const [bottom, top] = bounds(all.map(({ y }) => y));
  const [width, height] = [area.widthPt - 1.5 * penPt, area.heightPt - 1.5 * penPt];
  const whole = Math.min(width / aspect, height);
  const filling = Math.min(width / Math.max(right - left, 1e-6), height / Math.max(top - bottom, 1e-6));
  const scale = Math.min(filling, whole * LARGEST_ZOOM);
  const x0 = area.xPt + 0.75 * penPt + (width - (right - left) * scale) * area.anchor;
  const y0 = area.yPt + 0.75 * penPt + (height - (top - bottom) * scale) / 2;
  return inUnits.map((stroke) =>
    stroke.map(({ x, y, width }) => ({ x: x0 + (x - left) * scale, y: y0 + (y - bottom) * scale, width })),
  );
}

function bounds(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Takes the tremor of a mouse or a finger out of points that lie close together. */
function steadied(stroke: readonly Point[]): Point[] {
  return stroke.map((point, index) => {
    const [before, after] = [stroke[index - 1], stroke[index + 1]];
    if (!before || !after || Math.max(distance(before, point), distance(point, after)) > JITTER_PT)
      return point;
    const mean = (key: keyof Point) => (before[key] + 2 * point[key] + after[key]) / 4;
    return { x: mean("x"), y: mean("y"), width: mean("width") };
  });
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

/** Ramer, Douglas and Peucker's method, with the width of the line as a third dimension. */
function simplified(stroke: readonly Point[]): Point[] {
  const kept = new Set([0, stroke.length - 1]);
  const open: [number, number][] = [[0, stroke.length - 1]];
  for (let range = open.pop(); range; range = open.pop()) {
    const [from, to] = range;
    let [farthest, most] = [0, TOLERANCE_PT];
    for (let index = from + 1; index < to; index++) {
      const off = distanceToLine(stroke[index]!, stroke[from]!, stroke[to]!);
      if (off > most) [farthest, most] = [index, off];
    }
    if (farthest === 0) continue;
    kept.add(farthest);
    open.push([from, farthest], [farthest, to]);
  }
  const line = [...kept].sort((a, b) => a - b).map((index) => stroke[index]!);
  return line.filter((point, index) => index === 0 || distance(point, line[index - 1]!) > 0.01);
}

function distanceToLine(point: Point, from: Point, to: Point): number {
  const [dx, dy, dw] = [to.x - from.x, to.y - from.y, to.width - from.width];
  const [px, py, pw] = [point.x - from.x, point.y - from.y, point.width - from.width];
  const square = dx * dx + dy * dy + dw * dw;
  const along = square > 0 ? clamp((px * dx + py * dy + pw * dw) / square) : 0;
  return Math.hypot(px - along * dx, py - along * dy, pw - along * dw);
}

/** Centripetal Catmull-Rom curves through the points, one path for each stretch of equal width. */
function* curves(line: readonly Point[], widthStep: number): Generator<[number, PathSegment[]]> {
  let [current, segments] = [Number.NaN, [] as PathSegment[]];
  for (let index = 0; index + 1 < line.length; index++) {
    const [from, to] = [line[index]!, line[index + 1]!];
    const width = round(Math.round((from.width + to.width) / 2 / widthStep) * widthStep);
    if (width !== current) {
      if (segments.length > 0) yield [current, segments];
      [current, segments] = [width, [["M", round(from.x), round(from.y)]]];
    }
    const a = handle(line[index - 1], from, to);
    const b = handle(line[index + 2], to, from);
    segments.push(["C", round(a.x), round(a.y), round(b.x), round(b.y), round(to.x), round(to.y)]);
  }
  if (segments.length > 0) yield [current, segments];
}

/** The control point at `at` of the curve towards `next`; `before` is the point on the other side of `at`. */
function handle(before: Point | undefined, at: Point, next: Point): { x: number; y: number } {
  if (!before) return { x: at.x + (next.x - at.x) / 3, y: at.y + (next.y - at.y) / 3 };
  const [a, b] = [Math.sqrt(distance(before, at)), Math.sqrt(distance(at, next))];
  const mix = (before: number, at: number, next: number) =>
    (a * a * next - b * b * before + (2 * a * a + 3 * a * b + b * b) * at) / (3 * a * (a + b));
  return { x: mix(before.x, at.x, next.x), y: mix(before.y, at.y, next.y) };
}

const CIRCLE = 0.5523; // Where the control points of a quarter circle lie.

function dot({ x, y, width }: Point): PathSegment[] {
  const r = width * 0.75;
  const k = r * CIRCLE;
  const arcs: [number, number, number, number, number, number][] = [
    [x + r, y + k, x + k, y + r, x, y + r],
    [x - k, y + r, x - r, y + k, x - r, y],
    [x - r, y - k, x - k, y - r, x, y - r],
    [x + k, y - r, x + r, y - k, x + r, y],
  ];
  return [
    ["M", round(x + r), round(y)],
    ...arcs.map((arc) => ["C", ...arc.map(round)] as unknown as PathSegment),
    ["Z"],
  ];
}

const round = (value: number) => Number(value.toFixed(3));
