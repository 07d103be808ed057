import { expect, test } from "vitest";
import { depthOf, heightOf, isWithin, pathOf } from "./folder-tree.ts";

const folder = (id: string, parentId: string | null = null) => ({ id, name: id.toUpperCase(), parentId });
const [a, b, c, d] = [folder("a"), folder("b", "a"), folder("c", "b"), folder("d")];
const all = [d, c, b, a];

test("a folder is told by those it lies in", () => {
  expect(pathOf(c, all)).toBe("A / B / C");
  expect(pathOf(folder("x", "gone"), all)).toBe("X");
});

test("what lies in a folder is within it, and it is within itself", () => {
  expect(isWithin(c, "a", all)).toBe(true);
  expect(isWithin(a, "a", all)).toBe(true);
  expect(isWithin(a, "c", all)).toBe(false);
  expect(isWithin(d, "a", all)).toBe(false);
});

test("levels are counted from the top and from below", () => {
  expect([a, b, c, d].map((one) => depthOf(one, all))).toEqual([1, 2, 3, 1]);
  expect([a, b, c, d].map((one) => heightOf(one, all))).toEqual([3, 2, 1, 1]);
});

test("a circle that somebody put into the database ends", () => {
  const round = [folder("x", "y"), folder("y", "x")];
  expect(pathOf(round[0]!, round)).toBe("Y / X");
});
