import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("a cell that a spreadsheet would run begins with an apostrophe", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r", " =", "\n+", "\u200b=", "\0=", "＝", "＋", "－", "＠"])
    expect(csvLine([`${start}cmd|' /C calc'!A0`])).toBe(`"'${start}cmd|' /C calc'!A0"\r\n`);
  expect(csvLine(["a=b", "3-4", ""])).toBe('"a=b","3-4",""\r\n');
});

test("quotes are doubled, and commas and line ends stay inside their cell", () => {
  expect(csvLine(['Ana "the boss"', "a,b\r\nc"])).toBe('"Ana ""the boss""","a,b\r\nc"\r\n');
});
