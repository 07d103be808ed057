import { numberSyntax } from "#lib/pdf/objects.ts";
import type { PdfMatrix, PdfRect } from "#lib/pdf/placement.ts";
import { apply, boundsOf, inverse, outsidePieces, overlaps, type Point, stretchInside } from "./geometry.ts";

const CURVE_STEPS = 16;

interface Subpath {
  readonly points: Point[];
  isClosed: boolean;
}

/** A path as it is built, on the page; curves as short lines. */
export class Path {
  readonly #subpaths: Subpath[] = [];
  #at: Point = [0, 0];

  get isEmpty(): boolean {
    return this.#subpaths.length === 0;
  }

  /** @param operands of a path construction operator (ISO 32000-2 §8.5.2), in a space that `matrix` leads from. */
  add(operator: string, operands: readonly number[], matrix: PdfMatrix): void {
    const point = (index: number): Point => apply(matrix, [operands[index] ?? 0, operands[index + 1] ?? 0]);
    if (operator === "m") this.#begin(point(0));
    else if (operator === "l") this.#line(point(0));
    else if (operator === "c") this.#curve(point(0), point(2), point(4));
    else if (operator === "v") this.#curve(this.#at, point(0), point(2));
    else if (operator === "y") this.#curve(point(0), point(2), point(2));
    else if (operator === "h") this.#close();
    else if (operator === "re") {
      const [x = 0, y = 0, width = 0, height = 0] = operands;
      this.#begin(apply(matrix, [x, y]));
      this.#line(apply(matrix, [x + width, y]));
      this.#line(apply(matrix, [x + width, y + height]));
      this.#line(apply(matrix, [x, y + height]));
      this.#close();
    }
  }

  #begin(point: Point): void {
    this.#at = point;
    this.#subpaths.push({ points: [point], isClosed: false });
  }

  #line(point: Point): void {
    const last = this.#subpaths.at(-1);
    if (!last || last.isClosed) this.#begin(this.#at);
    this.#subpaths.at(-1)!.points.push(point);
    this.#at = point;
  }

  #curve(one: Point, two: Point, end: Point): void {
    const start = this.#at;
    for (let step = 1; step <= CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      const u = 1 - t;
      const at = (axis: 0 | 1) =>
        u ** 3 * start[axis] + 3 * u * u * t * one[axis] + 3 * u * t * t * two[axis] + t ** 3 * end[axis];
      this.#line([at(0), at(1)]);
    }
  }

  #close(): void {
    const last = this.#subpaths.at(-1);
    if (!last) return;
    last.isClosed = true;
    this.#at = last.points[0]!;
  }

  *#lines(): Generator<readonly [Point, Point]> {
    for (const { points, isClosed } of this.#subpaths) {
      for (let index = 1; index < points.length; index++) yield [points[index - 1]!, points[index]!];
      if (isClosed || points.length === 1) yield [points.at(-1)!, points[0]!];
    }
  }

  overlaps(areas: readonly PdfRect[]): boolean {
    const bounds = boundsOf(this.#subpaths.flatMap(({ points }) => points));
    return areas.some((area) =>
      overlaps([bounds[0] - 1e-6, bounds[1] - 1e-6, bounds[2] + 1e-6, bounds[3] + 1e-6], area),
    );
  }

  /** Whether an outline comes under a mark: what lies all around one says nothing about what is below it. */
  touches(areas: readonly PdfRect[]): boolean {
    if (!this.overlaps(areas)) return false;
    // A path that is filled is closed by itself.
    for (const { points, isClosed } of this.#subpaths)
      if (
        !isClosed &&
        points.length > 2 &&
        areas.some((area) => stretchInside(points.at(-1)!, points[0]!, area))
      )
        return true;
    for (const [from, to] of this.#lines())
      if (areas.some((area) => stretchInside(from, to, area))) return true;
    return false;
  }

  /** The same shape outside the areas, in a space that leads to the page by `matrix`. */
  filledOutside(areas: readonly PdfRect[], matrix: PdfMatrix): string {
    let shapes: (readonly (readonly Point[])[])[] = [this.#subpaths.map(({ points }) => points)];
    for (const area of areas)
      shapes = shapes.flatMap((shape) =>
        overlaps(boundsOf(shape.flat()), area) ? outsidePieces(shape, area) : [shape],
      );
    return written(
      shapes.flat().map((polygon) => ({ points: polygon, isClosed: true })),
      matrix,
    );
  }

  /** Its outline outside the areas. */
  strokedOutside(areas: readonly PdfRect[], matrix: PdfMatrix): string {
    const runs: Point[][] = [];
    for (const [from, to] of this.#lines())
      for (const [start, end] of sharesOutside(from, to, areas)) {
        const [a, b] = [between(from, to, start), between(from, to, end)];
        const last = runs.at(-1)?.at(-1);
        if (last && last[0] === a[0] && last[1] === a[1]) runs.at(-1)!.push(b);
        else runs.push([a, b]);
      }
    return written(
      runs.map((points) => ({ points, isClosed: false })),
      matrix,
    );
  }
}

const between = (from: Point, to: Point, share: number): Point =>
  share === 0
    ? from
    : share === 1
      ? to
      : [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];

/** What is left of a line, in shares of its length. */
function sharesOutside(from: Point, to: Point, areas: readonly PdfRect[]): (readonly [number, number])[] {
  let left: (readonly [number, number])[] = [[0, 1]];
  for (const area of areas) {
    const inside = stretchInside(from, to, area);
    if (!inside) continue;
    left = left
      .flatMap(([start, end]): (readonly [number, number])[] => [
        [start, Math.min(end, inside[0])],
        [Math.max(start, inside[1]), end],
      ])
      .filter(([start, end]) => end - start > 1e-9);
  }
  return left;
}

function written(
  subpaths: readonly { readonly points: readonly Point[]; readonly isClosed: boolean }[],
  matrix: PdfMatrix,
): string {
  const back = inverse(matrix);
  if (!back) return "";
  const syntax = (point: Point) => apply(back, point).map(numberSyntax).join(" ");
  return subpaths
    .map(({ points, isClosed }) => {
      const [first, ...rest] = points;
      return `${syntax(first!)} m\n${rest.map((point) => `${syntax(point)} l\n`).join("")}${isClosed ? "h\n" : ""}`;
    })
    .join("");
}
