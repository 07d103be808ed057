import { type Box, keptOnPage } from "./field-places.ts";

interface PlacedBox extends Box {
  readonly id: string;
  readonly documentId: string;
  readonly page: number;
}

/** New boxes by the ids of their fields; those that are left out stay. */
export type Boxes = ReadonlyMap<string, Box>;

export const EDGES = ["left", "center", "right", "top", "middle", "bottom"] as const;
export type Edge = (typeof EDGES)[number];

const byPage = <B extends PlacedBox>(boxes: readonly B[]): B[][] => [
  ...Map.groupBy(boxes, ({ documentId, page }) => `${documentId} ${page}`).values(),
];

const hull = (boxes: readonly Box[]) => ({
  left: Math.min(...boxes.map(({ x }) => x)),
  right: Math.max(...boxes.map(({ x, width }) => x + width)),
  top: Math.min(...boxes.map(({ y }) => y)),
  bottom: Math.max(...boxes.map(({ y, height }) => y + height)),
});

/** Boxes of each page with one edge, or their middles, in one line: that of all of them together. */
export function aligned(boxes: readonly PlacedBox[], edge: Edge): Boxes {
  return new Map(
    byPage(boxes).flatMap((own) => {
      const { left, right, top, bottom } = hull(own);
      return own.map((box): [string, Box] => {
        const { id, x, y, width, height } = box;
        const at = {
          ...{ left: { x: left }, right: { x: right - width }, center: { x: (left + right - width) / 2 } },
          ...{ top: { y: top }, bottom: { y: bottom - height }, middle: { y: (top + bottom - height) / 2 } },
        }[edge];
        return [id, keptOnPage({ x, y, width, height, ...at })];
      });
    }),
  );
}

/** Boxes of each page with the same gap between any two that follow each other; the outer two stay. */
export function distributed(boxes: readonly PlacedBox[], axis: "x" | "y"): Boxes {
  const size = axis === "x" ? "width" : "height";
  return new Map(
    byPage(boxes).flatMap((own) => {
      if (own.length < 3) return [];
      const sorted = own.toSorted((a, b) => a[axis] - b[axis] || (a.id < b.id ? -1 : 1));
      const [first, last] = [sorted[0]!, sorted.at(-1)!];
      const taken = sorted.reduce((sum, box) => sum + box[size], 0);
      const gap = (last[axis] + last[size] - first[axis] - taken) / (sorted.length - 1);
      let at = first[axis];
      return sorted.slice(0, -1).map(({ id, x, y, width, height, ...box }): [string, Box] => {
        const next = keptOnPage({ x, y, width, height, [axis]: at });
        at += { ...box, width, height }[size] + gap;
        return [id, next];
      });
    }),
  );
}

/** All as large as the first. */
export const sameSize = (boxes: readonly PlacedBox[]): Boxes =>
  new Map(
    boxes.map(({ id, x, y }) => {
      const { width, height } = boxes[0]!;
      return [id, keptOnPage({ x, y, width, height })];
    }),
  );

/** All moved by the same, as far as the first of them that meets the edge of its page. */
export function movedTogether(boxes: readonly PlacedBox[], dx: number, dy: number): Boxes {
  if (boxes.length === 0) return new Map();
  const { left, right, top, bottom } = hull(boxes);
  const [byX, byY] = [Math.min(Math.max(dx, -left), 1 - right), Math.min(Math.max(dy, -top), 1 - bottom)];
  return new Map(
    boxes.map(({ id, x, y, width, height }) => [id, keptOnPage({ x: x + byX, y: y + byY, width, height })]),
  );
}

export type PageChoice =
  | { readonly which: "all" | "odd" | "even" }
  | { readonly which: "range"; readonly from: number; readonly to: number };

/** Which pages are meant, from 0. @param choice its range counts from 1, as people do. */
export function chosenPages(choice: PageChoice, pageCount: number): number[] {
  return Array.from({ length: pageCount }, (_, page) => page).filter((page) => {
    if (choice.which === "range") return page + 1 >= choice.from && page + 1 <= choice.to;
    return choice.which === "all" || (page % 2 === 0) === (choice.which === "odd");
  });
}

/** The ids of boxes on a page that a rectangle touches. */
export const touchedBy = (area: Box, boxes: readonly PlacedBox[]): string[] =>
  boxes
    .filter(
      ({ x, y, width, height }) =>
        x < area.x + area.width && x + width > area.x && y < area.y + area.height && y + height > area.y,
    )
    .map(({ id }) => id);
