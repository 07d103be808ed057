import { expect, test } from "vitest";
import { unlikeness } from "./source-likeness.ts";

const LIKE = { pagesSaid: null, fontsMissing: [], standIns: [] };

test("the same pages in the same fonts are alike, in whatever cut and however they are written", () => {
  const pdf = { pages: 2, fonts: ["TimesNewRomanPS-BoldMT", "OpenSymbol", "LiberationSans"] };
  expect(unlikeness({ pages: 2, fonts: ["Times New Roman", "Liberation Sans"] }, pdf)).toEqual(LIKE);
});

test("what a file does not say is no difference", () => {
  expect(unlikeness({ pages: null, fonts: [] }, { pages: 2, fonts: ["Carlito"] })).toEqual(LIKE);
});

test("a font that is named and not written in is no difference while no other stands in", () => {
  expect(unlikeness({ pages: 1, fonts: ["Carlito", "Garamond"] }, { pages: 1, fonts: ["Carlito"] })).toEqual(
    LIKE,
  );
});

test("another count of pages and fonts that others stand in for are told", () => {
  const pdf = { pages: 3, fonts: ["Carlito", "Carlito-BoldItalic", "LiberationSerif"] };
  expect(unlikeness({ pages: 2, fonts: ["Calibri", "Liberation Serif"] }, pdf)).toEqual({
    ...{ pagesSaid: 2, fontsMissing: ["Calibri"], standIns: ["Carlito"] },
  });
});
