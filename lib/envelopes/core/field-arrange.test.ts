import { expect, test } from "vitest";
import { aligned, chosenPages, distributed, movedTogether, sameSize, touchedBy } from "./field-arrange.ts";

const box = (id: string, x: number, y: number, width = 0.1, height = 0.1, page = 0) => ({
  ...{ id, x, y, width, height, page, documentId: "d" },
});

test("fields of each page are brought into one line, and pages do not mix", () => {
  const boxes = [box("a", 0.1, 0.1), box("b", 0.5, 0.3, 0.2), box("c", 0.4, 0.9, 0.1, 0.1, 1)];
  expect(aligned(boxes, "left").get("b")).toEqual({ x: 0.1, y: 0.3, width: 0.2, height: 0.1 });
  expect(aligned(boxes, "right").get("a")!.x).toBeCloseTo(0.6);
  expect(aligned(boxes, "middle").get("a")!.y).toBeCloseTo(0.2);
  expect(aligned(boxes, "left").get("c")!.x).toBe(0.4);
});

test("gaps become alike and the outer two stay", () => {
  const boxes = [box("a", 0, 0), box("b", 0.15, 0), box("c", 0.9, 0)];
  const after = distributed(boxes, "x");
  expect([after.get("a")!.x, after.get("b")!.x]).toEqual([0, expect.closeTo(0.45)]);
  expect(after.has("c")).toBe(false);
  expect(distributed(boxes.slice(1), "x").size).toBe(0);
});

test("moved together they keep their distances, and stop where the first meets its edge", () => {
  const after = movedTogether([box("a", 0.1, 0.1), box("b", 0.3, 0.85)], -0.5, 0.5);
  expect(after.get("a")).toMatchObject({ x: 0, y: expect.closeTo(0.15) });
  expect(after.get("b")).toMatchObject({ x: expect.closeTo(0.2), y: expect.closeTo(0.9) });
});

test("all as large as the first, and on their pages", () => {
  const after = sameSize([box("a", 0, 0, 0.4, 0.2), box("b", 0.9, 0.95)]);
  expect(after.get("b")).toEqual({ x: 0.6, y: 0.8, width: 0.4, height: 0.2 });
});

test("pages by the words people use", () => {
  expect(chosenPages({ which: "all" }, 3)).toEqual([0, 1, 2]);
  expect(chosenPages({ which: "odd" }, 4)).toEqual([0, 2]);
  expect(chosenPages({ which: "even" }, 4)).toEqual([1, 3]);
  expect(chosenPages({ which: "range", from: 2, to: 9 }, 4)).toEqual([1, 2, 3]);
});

test("a rectangle takes what it touches", () => {
  const area = { x: 0.05, y: 0.05, width: 0.1, height: 0.1 };
  expect(touchedBy(area, [box("a", 0.1, 0.1), box("b", 0.5, 0.5)])).toEqual(["a"]);
});
