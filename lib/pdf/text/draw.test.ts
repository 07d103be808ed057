import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { fromLatin1 } from "#lib/bytes.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { embedFonts } from "#lib/pdf/fonts/embed.ts";
import { pdfDict } from "#lib/pdf/objects.ts";
import type { FaceName } from "#lib/ports/fonts.ts";
import { textOperators } from "./draw-pdf.ts";
import { textSvg } from "./draw-svg.ts";
import type { TextStyle } from "./faces.ts";
import { isRefused, layoutText } from "./layout.ts";
import type { TextLayout } from "./place.ts";
import { complaints, extractedText, fontRows, fonts, pixelDifference, TestPdf } from "./testing.ts";

const box = { widthPt: 360, heightPt: 40 };

function layoutOf(text: string, style: TextStyle, language?: string): TextLayout {
  const request = { text, style, language, lines: "single" as const, preferredSizePt: 24, minimumSizePt: 6 };
  const layout = layoutText(request, { ...box, paddingPt: 2 }, fonts);
  if (isRefused(layout)) throw new Error(`${text}: ${layout.reason}`);
  return layout;
}

function pageOf(layouts: readonly TextLayout[]) {
  const pdf = new TestPdf();
  const embedded = embedFonts(layouts, fonts, pdf);
  const nameOf = (face: FaceName) => `F${[...embedded.keys()].indexOf(face)}`;
  const content = layouts.map((layout) => textOperators(layout, embedded, nameOf, fonts)).join("");
  const contents = pdf.add(flateStream(fromLatin1(content)));
  const resources = pdfDict({
    Font: pdfDict(Object.fromEntries([...embedded].map(([face, { ref }]) => [nameOf(face), ref]))),
  });
  return {
    bytes: pdf.bytes({
      MediaBox: [0, 0, box.widthPt, box.heightPt],
      Contents: contents,
      Resources: resources,
    }),
    syntax: pdf.syntax,
  };
}

const screenOf = (layout: TextLayout) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box.widthPt} ${box.heightPt}">${textSvg(layout, box.heightPt, fonts)}</svg>`;

/** Poppler marks what runs right to left. */
const bare = (text: string) => text.replace(/[\u202a-\u202e]/g, "");
const SAMPLES: [what: string, text: string, language?: string][] = [
  ["Latin with diacritics", "Ångström Żółć Nguyễn Þór"],
  ["decomposed Latin", "Nguyễn Ångström".normalize("NFD")],
  ["Latin with ligatures and kerning", "office AVATAR fi ffl"],
  ["Cyrillic", "Жанна Їжакевич"],
  ["Greek", "Ελένη Παπαδοπούλου"],
  ["Arabic", "أحمد محمد الأمين"],
  ["Arabic with lam-alef and its own digits", "سلام لا ١٢٣"],
  ["vocalized Arabic", "مُحَمَّد بن سلمان"],
  ["Hebrew", "שלום כהן"],
  ["pointed Hebrew", "שָׁלוֹם"],
  ["Chinese", "张伟 先生"],
  ["Japanese with rare ideographs", "𠮷野 髙橋 やまだ", "ja"],
  ["Japanese with a variation selector", "渡邉\u{e0100} 太郎", "ja"],
  ["Korean", "김철수 金永南"],
  ["Thai", "สมชาย ใจดี น้ำ ผู้ใหญ่"],
  ["Thai with Latin inside", "บริษัท Harbour จำกัด"],
  ["Vietnamese", "Nguyễn Thị Hồng Nhung"],
  ["Devanagari", "क्षत्रिय श्रीमती प्रिया शर्मा"],
];

describe.each(["plain", "flowing"] as const)("in %s", (style) => {
  test.each(SAMPLES)("%s comes back from the page as it was typed", (_, text, language) => {
    const { bytes } = pageOf([layoutOf(text, style, language)]);
    expect(bare(extractedText(bytes))).toBe(text);
    expect(complaints(bytes)).toBe("");
    for (const row of fontRows(bytes))
      expect(row).toMatch(/^[A-Z]{6}\+\S+ +CID TrueType +Identity-H +yes yes yes/);
  });

  test.each(SAMPLES)("%s looks the same on screen and on the page", async (_, text, language) => {
    const layout = layoutOf(text, style, language);
    const { relative, largest } = await pixelDifference(pageOf([layout]).bytes, screenOf(layout), box);
    expect(relative).toBeLessThan(0.012);
    expect(largest).toBeLessThan(40);
  });
});

test("poppler shows it where MuPDF does, to the pixel it snaps to", async () => {
  const layout = layoutOf("Ana Ruiz, أحمد, 山田", "plain");
  const { relative } = await pixelDifference(pageOf([layout]).bytes, screenOf(layout), box, "poppler");
  expect(relative).toBeLessThan(0.08);
});

// Poppler moves the space beside a change of direction; the letters and their order are what counts.
test.each([
  ["Hebrew with Latin inside", "שלום John מה שלומך"],
  ["Latin with Hebrew inside", "Ana אברהם Ruiz"],
  ["Latin with Arabic inside", "Signed by أحمد الأمين today"],
])("%s comes back with all its letters in order", (_, text) => {
  const { bytes } = pageOf([layoutOf(text, "plain")]);
  expect(bare(extractedText(bytes)).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
});

test("several lines share one font for each face, with the glyphs of all", () => {
  const { bytes } = pageOf(["Ana", "Ruiz", "أحمد", "Ana أحمد"].map((text) => layoutOf(text, "plain")));
  expect(fontRows(bytes)).toHaveLength(2);
});

test("the same layouts give the same bytes", () => {
  const syntax = () => pageOf(["Ana أحمد", "山田 क्षत्रिय"].map((text) => layoutOf(text, "plain"))).syntax;
  expect(syntax()).toEqual(syntax());
});

test("the screen gets outlines only: no text, no font, no address", async () => {
  const svg = textSvg(layoutOf("Ana Ruiz <script>", "flowing"), box.heightPt, fonts);
  expect(svg).not.toMatch(/Ana|script|font|href|text/);
  const image = sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${svg}</svg>`),
  );
  expect((await image.metadata()).format).toBe("svg");
});
