import type {
  EditColor,
  PageAddition,
  PageEdits,
  PageMark,
} from "#lib/envelopes/core/documents/page-edits.ts";

export type Tool = "select" | "mark" | PageAddition["kind"];

/** Something on a page that is not in the file yet. */
export type EditItem = { readonly id: string } & (({ readonly kind: "mark" } & PageMark) | PageAddition);
export type BoxItem = Extract<EditItem, { width: number }>;
export type LineItem = Extract<EditItem, { points: unknown }>;

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export const isLine = (item: EditItem): item is LineItem => "points" in item;

const cut = (value: number, most = 1) => Math.min(most, Math.max(0, value));
const SMALLEST = 0.008;

/** The box an item takes up on its page. */
export function boundsOf(item: EditItem): { x: number; y: number; width: number; height: number } {
  if (!isLine(item)) return item;
  const xs = item.points.map(([x]) => x);
  const ys = item.points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export interface NewItem {
  readonly id: string;
  readonly page: number;
  readonly color: EditColor;
  readonly text: string;
  readonly file?: string;
}

/** What a tool makes between two places where the pointer was; a mere click makes it in its usual size. */
export function itemBetween(
  tool: Exclude<Tool, "select">,
  from: Spot,
  to: Spot,
  made: NewItem,
): EditItem | null {
  const { id, page, color, text, file } = made;
  if (tool === "line") {
    const isClick = Math.hypot(to.x - from.x, to.y - from.y) < SMALLEST;
    const end = isClick ? { x: cut(from.x + 0.3), y: from.y } : to;
    return {
      ...{ id, kind: tool, page, color, strokeWidthPt: 1.5 },
      points: [
        [cut(from.x), cut(from.y)],
        [cut(end.x), cut(end.y)],
      ],
    };
  }
  if (tool === "drawing") return null;
  const box = boxBetween(from, to, tool === "text" || tool === "picture" ? [0.4, 0.08] : [0.25, 0.03]);
  switch (tool) {
    case "mark":
      return { id, kind: tool, page, ...box, label: "" };
    case "text":
      return { id, kind: tool, page, ...box, color, text, sizePt: 12 };
    case "picture":
      return file ? { id, kind: tool, page, ...box, file, alternative: "" } : null;
    case "highlight":
      return { id, kind: tool, page, ...box, color: "yellow" };
    default:
      return { id, kind: tool, page, ...box, color, strokeWidthPt: 1.5, isFilled: false };
  }
}

function boxBetween(from: Spot, to: Spot, [width, height]: readonly [number, number]) {
  const [left, top] = [cut(Math.min(from.x, to.x)), cut(Math.min(from.y, to.y))];
  const [right, bottom] = [cut(Math.max(from.x, to.x)), cut(Math.max(from.y, to.y))];
  if (right - left >= SMALLEST && bottom - top >= SMALLEST / 2)
    return { x: left, y: top, width: right - left, height: bottom - top };
  return { x: cut(left, 1 - width), y: cut(top, 1 - height), width, height };
}

/** Elsewhere on its page, never beyond its edge. */
export function movedBy(item: EditItem, x: number, y: number): EditItem {
  const bounds = boundsOf(item);
  const byX = cut(bounds.x + x, 1 - bounds.width) - bounds.x;
  const byY = cut(bounds.y + y, 1 - bounds.height) - bounds.y;
  if (!isLine(item)) return { ...item, x: item.x + byX, y: item.y + byY };
  const points = item.points.map(([px, py]): [number, number] => [cut(px + byX), cut(py + byY)]);
  return { ...item, points } as EditItem;
}

/** Larger or smaller, its upper left corner where it is. */
export function resizedBy(item: EditItem, width: number, height: number): EditItem {
  const bounds = boundsOf(item);
  const next = {
    width: Math.min(1 - bounds.x, Math.max(SMALLEST, bounds.width + width)),
    height: Math.min(1 - bounds.y, Math.max(SMALLEST / 2, bounds.height + height)),
  };
  if (!isLine(item)) return { ...item, ...next };
  const points = item.points.map(([px, py]): [number, number] => [
    cut(bounds.width > 0 ? bounds.x + ((px - bounds.x) * next.width) / bounds.width : px),
    cut(bounds.height > 0 ? bounds.y + ((py - bounds.y) * next.height) / bounds.height : py),
  ]);
  return { ...item, points } as EditItem;
}

/** What is sent. A text without words is none. */
export function editsOf(items: readonly EditItem[]): PageEdits {
  const marks: PageMark[] = [];
  const additions: PageAddition[] = [];
  for (const { id: _, ...item } of items) {
    if (item.kind === "mark") {
      const { kind: __, ...mark } = item;
      marks.push(mark);
    } else if (item.kind !== "text" || item.text.trim() !== "") additions.push(item);
  }
  return { marks, additions };
}
