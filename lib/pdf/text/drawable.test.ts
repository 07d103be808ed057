import { expect, test } from "vitest";
import { clustersOf, hiddenCharacters } from "./drawable.ts";

const hiddenIn = (text: string, lineBreaks = false) =>
  hiddenCharacters(text, lineBreaks).map(({ character }) => character);

test.each([
  ["a right-to-left override", "\u202e"],
  ["a left-to-right embedding", "\u202a"],
  ["a right-to-left isolate", "\u2067"],
  ["a right-to-left mark", "\u200f"],
  ["a zero-width space", "\u200b"],
  ["a byte order mark", "\ufeff"],
  ["a soft hyphen", "\u00ad"],
  ["a combining grapheme joiner", "\u034f"],
  ["a Hangul filler", "\u3164"],
  ["a tag character", "\u{e0041}"],
  ["a control", "\u0007"],
  ["a tab", "\t"],
  ["a line separator", "\u2028"],
  ["a private character", "\ue000"],
  ["an unassigned character", "\u{378}"],
  ["half of a surrogate pair", "\ud800"],
])("%s is reported, with its place", (_, character) => {
  expect(hiddenCharacters(`Ana${character}Ruiz`, true)).toEqual([{ character, index: 3, why: "hidden" }]);
});

test("ordinary text in any script has nothing to report", () => {
  const text = "Zoë O’Brien-Łukasz, Ελένη, Жанна, أحمد، שלום, क्षत्रिय, 𠮷野　髙橋, 김철수 №5 — 1 000 €";
  expect(hiddenIn(text)).toEqual([]);
});

test("a mark with nothing to stand on is reported, on its base it is not", () => {
  expect(hiddenIn("\u0301a")).toEqual(["\u0301"]);
  expect(hiddenIn("a\u0301")).toEqual([]);
});

test("joiners pass where they change a shape, and nowhere else", () => {
  expect(hiddenIn("می\u200cخواهم")).toEqual([]);
  expect(hiddenIn("क्\u200dष")).toEqual([]);
  expect(hiddenIn("Ana\u200dRuiz")).toEqual(["\u200d"]);
  expect(hiddenIn("می\u200c\u200cخواهم")).toEqual(["\u200c"]);
});

test("a line break passes where several lines are drawn", () => {
  expect(hiddenIn("a\nb\r\nc", true)).toEqual([]);
  expect(hiddenIn("a\nb")).toEqual(["\n"]);
  expect(hiddenIn("a\rb", true)).toEqual(["\r"]);
});

test("clusters are what a reader takes for one character", () => {
  expect(clustersOf("e\u0301क्षि김").map(({ text }) => text)).toEqual(["e\u0301", "क्षि", "김"]);
});
