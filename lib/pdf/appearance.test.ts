import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { fromLatin1 } from "#lib/bytes.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { type PdfRef, PdfStream, pdfDict, pdfName } from "#lib/pdf/objects.ts";
import { type PageBox, toPdfRect, uprightMatrix } from "#lib/pdf/placement.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import {
  complaints,
  extractedText,
  fonts,
  pixelDifference,
  rendered,
  TestPdf,
} from "#lib/pdf/text/testing.ts";
import { type AppearanceRefusal, drawField, type FieldBox, type FieldContent } from "./appearance.ts";
import { drawingWriter } from "./drawing/draw-pdf.ts";
import { drawingSvg } from "./drawing/draw-svg.ts";
import type { Drawing } from "./drawing/drawing.ts";
import type { Mark } from "./drawing/mark.ts";
import type { Stroke } from "./drawing/strokes.ts";

const UPRIGHT = [1, 0, 0, 1, 0, 0] as const;
const field: FieldBox = { widthPt: 180, heightPt: 50 };
const caption = ["Signed by Ana Ruiz", "20 Nov 2026, 14:05 UTC · ENV-7Q4K2M"];
const typed: Mark = { type: "typed", text: "Ana Ruiz", style: "flowing" };
const loop: Stroke = Array.from({ length: 200 }, (_, index) => ({
  x: 0.1 + (0.8 * index) / 199,
  y: 0.5 + 0.4 * Math.sin(index / 12),
  pressure: 0.5 + 0.4 * Math.sin(index / 30),
}));
const drawn: Mark = { type: "drawn", strokes: [loop, [{ x: 0.95, y: 0.2 }]], aspect: 3 };
const uploaded: Mark = {
  type: "uploaded",
  image: {
    widthPx: 64,
    heightPx: 16,
    rgba: Uint8Array.from({ length: 64 * 16 * 4 }, (_, index) => (index % 4 === 3 ? (index / 16) & 255 : 40)),
  },
};
const signature = (mark: Mark, more = caption): FieldContent => ({ kind: "signature", mark, caption: more });

function drawing(content: FieldContent, box = field): Drawing {
  const result = drawField(content, box, fonts);
  if (isRefused(result)) throw new Error(result.reason);
  return result;
}

function pageOf(drawings: readonly Drawing[], { widthPt, heightPt }: FieldBox) {
  const pdf = new TestPdf();
  const write = drawingWriter(drawings, fonts);
  const forms = drawings.map((one) => write(one, pdf, UPRIGHT));
  const content = forms.map((_, index) => `/X${index} Do\n`).join("");
  const bytes = pdf.bytes({
    MediaBox: [0, 0, widthPt, heightPt],
    Contents: pdf.add(flateStream(fromLatin1(content))),
    Resources: pdfDict({
      XObject: pdfDict(Object.fromEntries(forms.map((ref, index) => [`X${index}`, ref]))),
    }),
  });
  return { bytes, pdf };
}

const refusalOf = (content: FieldContent, box = field): AppearanceRefusal | undefined => {
  const result = drawField(content, box, fonts);
  return isRefused(result) ? result : undefined;
};

describe.each<[string, FieldContent, FieldBox]>([
  ["a typed signature", signature(typed), field],
  ["a typed signature in Arabic", signature({ ...typed, text: "أحمد الأمين" }, ["وقّعه أحمد الأمين"]), field],
  ["a drawn signature", signature(drawn), field],
  ["an uploaded signature", signature(uploaded), field],
  ["a signature in a low field", signature(typed), { widthPt: 120, heightPt: 20 }],
  ["a signature in a tiny field", signature(typed), { widthPt: 30, heightPt: 8 }],
  ["initials", { kind: "initials", mark: { ...typed, text: "AR" } }, { widthPt: 40, heightPt: 30 }],
  ["a checked box", { kind: "checkbox", isChecked: true }, { widthPt: 14, heightPt: 14 }],
  ["an empty box", { kind: "checkbox", isChecked: false }, { widthPt: 30, heightPt: 14 }],
  ["a name", { kind: "text", text: "Ana Ruiz", lines: "single" }, { widthPt: 160, heightPt: 18 }],
  ["an address", { kind: "text", text: "Alcalá 45\n28014 Madrid", lines: "multiple" }, field],
  [
    "a large serif answer on the right",
    { kind: "text", text: "1,250.50", lines: "single", style: "serif", align: "right", preferredSizePt: 20 },
    { widthPt: 160, heightPt: 30 },
  ],
  [
    "an answer of fixed width in the middle",
    { kind: "text", text: "AB-12-34", lines: "single", style: "mono", align: "center" },
    { widthPt: 160, heightPt: 18 },
  ],
])("%s", (_, content, box) => {
  test("looks the same on screen and on the page, and no tool complains", async () => {
    const one = drawing(content, box);
    const { bytes } = pageOf([one], box);
    expect(complaints(bytes)).toBe("");
    const { relative } = await pixelDifference(bytes, drawingSvg(one, fonts), box);
    expect(relative).toBeLessThan(0.05);
  });
});

test("a signature says who signed and when, and the mark can be copied", () => {
  const text = extractedText(pageOf([drawing(signature(typed))], field).bytes);
  expect(text.split(/\n+/)).toEqual(["Ana Ruiz", ...caption]);
});

test("the caption gives way to the mark: its last lines go first", () => {
  const textAt = (heightPt: number) =>
    extractedText(pageOf([drawing(signature(drawn), { ...field, heightPt })], { ...field, heightPt }).bytes);
  expect(textAt(50).split(/\n+/)).toEqual(caption);
  expect(textAt(31)).toBe(caption[0]);
  expect(textAt(26)).toBe("");
});

