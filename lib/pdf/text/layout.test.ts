import { expect, test } from "vitest";
import { isRefused, layoutText, type TextRequest } from "./layout.ts";
import type { TextBox, TextLayout } from "./place.ts";
import { fonts } from "./testing.ts";

const box: TextBox = { widthPt: 160, heightPt: 18, paddingPt: 2 };
const tall: TextBox = { widthPt: 160, heightPt: 80, paddingPt: 2 };

const lay = (text: string, more: Partial<TextRequest> = {}, within = box) =>
  layoutText({ text, lines: "single", preferredSizePt: 12, minimumSizePt: 6, ...more }, within, fonts);

function laid(text: string, more?: Partial<TextRequest>, within = box): TextLayout {
  const layout = lay(text, more, within);
  if (isRefused(layout)) throw new Error(`${text} was refused: ${layout.reason}`);
  return layout;
}

const linesOf = ({ lines }: TextLayout) => lines.map(({ runs }) => runs.map(({ text }) => text).join(""));

function expectInside({ ink }: TextLayout, { widthPt, heightPt }: TextBox): void {
  expect(ink!.left).toBeGreaterThanOrEqual(0);
  expect(ink!.bottom).toBeGreaterThanOrEqual(0);
  expect(ink!.right).toBeLessThanOrEqual(widthPt);
  expect(ink!.top).toBeLessThanOrEqual(heightPt);
}

test("a short text keeps its preferred size, a longer one shrinks to the width", () => {
  expect(laid("Ana Ruiz").sizePt).toBe(12);
  const long = laid("Ana Isabel Ruiz de la Fuente y Gómez");
  expect(long.sizePt).toBeLessThan(12);
  expect(long.sizePt).toBeGreaterThanOrEqual(6);
  expectInside(long, box);
});

test("a text that does not fit at the smallest size is refused", () => {
  expect(lay("Ana Ruiz ".repeat(20))).toEqual({ reason: "overflow" });
  expect(lay("x".repeat(500))).toEqual({ reason: "overflow" });
  expect(lay("Ana", {}, { widthPt: 160, heightPt: 5, paddingPt: 1 })).toEqual({ reason: "overflow" });
  expect(lay("x".repeat(20_000), { lines: "multiple" }, tall)).toEqual({ reason: "overflow" });
});

test("a name of 500 characters fits where there is room for it", () => {
  const name = "Wolfeschlegelsteinhausenbergerdorff ".repeat(14).slice(0, 500);
  const layout = laid(name, { lines: "multiple" }, { widthPt: 300, heightPt: 200, paddingPt: 2 });
  expect(linesOf(layout).join(" ").replace(/\s+/g, " ")).toBe(name.trim());
});

test("hidden and missing characters are refused by name", () => {
  expect(lay("Ana\u202eziuR")).toEqual({
    reason: "hidden-character",
    characters: [{ character: "\u202e", index: 3, why: "hidden" }],
  });
  expect(lay("Ana 😀")).toEqual({
    reason: "missing-glyph",
    characters: [{ character: "😀", index: 4, why: "no-glyph" }],
  });
});

test("the same request gives the same layout, and it survives JSON", () => {
  const text = "Ana أحمد 山田 क्षत्रिय";
  expect(lay(text)).toEqual(lay(text));
  expect(JSON.parse(JSON.stringify(lay(text)))).toEqual(lay(text));
});

test("start is left, or right for what reads right to left", () => {
  expect(laid("Ana").ink!.left).toBeLessThan(4);
  expect(laid("שלום").ink!.right).toBeGreaterThan(155);
  expect(laid("שלום", { align: "end" }).ink!.left).toBeLessThan(4);
  expect(laid("שלום", { align: "left" }).ink!.left).toBeLessThan(4);
  const { ink } = laid("Ana", { align: "center" });
  expect(ink!.left + ink!.right).toBeCloseTo(160, -1);
});

