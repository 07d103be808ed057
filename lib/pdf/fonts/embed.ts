import { fromLatin1, fromUtf8, sha256 } from "#lib/bytes.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { addComposites } from "#lib/pdf/fonts/composite.ts";
import { type Sign, signsOf } from "#lib/pdf/fonts/signs.ts";
import { subsetFace } from "#lib/pdf/fonts/subset.ts";
import { type PdfObject, type PdfRef, PdfString, pdfDict, pdfName } from "#lib/pdf/objects.ts";
import { FACES } from "#lib/pdf/text/faces.ts";
import { type Ink, movedInk, type OpenFace, openFace, unionOfInk } from "#lib/pdf/text/harfbuzz.ts";
import type { TextLayout } from "#lib/pdf/text/place.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

export interface EmbeddedFont {
  readonly ref: PdfRef;
  /** The two-byte code of a sign that one of the layouts uses. */
  codeOf(sign: Sign): number;
}

export type EmbeddedFonts = ReadonlyMap<FaceName, EmbeddedFont>;

/**
 * Embeds what the layouts use: one composite font per face, with only their glyphs.
 *
 * @param layouts all of one update, so that they share their fonts.
 * @see ISO 32000-2 §9.7.4 (CIDFontType2), §9.7.6 (Type0), §9.10.3 (ToUnicode)
 */
export function embedFonts(
  layouts: Iterable<TextLayout>,
  fonts: FontLibrary,
  sink: ObjectSink,
): EmbeddedFonts {
  const used = new Map<FaceName, Map<string, Sign>>();
  for (const run of [...layouts].flatMap(({ lines }) => lines.flatMap(({ runs }) => runs))) {
    const signs = used.get(run.face) ?? new Map<string, Sign>();
    used.set(run.face, signs);
    for (const { sign } of signsOf(run, openFace(fonts, run.face))) signs.set(keyOf(sign), sign);
  }
  const faces = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(faces.map(([name, signs]) => [name, embed(openFace(fonts, name), signs, fonts, sink)]));
}

const keyOf = ({ parts, text, width }: Sign): string =>
  `${width} ${parts.map(({ glyph, x, y }) => `${glyph},${x},${y}`).join(" ")} ${text}`;

function embed(
  face: OpenFace,
  used: ReadonlyMap<string, Sign>,
  fonts: FontLibrary,
  sink: ObjectSink,
): EmbeddedFont {
  const sorted = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
  const signs = sorted.map(([, sign]) => sign);
  const { program, glyphs } = fontProgram(face, signs, fonts);
  const baseFont = pdfName(`${subsetTag(face.name, sorted)}+${FACES[face.name].postScriptName}`);
  const file = sink.add(flateStream(program, { Length1: program.length }));
  const descendant = sink.add(
    pdfDict({
      Type: pdfName("Font"),
      Subtype: pdfName("CIDFontType2"),
      BaseFont: baseFont,
      CIDSystemInfo: pdfDict({
        Registry: new PdfString(fromLatin1("Adobe")),
        Ordering: new PdfString(fromLatin1("Identity")),
        Supplement: 0,
      }),
      FontDescriptor: sink.add(fontDescriptor(face, baseFont, file)),
      W: [1, signs.map(({ width }) => widthOf(width, face))],
      CIDToGIDMap: sink.add(flateStream(glyphMap(glyphs))),
    }),
  );
  const ref = sink.add(
    pdfDict({
      Type: pdfName("Font"),
      Subtype: pdfName("Type0"),
      BaseFont: baseFont,
      Encoding: pdfName("Identity-H"),
      DescendantFonts: [descendant],
      ToUnicode: sink.add(flateStream(fromLatin1(toUnicodeMap(signs)))),
    }),
  );
  const codes = new Map(sorted.map(([key], index) => [key, index + 1]));
  return { ref, codeOf: (sign) => codes.get(keyOf(sign))! };
}

