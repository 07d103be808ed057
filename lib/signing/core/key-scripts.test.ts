import { expect, test } from "vitest";
import { OUR_SCRIPTS, parseScript, scriptSha256, scriptText } from "./key-scripts.ts";

test.each(OUR_SCRIPTS)("$name reads as it was written", (script) => {
  expect(parseScript(scriptText(script))).toEqual(script.steps);
  expect(script.steps.length).toBeGreaterThan(5);
});

test("another wording has another hash", () => {
  const [first, second] = OUR_SCRIPTS;
  expect(scriptSha256(first!)).not.toBe(scriptSha256(second!));
  expect(scriptSha256({ ...first!, version: 7 })).toBe(scriptSha256(first!));
});

test("a paragraph is a step; a step that says nothing, or none at all, is no script", () => {
  expect(parseScript("Open the bag.\n> Seal 4711 is whole.\n\n\nClose it.")).toEqual([
    { say: "Open the bag.", expect: "Seal 4711 is whole." },
    { say: "Close it.", expect: "" },
  ]);
  expect(parseScript("> only what is seen")).toBeNull();
  expect(parseScript(" \n\n ")).toBeNull();
  expect(parseScript("x".repeat(2001))).toBeNull();
});
