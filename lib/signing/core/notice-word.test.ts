import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { isNoticeWord, newNoticeWord } from "./notice-word.ts";

test("a word is one of four different ones, without vowels", () => {
  for (let count = 0; count < 200; count++) {
    const { word, choices } = newNoticeWord(new Uint8Array(randomBytes(64)));
    expect(choices).toContain(word);
    expect(new Set(choices).size).toBe(4);
    for (const choice of choices) expect(choice).toMatch(/^[BCDFGHJKMNPQRTVWXZ2346789]{4}$/);
  }
});

test("bytes that are not random make no word", () => {
  expect(() => newNoticeWord(new Uint8Array(64))).toThrow(RangeError);
  expect(() => newNoticeWord(new Uint8Array(63).fill(7))).toThrow(RangeError);
});

test("how a word is typed does not matter, what is typed does", () => {
  expect(isNoticeWord(" k7-mw ", "K7MW")).toBe(true);
  expect(isNoticeWord("K7MV", "K7MW")).toBe(false);
  expect(isNoticeWord("", "K7MW")).toBe(false);
});