/** The subset, and for each sign the glyph that shows it. */
function fontProgram(
  face: OpenFace,
  signs: readonly Sign[],
  fonts: FontLibrary,
): { program: Uint8Array; glyphs: number[] } {
  const subset = subsetFace(
    face.name,
    new Set(signs.flatMap(({ parts }) => parts.map(({ glyph }) => glyph))),
    fonts,
  );
  const joined = signs.filter((sign) => !isOneGlyph(sign, face));
  if (joined.length === 0) return { program: subset, glyphs: signs.map(({ parts }) => parts[0]!.glyph) };
  const { font, firstGlyph } = addComposites(
    subset,
    joined.map((sign) => ({ ...sign, ink: inkOfParts(sign, face) })),
  );
  let next = firstGlyph;
  return {
    program: font,
    glyphs: signs.map((sign) => (isOneGlyph(sign, face) ? sign.parts[0]!.glyph : next++)),
  };
}

/** Whether the font already has what the sign shows. */
function isOneGlyph({ parts, width }: Sign, face: OpenFace): boolean {
  const [only] = parts;
  return parts.length === 1 && only?.x === 0 && only.y === 0 && width === face.advanceOf(only.glyph);
}

function inkOfParts({ parts }: Sign, face: OpenFace): Ink {
  const boxes = parts.map(({ glyph, x, y }) => {
    const ink = face.inkOf(glyph);
    return ink && movedInk(ink, x, y);
  });
  return unionOfInk(boxes) ?? { left: 0, bottom: 0, right: 0, top: 0 };
}

/** Glyph numbers of codes 0, 1, 2, …; code 0 is .notdef (ISO 32000-2 §9.7.4.2). */
function glyphMap(glyphs: readonly number[]): Uint8Array {
  const map = new Uint8Array(2 + glyphs.length * 2);
  for (const [index, glyph] of glyphs.entries()) map.set([glyph >> 8, glyph & 0xff], 2 + index * 2);
  return map;
}

/** Six letters that are the same for the same glyphs (§9.9.2). */
function subsetTag(face: FaceName, signs: readonly unknown[]): string {
  const hash = sha256(fromUtf8(JSON.stringify([face, signs])));
  return Array.from(hash.subarray(0, 6), (byte) => String.fromCharCode(65 + (byte % 26))).join("");
}

/** A width as the PDF states it, in thousandths of the size. */
export const widthOf = (units: number, { unitsPerEm }: { readonly unitsPerEm: number }): number =>
  Number(((units * 1000) / unitsPerEm).toFixed(3));

// §9.8.2, Table 121
const SERIF = 1 << 1;
const SYMBOLIC = 1 << 2;
const SCRIPT = 1 << 3;
const ITALIC = 1 << 6;

function fontDescriptor(face: OpenFace, baseFont: PdfObject, file: PdfRef): PdfObject {
  const { isItalic, isScript, isSerif } = FACES[face.name];
  const scaled = (units: number) => Math.round((units * 1000) / face.unitsPerEm);
  const head = viewOf(face.table("head")!);
  const os2 = viewOf(face.table("OS/2")!);
  const post = viewOf(face.table("post")!);
  const hasCapitalHeight = os2.getUint16(0) >= 2;
  return pdfDict({
    Type: pdfName("FontDescriptor"),
    FontName: baseFont,
    Flags: SYMBOLIC | (isSerif ? SERIF : 0) | (isScript ? SCRIPT : 0) | (isItalic ? ITALIC : 0),
    FontBBox: [36, 38, 40, 42].map((offset) => scaled(head.getInt16(offset))),
    ItalicAngle: Math.round(post.getInt32(4) / 65536),
    Ascent: scaled(face.ascender),
    Descent: scaled(face.descender),
    CapHeight: scaled(hasCapitalHeight ? os2.getInt16(88) : face.ascender),
    StemV: 80,
    FontFile2: file,
  });
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @see Adobe Technical Note #5411 */
function toUnicodeMap(signs: readonly Sign[]): string {
  const entries = signs.map(({ text }, index) => `<${hex4(index + 1)}> <${utf16Hex(text)}>`);
  const blocks: string[] = [];
  for (let index = 0; index < entries.length; index += 100) {
    const block = entries.slice(index, index + 100);
    blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.join("\n")}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
}

export const hex4 = (value: number): string => value.toString(16).padStart(4, "0");

/** UTF-16BE in hexadecimal, without a byte order mark. */
export function utf16Hex(text: string): string {
  let hex = "";
  for (let index = 0; index < text.length; index++) hex += hex4(text.charCodeAt(index));
  return hex;
}