test("capitals stand in the middle of a line, whatever else is in it", () => {
  const baseline = (text: string) => laid(text).lines[0]!.baselinePt;
  expect(laid("HHH").ink!.bottom + laid("HHH").ink!.top).toBeCloseTo(18, 0);
  expect(baseline("gypsy")).toBe(baseline("HHH"));
  expect(baseline("山田")).toBe(baseline("HHH"));
});

test("ink never leaves the box, not even swashes and piled marks", () => {
  for (const text of ["fjf", `Z${"\u0323\u0301".repeat(3)}`, "Ǻǻ ﷽", "गु्र्रू", "f"])
    for (const style of ["plain", "flowing", "brisk", "upright"] as const) {
      const layout = lay(text, { style }, { widthPt: 40, heightPt: 16, paddingPt: 1 });
      if (!isRefused(layout)) expectInside(layout, { widthPt: 40, heightPt: 16, paddingPt: 1 });
    }
});

test("a tiny box holds a short text, and refuses a longer one", () => {
  const tiny = { widthPt: 20, heightPt: 8, paddingPt: 1 };
  expect(laid("Gyp", {}, tiny).sizePt).toBeLessThan(7);
  expect(lay("Gregory", {}, tiny)).toEqual({ reason: "overflow" });
});

test("Thai, which has no spaces, breaks between its words", () => {
  const words = ["ผู้เช่า", "ต้อง", "ชำระ", "ค่าเช่า", "ทุก", "เดือน", "ภายใน", "วันที่", "ห้า", "ของ", "เดือน", "นั้น"];
  const layout = laid(words.join(""), { lines: "multiple" }, tall);
  expect(layout.lines.length).toBeGreaterThan(1);
  const ends = new Set(words.map((_, index) => words.slice(0, index + 1).join("").length));
  let length = 0;
  for (const line of linesOf(layout)) {
    length += line.length;
    expect(ends.has(length)).toBe(true);
  }
});

test("lines break at spaces, and the space stays behind", () => {
  const layout = laid("one two three four five six seven eight nine ten", { lines: "multiple" }, tall);
  expect(layout.lines.length).toBeGreaterThan(1);
  for (const line of linesOf(layout)) expect(line).toBe(line.trim());
});

test("Japanese breaks between characters, but never before a full stop", () => {
  const lines = linesOf(
    laid("私は山田太郎です。".repeat(4), { lines: "multiple" }, { ...tall, widthPt: 63 }),
  );
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(line).not.toMatch(/^[。、]/);
});

test("a date stays whole, a double name may break at its hyphen", () => {
  const narrow = { widthPt: 72, heightPt: 60, paddingPt: 2 };
  const lines = (text: string) => linesOf(laid(text, { lines: "multiple", minimumSizePt: 12 }, narrow));
  expect(lines("am 2026-11-20")).toEqual(["am", "2026-11-20"]);
  expect(lines("Marie-Laurence")).toEqual(["Marie-", "Laurence"]);
});

test("a word wider than the box is cut, unless its letters join", () => {
  const narrow = { widthPt: 40, heightPt: 60, paddingPt: 2 };
  const more = { lines: "multiple", minimumSizePt: 12 } as const;
  expect(linesOf(laid("supercalifragilistic", more, narrow)).join("")).toBe("supercalifragilistic");
  expect(lay("فأسقيناكموهافأسقيناكموها", more, narrow)).toEqual({ reason: "overflow" });
});

test("line breaks and empty lines are kept", () => {
  const layout = laid("one\n\ntwo", { lines: "multiple" }, tall);
  const [first, second] = layout.lines.map(({ baselinePt }) => baselinePt);
  expect(linesOf(layout)).toEqual(["one", "two"]);
  expect(first! - second!).toBeCloseTo(2 * 1.3 * 12, 1);
});

test("white space alone draws nothing", () => {
  expect(laid("   ")).toMatchObject({ lines: [], ink: null });
  expect(laid("")).toMatchObject({ lines: [], ink: null });
});

test("ten thousand line breaks are refused quickly", () => {
  const start = Date.now();
  expect(lay("a\n".repeat(5000), { lines: "multiple" }, tall)).toEqual({ reason: "overflow" });
  expect(Date.now() - start).toBeLessThan(60_000);
});
