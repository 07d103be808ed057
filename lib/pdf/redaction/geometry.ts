import type { PdfMatrix, PdfRect } from "#lib/pdf/placement.ts";

export type Point = readonly [x: number, y: number];

export const IDENTITY: PdfMatrix = [1, 0, 0, 1, 0, 0];

/** `first` applied before `then` (ISO 32000-2 §8.3.4). */
export function multiply(first: PdfMatrix, then: PdfMatrix): PdfMatrix {
  const [a, b, c, d, e, f] = first;
  const [A, B, C, D, E, F] = then;
  return [
    ...([a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D] as const),
    ...([e * A + f * C + E, e * B + f * D + F] as const),
  ];
}

export const apply = ([a, b, c, d, e, f]: PdfMatrix, [x, y]: Point): Point => [
  a * x + c * y + e,
  b * x + d * y + f,
];

/** Null for a matrix that leaves no area. */
export function inverse([a, b, c, d, e, f]: PdfMatrix): PdfMatrix | null {
  const determinant = a * d - b * c;
  if (!(Math.abs(determinant) > 1e-12)) return null;
  return [
    ...([d / determinant, -b / determinant, -c / determinant, a / determinant] as const),
    ...([(c * f - d * e) / determinant, (b * e - a * f) / determinant] as const),
  ];
}

export const quadOf = (matrix: PdfMatrix, [left, bottom, right, top]: PdfRect): Point[] =>
  (
    [
      [left, bottom],
      [right, bottom],
      [right, top],
      [left, top],
    ] as const
  ).map((corner) => apply(matrix, corner));

export function boundsOf(points: readonly Point[]): PdfRect {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  return [left, bottom, right, top];
}

export const overlaps = (a: PdfRect, b: PdfRect): boolean =>
  a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

export const contains = (outer: PdfRect, inner: PdfRect, slack = 0): boolean =>
  inner[0] >= outer[0] - slack &&
  inner[1] >= outer[1] - slack &&
  inner[2] <= outer[2] + slack &&
  inner[3] <= outer[3] + slack;

const isInside = (rect: PdfRect, [x, y]: Point) => x > rect[0] && x < rect[2] && y > rect[1] && y < rect[3];

/** Cuts a polygon at one line parallel to an axis, keeping what is below (`keeps < 0`) or above `limit`. */
function cutPolygon(polygon: readonly Point[], axis: 0 | 1, limit: number, keeps: -1 | 1): Point[] {
  const found: Point[] = [];
  const side = (point: Point) => (point[axis] - limit) * keeps;
  for (const [index, to] of polygon.entries()) {
    const from = polygon[(index + polygon.length - 1) % polygon.length]!;
    const [before, after] = [side(from), side(to)];
    if (before >= 0 !== after >= 0) {
      const share = before / (before - after);
      found.push([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
    }
    if (after >= 0) found.push(to);
  }
  return found;
}

/** What of a polygon is inside a rectangle. */
export function clipped(polygon: readonly Point[], [left, bottom, right, top]: PdfRect): Point[] {
  const inX = cutPolygon(cutPolygon(polygon, 0, left, 1), 0, right, -1);
  return cutPolygon(cutPolygon(inX, 1, bottom, 1), 1, top, -1);
}

/** The four pieces of a shape outside a rectangle; filled by the same rule they look like the shape with a hole. */
export function outsidePieces(shape: readonly (readonly Point[])[], area: PdfRect): Point[][][] {
  const [left, bottom, right, top] = area;
  const cut = (from: readonly (readonly Point[])[], axis: 0 | 1, limit: number, keeps: -1 | 1) =>
    from.map((polygon) => cutPolygon(polygon, axis, limit, keeps)).filter((polygon) => polygon.length > 2);
  const middle = cut(cut(shape, 0, left, 1), 0, right, -1);
  return [
    cut(shape, 0, left, -1),
    cut(shape, 0, right, 1),
    cut(middle, 1, bottom, -1),
    cut(middle, 1, top, 1),
  ].filter((piece) => piece.length > 0);
}

export function areaOf(polygon: readonly Point[]): number {
  let sum = 0;
  for (const [index, [x, y]] of polygon.entries()) {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length]!;
    sum += x * nextY - nextX * y;
  }
  return Math.abs(sum) / 2;
}

/** The stretch of a line within a rectangle, as shares of its length; null when it does not come into it. */
export function stretchInside(
  from: Point,
  to: Point,
  [left, bottom, right, top]: PdfRect,
): readonly [number, number] | null {
  let [start, end] = [0, 1];
  const delta = [to[0] - from[0], to[1] - from[1]] as const;
  for (const [axis, low, high] of [
    [0, left, right],
    [1, bottom, top],
  ] as const) {
    if (delta[axis] === 0) {
      if (from[axis] <= low || from[axis] >= high) return null;
      continue;
    }
    const [one, two] = [(low - from[axis]) / delta[axis], (high - from[axis]) / delta[axis]];
    start = Math.max(start, Math.min(one, two));
    end = Math.min(end, Math.max(one, two));
  }
  return start < end ? [start, end] : null;
}

/** So much of what something covers makes it part of what is marked, even when its middle is outside. */
const SHARE = 0.2;

/** Whether a mark takes something of this outline with it. */
export function isUnder(quad: readonly Point[], areas: readonly PdfRect[]): boolean {
  const bounds = boundsOf(quad);
  if (!bounds.every(Number.isFinite)) return true;
  const middle: Point = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
  const size = areaOf(quad);
  return areas.some((area) => {
    if (isInside(area, middle)) return true;
    if (size < 1e-9) return overlaps(widened(bounds, 1e-6), area);
    return overlaps(bounds, area) && areaOf(clipped(quad, area)) >= size * SHARE;
  });
}

export const widened = ([left, bottom, right, top]: PdfRect, by: number): PdfRect => [
  left - by,
  bottom - by,
  right + by,
  top + by,
];
