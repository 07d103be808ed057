import { concatBytes } from "#lib/bytes.ts";
import type { SignPart } from "#lib/pdf/fonts/signs.ts";
import type { Ink } from "#lib/pdf/text/harfbuzz.ts";

export interface Composite {
  readonly parts: readonly SignPart[];
  readonly width: number;
  /** Around all parts together. */
  readonly ink: Ink;
}

// OpenType, glyf: composite glyph flags
const ARGUMENTS_ARE_WORDS = 0x0001;
const ARGUMENTS_ARE_OFFSETS = 0x0002;
const MORE_COMPONENTS = 0x0020;
const OVERLAPPING = 0x0400;

/**
 * Adds glyphs that are made of others, each at its place, after the last one of the font.
 *
 * @param font TrueType with glyf outlines, as `subsetFace` gives it.
 * @returns the font, and the number of the first glyph added.
 * @see OpenType 1.9.1, glyf, loca, hmtx, maxp
 */
export function addComposites(
  font: Uint8Array,
  composites: readonly Composite[],
): { font: Uint8Array; firstGlyph: number } {
  const tables = tablesOf(font);
  const maxp = viewOf(tables.get("maxp")!);
  const firstGlyph = maxp.getUint16(4);
  const count = firstGlyph + composites.length;
  if (count > 0xffff) throw new RangeError(`${count} glyphs do not fit into a font`);

  const glyphs = composites.map(compositeGlyph);
  const offsets = glyphOffsets(tables, firstGlyph);
  const glyf = [tables.get("glyf")!.subarray(0, offsets.at(-1)!)];
  for (const glyph of glyphs) {
    glyf.push(glyph);
    offsets.push(offsets.at(-1)! + glyph.length);
  }
  tables.set("glyf", concatBytes(glyf));
  tables.set("loca", uint32s(offsets));
  viewOf(tables.get("head")!).setInt16(50, 1); // Offsets of four bytes.
  tables.set("hmtx", metrics(tables, firstGlyph, composites));
  viewOf(tables.get("hhea")!).setUint16(34, count);
  raiseLimits(maxp, count, Math.max(...composites.map(({ parts }) => parts.length)));
  return { font: fontOf(tables), firstGlyph };
}

function compositeGlyph({ parts, ink }: Composite): Uint8Array {
  if (parts.length === 0) return new Uint8Array();
  const bytes = new Uint8Array(Math.ceil((10 + parts.length * 8) / 4) * 4);
  const view = viewOf(bytes);
  for (const [index, value] of [-1, ink.left, ink.bottom, ink.right, ink.top].entries())
    view.setInt16(index * 2, value);
  for (const [index, { glyph, x, y }] of parts.entries()) {
    const more = index < parts.length - 1 ? MORE_COMPONENTS : 0;
    const overlap = index === 0 ? OVERLAPPING : 0;
    const at = 10 + index * 8;
    view.setUint16(at, ARGUMENTS_ARE_WORDS | ARGUMENTS_ARE_OFFSETS | more | overlap);
    view.setUint16(at + 2, glyph);
    view.setInt16(at + 4, x);
    view.setInt16(at + 6, y);
  }
  return bytes;
}

function glyphOffsets(tables: Tables, count: number): number[] {
  const loca = viewOf(tables.get("loca")!);
  const isLong = viewOf(tables.get("head")!).getInt16(50) === 1;
  return Array.from({ length: count + 1 }, (_, index) =>
    isLong ? loca.getUint32(index * 4) : loca.getUint16(index * 2) * 2,
  );
}

/** An advance and a left side bearing for each glyph, the old ones spelled out. */
function metrics(tables: Tables, count: number, composites: readonly Composite[]): Uint8Array {
  const old = viewOf(tables.get("hmtx")!);
  const full = viewOf(tables.get("hhea")!).getUint16(34);
  const bytes = new Uint8Array((count + composites.length) * 4);
  const view = viewOf(bytes);
  for (let glyph = 0; glyph < count; glyph++) {
    const own = Math.min(glyph, full - 1) * 4;
    view.setUint16(glyph * 4, old.getUint16(own));
    view.setInt16(glyph * 4 + 2, old.getInt16(glyph < full ? own + 2 : full * 4 + (glyph - full) * 2));
  }
  for (const [index, { width, ink }] of composites.entries()) {
    view.setUint16((count + index) * 4, width);
    view.setInt16((count + index) * 4 + 2, ink.left);
  }
  return bytes;
}

function raiseLimits(maxp: DataView, count: number, parts: number): void {
  maxp.setUint16(4, count);
  const atLeast = (offset: number, value: number) =>
    maxp.setUint16(offset, Math.min(0xffff, Math.max(maxp.getUint16(offset), value)));
  const [points, contours] = [6, 8].map((offset) => maxp.getUint16(offset));
  atLeast(10, Math.max(points!, maxp.getUint16(10)) * parts);
  atLeast(12, Math.max(contours!, maxp.getUint16(12)) * parts);
  atLeast(28, parts);
  atLeast(30, maxp.getUint16(30) + 1);
}

type Tables = Map<string, Uint8Array>;

/** Copies, in the order of the file. */
function tablesOf(font: Uint8Array): Tables {
  const view = viewOf(font);
  const tables: Tables = new Map();
  for (let index = 0; index < view.getUint16(4); index++) {
    const entry = 12 + index * 16;
    const tag = String.fromCharCode(...font.subarray(entry, entry + 4));
    const [start, length] = [view.getUint32(entry + 8), view.getUint32(entry + 12)];
    tables.set(tag, font.slice(start, start + length));
  }
  return tables;
}

/** @see OpenType 1.9.1, "Organization of an OpenType font" */
function fontOf(tables: Tables): Uint8Array {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1));
  const directory = new Uint8Array(12 + sorted.length * 16);
  const view = viewOf(directory);
  const power = 2 ** Math.floor(Math.log2(sorted.length));
  view.setUint32(0, 0x00010000);
  for (const [index, value] of [
    sorted.length,
    power * 16,
    Math.log2(power),
    (sorted.length - power) * 16,
  ].entries())
    view.setUint16(4 + index * 2, value);
  viewOf(tables.get("head")!).setUint32(8, 0);
  const parts = [directory];
  let position = directory.length;
  for (const [index, [tag, table]] of sorted.entries()) {
    const padded = new Uint8Array(Math.ceil(table.length / 4) * 4);
    padded.set(table);
    const entry = 12 + index * 16;
    directory.set(
      Uint8Array.from(tag, (letter) => letter.charCodeAt(0)),
      entry,
    );
    for (const [field, value] of [checksum(padded), position, table.length].entries())
      view.setUint32(entry + 4 + field * 4, value);
    parts.push(padded);
    position += padded.length;
  }
  const font = concatBytes(parts);
  const head = sorted.findIndex(([tag]) => tag === "head");
  viewOf(font).setUint32(view.getUint32(12 + head * 16 + 8) + 8, (0xb1b0afba - checksum(font)) >>> 0);
  return font;
}

function checksum(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let sum = 0;
  for (let position = 0; position < bytes.length; position += 4) sum = (sum + view.getUint32(position)) >>> 0;
  return sum;
}

function uint32s(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = viewOf(bytes);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
