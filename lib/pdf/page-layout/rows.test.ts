import { expect, test } from "vitest";
import { paginate, type Row } from "./rows.ts";
import { StructureElement } from "./structure.ts";
import type { SetLine } from "./typesetter.ts";

const line: SetLine = { sizePt: 10, runs: [], trailing: [], widthPt: 50, heightPt: 10, baselinePt: 8 };

function row(lines: readonly number[], changes: Partial<Row> = {}): Row {
  const cells = lines.map((count, index) => ({
    ...{ xPt: index * 60, widthPt: 50, align: "left" as const, element: new StructureElement("TD") },
    lines: Array.from({ length: count }, () => line),
  }));
  return { cells, spaceBeforePt: 0, paddingPt: 0, rule: "none", keepsWithNext: false, ...changes };
}

/** Per page, the lines of the first cell of each segment. */
const linesOn = (rows: readonly Row[], heightPt: number) =>
  paginate(rows, heightPt).map((segments) => segments.map(({ ranges }) => ranges[0]![1] - ranges[0]![0]));

test("a paragraph goes on on the next page, never with one line alone", () => {
  expect(linesOn([row([7]), row([5])], 100)).toEqual([[7, 3], [2]]);
  expect(linesOn([row([8]), row([3])], 100)).toEqual([[8], [3]]);
  expect(linesOn([row([9]), row([5])], 100)).toEqual([[9], [5]]);
  expect(linesOn([row([6]), row([5])], 100)).toEqual([[6, 3], [2]]);
});

test("a row of a table stays whole unless it is large", () => {
  expect(linesOn([row([8, 1]), row([4, 2])], 100)).toEqual([[8], [4]]);
  expect(linesOn([row([4, 1]), row([20, 2])], 100)).toEqual([[4, 6], [10], [4]]);
});

test("what belongs together moves together", () => {
  const heading = row([1], { keepsWithNext: true });
  expect(linesOn([row([8]), heading, row([2, 2])], 100)).toEqual([[8], [1, 2]]);
  expect(linesOn([row([5]), heading, row([2, 2])], 100)).toEqual([[5, 1, 2]]);
});

test("space before a row is left out at the top of a page", () => {
  const [first, second] = paginate([row([9, 1]), row([3, 1], { spaceBeforePt: 20 })], 100);
  expect(first).toHaveLength(1);
  expect(second![0]).toMatchObject({ topPt: 0 });
});

test("a table that goes on has its header again, which is not read out twice", () => {
  const header = row([1, 1], { keepsWithNext: true });
  const body = Array.from({ length: 12 }, () => row([3, 1], { header }));
  const pages = paginate([header, ...body], 100);
  expect(pages).toHaveLength(4);
  expect(pages.every(([first]) => first!.row === header)).toBe(true);
  expect(pages.map(([first]) => first!.isRepeated)).toEqual([false, true, true, true]);
  expect(pages.flat().filter(({ row }) => row !== header)).toHaveLength(12);
});

test("a line higher than a page is drawn all the same", () => {
  const tall = row([1]);
  const high = { ...tall, cells: [{ ...tall.cells[0]!, lines: [{ ...line, heightPt: 500 }] }] };
  expect(paginate([row([2]), high, row([1])], 100)).toHaveLength(3);
});
