import { expect, test } from "vitest";
import { isTaken, MARK_LIMITS, methodsWithin } from "./mark-methods.ts";

test("typing is never left out, whatever organization and sender leave out", () => {
  for (const one of MARK_LIMITS)
    for (const other of MARK_LIMITS) expect(methodsWithin([one, other])).toContain("type");
});

test("nobody allows what another one left out", () => {
  expect(methodsWithin(["any", "any"])).toEqual(["type", "draw", "upload"]);
  expect(methodsWithin(["no-upload", "any"])).toEqual(["type", "draw"]);
  expect(methodsWithin(["no-upload", "no-draw"])).toEqual(["type"]);
  expect(methodsWithin(["type", "any"])).toEqual(["type"]);
});

test("a mark counts by how it was made", () => {
  expect(isTaken("drawn", methodsWithin(["no-upload"]))).toBe(true);
  expect(isTaken("uploaded", methodsWithin(["no-upload"]))).toBe(false);
  expect(isTaken("typed", methodsWithin(["type"]))).toBe(true);
});