test("the bracket stands where lines begin", async () => {
  const bracketOf = (content: FieldContent) => drawing(content).parts.find(({ kind }) => kind === "path")!;
  const [leftOne, rightOne] = [signature(typed), signature(typed, ["وقّعه أحمد"])].map(bracketOf);
  expect(JSON.stringify(leftOne)).toContain('["M",4.75,');
  expect(JSON.stringify(rightOne)).toContain('["M",175.25,');
});

test("marks, text and what is hidden in it are refused before anything is written", () => {
  const text = (value: string): FieldContent => ({ kind: "text", text: value, lines: "single" });
  expect(refusalOf(text("x".repeat(500)))).toEqual({ reason: "overflow", where: "value" });
  expect(refusalOf(text("Ana\u202eziuR"))).toMatchObject({ reason: "hidden-character", where: "value" });
  expect(refusalOf(text("😀"))).toMatchObject({ reason: "missing-glyph", where: "value" });
  expect(refusalOf(signature({ ...typed, text: "ქართული" }))).toMatchObject({ reason: "missing-glyph" });
  expect(refusalOf(signature(drawn, ["Signed by ქართული"]))).toMatchObject({
    reason: "missing-glyph",
    where: "caption",
  });
  expect(refusalOf(signature({ ...typed, text: " " }))).toEqual({ reason: "too-little-ink", where: "value" });
  expect(refusalOf(signature({ ...drawn, strokes: [[{ x: 0.5, y: 0.5 }]] }))).toEqual({
    reason: "too-little-ink",
    where: "value",
  });
  const empty = { widthPx: 1, heightPx: 1, rgba: new Uint8Array(4) };
  expect(refusalOf(signature({ type: "uploaded", image: empty }))).toEqual({
    reason: "image-empty",
    where: "value",
  });
});

test("a field too small for anything is refused, and a caption too long for it is left out", () => {
  expect(refusalOf(signature(drawn), { widthPt: 100, heightPt: 3 })).toMatchObject({ reason: "overflow" });
  const long = drawing(signature(drawn, ["Signed by ".repeat(20), caption[1]!]));
  expect(extractedText(pageOf([long], field).bytes)).toBe(caption[1]);
});

test("a name of 500 characters is refused, not cut", () => {
  expect(refusalOf(signature({ ...typed, text: "Ana ".repeat(125) }))).toMatchObject({ reason: "overflow" });
});

test("the appearances of one update share their fonts and pictures", () => {
  const both = [drawing(signature(uploaded)), drawing(signature(uploaded))];
  const { pdf } = pageOf(both, field);
  const streams = pdf.objects.filter((object) => object instanceof PdfStream);
  const kinds = streams.map(({ dict }) => dict.get("Subtype")).filter((kind) => kind !== undefined);
  expect(kinds.filter((kind) => kind === pdfName("Image"))).toHaveLength(2); // One, and its mask.
  expect(streams.filter(({ dict }) => dict.has("Length1"))).toHaveLength(1);
});

test("fonts of one update cannot be used in another", () => {
  const write = drawingWriter([drawing(signature(typed))], fonts);
  write(drawing(signature(typed)), new TestPdf(), UPRIGHT);
  expect(() => write(drawing(signature(typed)), new TestPdf(), UPRIGHT)).toThrow(TypeError);
});

test("the same fields give the same bytes", () => {
  const syntax = () => pageOf([drawing(signature(typed)), drawing(signature(drawn))], field).pdf.syntax;
  expect(syntax()).toEqual(syntax());
});

/** A page with the drawing as a widget's appearance, as a filled field has it. */
function filledPage(one: Drawing, rotation: PageBox["rotation"]): Uint8Array {
  const page: PageBox = { left: 20, bottom: 30, widthPt: 300, heightPt: 200, rotation, userUnit: 1 };
  const isTurned = rotation % 180 !== 0;
  const [shownWidth, shownHeight] = isTurned ? [200, 300] : [300, 200];
  const box = { x: 10 / shownWidth, y: 20 / shownHeight, width: 180 / shownWidth, height: 50 / shownHeight };
  const pdf = new TestPdf();
  const form: PdfRef = drawingWriter([one], fonts)(one, pdf, uprightMatrix(rotation, 180, 50));
  const widget = pdf.add(
    pdfDict({
      Type: pdfName("Annot"),
      Subtype: pdfName("Stamp"),
      F: 4,
      Rect: [...toPdfRect(box, page)],
      AP: pdfDict({ N: form }),
    }),
  );
  return pdf.bytes({ MediaBox: [20, 30, 320, 230], Rotate: rotation, Annots: [widget] });
}

test.each([90, 180, 270] as const)("stands upright on a page turned by %i degrees", async (rotation) => {
  const one = drawing(signature(drawn));
  const cut = async (turned: PageBox["rotation"]) =>
    sharp(rendered(filledPage(one, turned), 288))
      .extract({ left: 40, top: 80, width: 720, height: 200 })
      .resize(180)
      .greyscale()
      .raw()
      .toBuffer();
  const [upright, turned] = [await cut(0), await cut(rotation)];
  const difference = upright.reduce((sum, value, index) => sum + Math.abs(value - turned[index]!), 0);
  const ink = upright.reduce((sum, value) => sum + 255 - value, 0);
  expect(ink).toBeGreaterThan(20_000);
  expect(difference / ink).toBeLessThan(0.12);
});
