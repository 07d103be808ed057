import { expect, test } from "vitest";
import { pageName, pagesOfRuns, runsOfPages, unseenPages } from "./page-runs.ts";

test("pages are written as runs and read back", () => {
  expect(runsOfPages([6, 0, 1, 2, 2])).toBe("1-3, 7");
  expect(pagesOfRuns("1-3, 7")).toEqual([0, 1, 2, 6]);
  for (const nonsense of ["", "x", "0", "3-1", "1-999999999", "-"]) expect(pagesOfRuns(nonsense)).toEqual([]);
});

test("what was never on screen is named in order", () => {
  const documents = [
    { id: "a", pageCount: 2 },
    { id: "b", pageCount: 1 },
  ];
  expect(unseenPages(documents, new Set([pageName("a", 1)]))).toEqual(["a:0", "b:0"]);
});
