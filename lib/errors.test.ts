import { expect, test, vi } from "vitest";
import { defineErrors, isRefusal } from "./errors.ts";

const roomError = defineErrors("room", { "door-shut": "conflict" });

test("a refusal is one, and nothing else is", () => {
  expect(isRefusal(roomError("door-shut", "it is shut"))).toBe(true);
  expect(isRefusal(roomError("door-shut", "it is shut"), "room/door-shut")).toBe(true);
  expect(isRefusal(roomError("door-shut", "it is shut"), "room/other")).toBe(false);
  for (const other of [new Error("a bug"), { code: "room/door-shut" }, null, "room/door-shut"])
    expect(isRefusal(other)).toBe(false);
});

test("a refusal made by another copy of this file is one all the same", async () => {
  vi.resetModules();
  const copy = await import("./errors.ts");
  const error = copy.defineErrors("room", { "door-shut": "conflict" })("door-shut", "it is shut");
  expect(copy.isRefusal).not.toBe(isRefusal);
  expect(isRefusal(error, "room/door-shut")).toBe(true);
});
