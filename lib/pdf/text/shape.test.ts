import { expect, test } from "vitest";
import { hanFaces, type TextStyle } from "./faces.ts";
import { directionOf, itemize, type ShapedRun, shapeLine } from "./shape.ts";
import { fonts } from "./testing.ts";

function shaped(text: string, style: TextStyle = "plain", language?: string) {
  const options = { style, language };
  const { paragraphs, missing } = itemize(text, options, fonts);
  const runs =
    missing.length > 0
      ? []
      : paragraphs.flatMap((paragraph) => shapeLine(paragraph, 0, paragraph.text.length, options, fonts));
  return { runs, missing, paragraphs };
}

const facesOf = (text: string, style?: TextStyle, language?: string) => [
  ...new Set(shaped(text, style, language).runs.map(({ face }) => face)),
];
const textsOf = (text: string, runs: readonly ShapedRun[]) =>
  runs.map(({ start, end }) => text.slice(start, end));

test("runs stand in visual order, and numbers keep theirs within Arabic", () => {
  const text = "أحمد 123 Ana";
  const { runs, paragraphs } = shaped(text);
  expect(paragraphs[0]!.direction).toBe("rtl");
  expect(textsOf(text, runs)).toEqual(["Ana", " ", "123", "أحمد "]);
  expect(runs.map(({ isRightToLeft }) => isRightToLeft)).toEqual([false, true, false, true]);
});

test("Latin within Hebrew, and Hebrew within Latin", () => {
  expect(textsOf("שלום John מה", shaped("שלום John מה").runs)).toEqual(["מה", " ", "John", "שלום "]);
  expect(textsOf("Ana אברהם Ruiz", shaped("Ana אברהם Ruiz").runs)).toEqual(["Ana ", "אברהם", " ", "Ruiz"]);
});

test("the first letter decides the direction, unless the caller does", () => {
  expect(directionOf("123 (שלום")).toBe("rtl");
  expect(directionOf("123")).toBe("ltr");
  const { paragraphs } = itemize("Ana", { style: "plain", direction: "rtl" }, fonts);
  expect(paragraphs[0]!.direction).toBe("rtl");
});

test("each paragraph has its own direction", () => {
  const { paragraphs } = shaped("Ana\r\nأحمد\n");
  expect(paragraphs.map(({ text, start, direction }) => [text, start, direction])).toEqual([
    ["Ana", 0, "ltr"],
    ["أحمد", 5, "rtl"],
    ["", 10, "ltr"],
  ]);
});

test("a bracket is drawn in the face of its pair", () => {
  const text = "Ana (אב) b";
  const { runs } = shaped(text);
  const bracketFaces = [4, 7].map((at) => runs.find(({ start, end }) => start <= at && at < end)!.face);
  expect(bracketFaces).toEqual(["sans", "sans"]);
});

test("ideographs take the forms of the text's own language, then of the hint, then Chinese", () => {
  expect(facesOf("山田 やまだ")).toEqual(["sans-jp"]);
  expect(facesOf("金 김")).toEqual(["sans-kr"]);
  expect(facesOf("山田", "plain", "ja-JP")).toEqual(["sans-jp"]);
  expect(facesOf("山田")).toEqual(["sans-sc"]);
  expect(hanFaces("山", "ko")[0]).toBe("sans-kr");
});

test("a rare ideograph falls back to the face that has it, and takes its neighbors along", () => {
  expect(facesOf("𠮷野")).toEqual(["sans-jp"]);
});

test("the form a variation selector asks for is drawn or reported, never silently dropped", () => {
  expect(shaped("邉\u{e0100}").missing).toEqual([]);
  expect(shaped("邉\u{e0101}").missing).toHaveLength(1);
  expect(shaped("山\ufe0f").missing).toEqual([{ character: "山\ufe0f", index: 0, why: "no-glyph" }]);
});

test("a name stays in one hand: the first that has all its letters", () => {
  expect(facesOf("Łukasz", "marker")).toEqual(["hand-brisk"]);
  expect(facesOf("Nguyễn", "brisk")).toEqual(["hand-flowing"]);
  expect(facesOf("Nguyễn".normalize("NFD"), "brisk")).toEqual(["hand-flowing"]);
  expect(facesOf("Жанна", "flowing")).toEqual(["hand-brisk"]);
  expect(facesOf("प्रिया", "flowing")).toEqual(["hand-upright"]);
  expect(facesOf("أحمد", "marker")).toEqual(["hand-ruqaa"]);
  expect(facesOf("Ελένη", "brisk")).toEqual(["hand-greek"]);
  expect(facesOf("שלום", "upright")).toEqual(["hand-hebrew"]);
  expect(facesOf("山田", "upright", "ja")).toEqual(["sans-jp"]);
});

test("what no face has is reported with its place", () => {
  const { missing } = shaped("Ana 😀 ქალ");
  expect(missing.map(({ character, index }) => [character, index])).toEqual([
    ["😀", 4],
    ["ქ", 7],
    ["ა", 8],
    ["ლ", 9],
  ]);
});

test("composed and decomposed letters look the same, and the text stays as it was given", () => {
  const ids = (text: string) => shaped(text).runs.flatMap(({ glyphs }) => glyphs.map(({ id }) => id));
  for (const name of ["Ångström", "Nguyễn", "Їжакевич", "Ελένη"])
    expect(ids(name.normalize("NFD"))).toEqual(ids(name.normalize("NFC")));
  // NFC would turn this ideograph into another one.
  expect("\ufa19".normalize("NFC")).toBe("\u795e");
  const japanese = (text: string) => shaped(text, "plain", "ja").runs[0]!.glyphs[0]!.id;
  expect(japanese("\ufa19")).not.toBe(japanese("\u795e"));
});

test("a lam-alef is joined, and a conjunct is one cluster", () => {
  const lone = shaped("ل").runs[0]!.glyphs[0]!.id;
  expect(shaped("لا").runs[0]!.glyphs.map(({ id }) => id)).not.toContain(lone);
  expect(new Set(shaped("क्षत्रि").runs[0]!.glyphs.map(({ cluster }) => cluster)).size).toBe(2);
});
