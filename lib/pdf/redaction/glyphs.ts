import { isDict, isName, numberOf, type PdfDict, type PdfObject } from "#lib/pdf/objects.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import { standardWidths, winAnsiCode } from "./standard-widths.ts";
import { TooHard } from "./too-hard.ts";

/** One code of a string that is shown. */
export interface Glyph {
  readonly bytes: Uint8Array;
  /** How far it moves on, in text space units of a font of size 1. */
  readonly width: number;
  /** Word spacing goes to single bytes of 32 only (ISO 32000-2 §9.3.3). */
  readonly isSpace: boolean;
}

/** How the codes of a font are told apart, and how wide each is. */
export type GlyphReader = (text: Uint8Array) => Glyph[];

const knownReaders = new WeakMap<PdfDict, GlyphReader | null>();

/** Null for a font of which the places of letters cannot be told for certain. */
export function glyphReader(file: PdfFile, font: PdfDict): GlyphReader | null {
  const known = knownReaders.get(font);
  if (known !== undefined) return known;
  const type = file.name(font.get("Subtype"));
  const reader =
    type === "Type0"
      ? compositeReader(file, font)
      : type === "Type1" || type === "TrueType" || type === "MMType1"
        ? simpleReader(file, font)
        : null;
  knownReaders.set(font, reader);
  return reader;
}

function simpleReader(file: PdfFile, font: PdfDict): GlyphReader | null {
  const widths = ownWidths(file, font) ?? standardReaderWidths(file, font);
  if (!widths) return null;
  return (text) => {
    const glyphs: Glyph[] = [];
    for (const code of text)
      glyphs.push({ bytes: Uint8Array.of(code), width: (widths(code) ?? 0) / 1000, isSpace: code === 32 });
    return glyphs;
  };
}

type Widths = (code: number) => number | undefined;

function ownWidths(file: PdfFile, font: PdfDict): Widths | null {
  const given = file.array(font.get("Widths"));
  if (given.length === 0) return null;
  const first = file.number(font.get("FirstChar")) ?? 0;
  const missing = file.number(file.dict(font.get("FontDescriptor"))?.get("MissingWidth")) ?? 0;
  const values = given.map((item) => numberOf(file.resolve(item)) ?? 0);
  return (code) => values[code - first] ?? missing;
}

/** Where WinAnsiEncoding has the two characters that StandardEncoding keeps elsewhere (annex D.2). */
const QUOTES: Readonly<Record<number, number>> = { 39: 0x92, 96: 0x91 };

function standardReaderWidths(file: PdfFile, font: PdfDict): Widths | null {
  const values = standardWidths(file.name(font.get("BaseFont")) ?? "");
  if (!values) return null;
  const given = file.resolve(font.get("Encoding"));
  const base = isDict(given) ? file.resolve(given.get("BaseEncoding")) : given;
  const isWinAnsi = isName(base, "WinAnsiEncoding");
  const others = isDict(given) ? differences(file, given) : new Map<number, number | undefined>();
  return (code) => {
    const shown = others.has(code) ? others.get(code) : isWinAnsi ? code : (QUOTES[code] ?? code);
    // Letters beyond ASCII are elsewhere in every encoding but this one.
    const isKnown = others.has(code) || isWinAnsi || code < 127;
    const width = isKnown && shown !== undefined ? values[shown - 32] : undefined;
    if (width === undefined && (code >= 32 || others.has(code))) throw new TooHard("font");
    return width;
  };
}

/** Codes that show other glyphs (§9.6.5.1), by the code WinAnsiEncoding has for each. */
function differences(file: PdfFile, encoding: PdfDict): Map<number, number | undefined> {
  const found = new Map<number, number | undefined>();
  let code = 0;
  for (const item of file.array(encoding.get("Differences"))) {
    const value = file.resolve(item);
    if (isName(value)) found.set(code++, winAnsiCode(value.text));
    else code = numberOf(value) ?? code;
  }
  return found;
}

/** Only codes of two bytes that are glyphs at once: what nearly every writer embeds (§9.7.5.2). */
function compositeReader(file: PdfFile, font: PdfDict): GlyphReader | null {
  if (file.name(font.get("Encoding")) !== "Identity-H") return null;
  const descendant = file.dict(file.array(font.get("DescendantFonts"))[0]);
  if (!descendant) return null;
  const widths = compositeWidths(file, descendant.get("W"));
  const otherwise = file.number(descendant.get("DW")) ?? 1000;
  return (text) => {
    const glyphs: Glyph[] = [];
    for (let at = 0; at < text.length; at += 2) {
      const code = (text[at]! << 8) | (text[at + 1] ?? 0);
      glyphs.push({
        ...{ bytes: text.subarray(at, at + 2), isSpace: false },
        width: (widths.get(code) ?? otherwise) / 1000,
      });
    }
    return glyphs;
  };
}

/** §9.7.4.3: `first [w …]` or `first last w`. */
function compositeWidths(file: PdfFile, object: PdfObject | undefined): Map<number, number> {
  const found = new Map<number, number>();
  const items = file.array(object);
  for (let at = 0; at + 1 < items.length; ) {
    const first = file.number(items[at]) ?? 0;
    const next = file.resolve(items[at + 1]);
    if (Array.isArray(next)) {
      for (const [index, width] of next.entries()) found.set(first + index, file.number(width) ?? 0);
      at += 2;
      continue;
    }
    const last = Math.min(numberOf(next) ?? first, 65_535);
    const width = file.number(items[at + 2]) ?? 0;
    for (let code = first; code <= last; code++) found.set(code, width);
    at += 3;
  }
  return found;
}
