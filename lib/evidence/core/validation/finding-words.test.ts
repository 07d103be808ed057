import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import english from "../../../../messages/en/verify.json" with { type: "json" };
import { doneIn, foundIn } from "./finding-words.ts";

const words = english.report;
const root = path.join(import.meta.dirname, "../../../..");

/** Codes as the source of the check writes them. */
function codesIn(folders: readonly string[], calls: string): string[] {
  const call = new RegExp(`\\b(?:${calls})\\(\\s*"([a-z][a-z-]+)"`, "g");
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  const texts = files
    .filter((file) => !file.includes("test"))
    .map((file) => readFileSync(path.join(root, file), "utf8"));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(call)].map(([, code]) => code!)))];
}

describe("what is found has a sentence of its own, and not only that something was", () => {
  const codes = codesIn(
    ["lib/pki/core/validation", "lib/pki/core/timestamps", "lib/evidence/core/validation"],
    "failure|warning",
  );
  test.each(codes)("%s", (code) => {
    const said = foundIn({ code, severity: "error", message: "" }, words);
    expect(said).not.toBe(words.found.fault);
  });
  test("is looked for in the source", () => expect(codes.length).toBeGreaterThan(15));
});

describe("what a later revision did to fields, signatures and pages is named", () => {
  const codes = codesIn(["lib/pdf/changes"], "problem").filter((code) => code !== "unclear");
  test.each(codes)("%s", (code) => expect(doneIn({ code }, words)).not.toBe(words.done.other));
});

test("a code that nobody knows yet is told by how grave it is", () => {
  const of = (severity: "error" | "warning") => foundIn({ code: "brand-new", severity, message: "" }, words);
  expect([of("error"), of("warning")]).toEqual([words.found.fault, words.found.note]);
  expect(doneIn({ code: "brand-new" }, words)).toBe(words.done.other);
});
