import { expect, test } from "vitest";
import { drawnLines, MOST_LINES } from "./drawn-lines.ts";

const A4 = { widthPt: 595, heightPt: 842 };
const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const underscore = (left: number) => ({
  ...{ text: "_", left, right: left + 0.01, top: 0.49, bottom: 0.5, markedContentId: -1 },
});

test("a ruled line counts by its middle, whichever way it runs", () => {
  const [flat, upright] = drawnLines([], [box(0.1, 0.5, 0.4, 0.002), box(0.3, 0.2, 0.002, 0.3)], A4);
  expect(flat).toEqual({ x: 0.1, width: 0.4, y: 0.501, height: 0 });
  expect(upright).toEqual({ x: 0.301, width: 0, y: 0.2, height: 0.3 });
});

test("a cell counts by its sides; a dot and the frame of the page do not", () => {
  const cell = box(0.1, 0.5, 0.2, 0.03);
  expect(drawnLines([], [cell, box(0.5, 0.5, 0.002, 0.002), box(0, 0, 1, 1)], A4)).toEqual([cell]);
});

test("underscores are the line they draw", () => {
  const run = Array.from({ length: 12 }, (_, index) => underscore(0.2 + index * 0.01));
  expect(drawnLines(run, [], A4)[0]).toMatchObject({ x: 0.2, y: 0.5, height: 0 });
});

test("what is drawn twice counts once, and no page has more than a screen can use", () => {
  const line = box(0.1, 0.5, 0.4, 0);
  expect(drawnLines([], [line, line], A4)).toHaveLength(1);
  const many = Array.from({ length: 1_000 }, (_, index) => box(0.1, index / 1_000, 0.4, 0));
  expect(drawnLines([], many, A4)).toHaveLength(MOST_LINES);
});
