import type { ByteSource } from "#lib/bytes.ts";
import { toLatin1 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { filterSteps, undoFilter } from "./filters.ts";
import { readAt, readIndirect } from "./indirect.ts";
import type { Lexer } from "./lexer.ts";
import { PDF_LIMITS } from "./limits.ts";
import { isDict, isName, numberOf, type PdfDict, type PdfObject, PdfStream } from "./objects.ts";

/** Where an object is: free, at a position in the file, or inside an object stream (ISO 32000-2 §7.5.4, §7.5.8). */
export type XrefEntry =
  | { readonly type: "free"; readonly generation: number }
  | { readonly type: "at"; readonly position: number; readonly generation: number }
  | { readonly type: "in"; readonly stream: number; readonly index: number };

export interface XrefSection {
  readonly position: number;
  readonly kind: "table" | "stream";
}

export interface Xref {
  readonly entries: Map<number, XrefEntry>;
  /** The newest trailer; the dictionary of the newest cross-reference stream counts as one. */
  readonly trailer: PdfDict;
  /** The kind of the newest section, which an update must continue. */
  readonly kind: "table" | "stream";
  /** Where the newest section is: the Prev of the next. */
  readonly startxref: number;
  /** Newest first. */
  readonly sections: readonly XrefSection[];
  readonly isHybrid: boolean;
  /** Bytes before the header, when the file's offsets count from the header. */
  readonly shift: number;
}

interface Collected {
  readonly entries: Map<number, XrefEntry>;
  readonly sections: XrefSection[];
  trailer: PdfDict | null;
  isHybrid: boolean;
}

/**
 * Follows the cross-reference from the last `startxref` back through every Prev.
 *
 * @param headerAt where `%PDF-` stands. @throws pdf/damaged when any of it does not read.
 */
export function readXref(source: ByteSource, headerAt: number): Xref {
  const declared = lastStartxref(source);
  const shift =
    headerAt > 0 && !isSectionAt(source, declared) && isSectionAt(source, declared + headerAt) ? headerAt : 0;
  const collected: Collected = { entries: new Map(), sections: [], trailer: null, isHybrid: false };
  const seen = new Set<number>();
  for (let next: number | null = declared; next !== null; ) {
    if (seen.has(next) || seen.size > PDF_LIMITS.sections)
      throw pdfError("damaged", "cross-reference sections loop");
    seen.add(next);
    next = readSection(source, next + shift, shift, collected);
  }
  const { entries, sections, trailer, isHybrid } = collected;
  if (!trailer) throw pdfError("damaged", "no trailer");
  return { entries, trailer, kind: sections[0]!.kind, startxref: declared, sections, isHybrid, shift };
}

function lastStartxref(source: ByteSource): number {
  for (const length of [2048, 65_536]) {
    const from = Math.max(0, source.size - length);
    const tail = toLatin1(source.read(from, source.size - from));
    const found = /startxref\s+(\d{1,12})/.exec(tail.slice(Math.max(0, tail.lastIndexOf("startxref"))));
    if (found) return Number(found[1]);
  }
  throw pdfError("damaged", "no startxref");
}

function isSectionAt(source: ByteSource, position: number): boolean {
  if (position < 0 || position >= source.size) return false;
  return /^[\s\0]*(xref|\d+\s+\d+\s+obj)/.test(toLatin1(source.read(position, 64)));
}

/** Reads one section and gives the offset of the one before it, if there is one. */
function readSection(
  source: ByteSource,
  position: number,
  shift: number,
  collected: Collected,
): number | null {
  const head = toLatin1(source.read(Math.max(0, position), 64));
  if (!/^[\s\0]*xref/.test(head)) return readStreamSection(source, position, collected, false);
  return readAt(source, position, (lexer) => readTable(lexer, source, position, shift, collected), 65_536);
}

function readTable(
  lexer: Lexer,
  source: ByteSource,
  position: number,
  shift: number,
  collected: Collected,
): number | null {
  lexer.word();
  const rows = readRows(lexer);
  if (lexer.word() !== "trailer") throw pdfError("damaged", "a cross-reference table without trailer");
  const trailer = lexer.object();
  if (!isDict(trailer)) throw pdfError("damaged", "the trailer is no dictionary");
  collected.trailer ??= trailer;
  collected.sections.push({ position, kind: "table" });
  // A known fault: the table says it starts at 1, but its first row is that of object 0.
  const first = rows[0];
  if (first?.number === 1 && first.isFree && first.generation === 65_535)
    for (const row of rows) row.number--;
  for (const row of rows)
    if (!row.isFree && row.position > 0)
      add(collected, row.number, { type: "at", position: row.position + shift, generation: row.generation });
  const hybrid = numberOf(trailer.get("XRefStm"));
  if (hybrid !== undefined) {
    collected.isHybrid = true;
    readStreamSection(source, hybrid + shift, collected, true);
  }
  for (const row of rows)
    if (row.isFree) add(collected, row.number, { type: "free", generation: row.generation });
  return numberOf(trailer.get("Prev")) ?? null;
}

interface Row {
  number: number;
  readonly position: number;
  readonly generation: number;
  readonly isFree: boolean;
}

/**
 * The head of a subsection: its first object number and how many rows follow (§7.5.4).
 *
 * @throws pdf/damaged for anything else; an empty word must not count as 0, or the same place is read for ever.
 */
export function subsectionAt(lexer: Lexer): [first: number, count: number] {
  const words = [lexer.word(), lexer.word()];
  if (!words.every((word) => /^\d{1,10}$/.test(word)))
    throw pdfError("damaged", "a cross-reference table that does not read");
  return [Number(words[0]), Number(words[1])];
}

function readRows(lexer: Lexer): Row[] {
  const rows: Row[] = [];
  for (;;) {
    lexer.skipSpace();
    if (lexer.isAt("trailer")) return rows;
    const [first, count] = subsectionAt(lexer);
    if (rows.length + count > PDF_LIMITS.objects) throw pdfError("too-complex", "too many objects");
    for (let index = 0; index < count; index++) {
      const [at, generation, type] = [lexer.word(), lexer.word(), lexer.word()];
      if (type !== "n" && type !== "f") throw pdfError("damaged", "a cross-reference row that does not read");
      rows.push({
        number: first + index,
        position: Number(at),
        generation: Number(generation),
        isFree: type === "f",
      });
    }
  }
}

function add(collected: Collected, number: number, entry: XrefEntry): void {
  if (collected.entries.has(number)) return;
  if (collected.entries.size >= PDF_LIMITS.objects) throw pdfError("too-complex", "too many objects");
  collected.entries.set(number, entry);
}

function readStreamSection(
  source: ByteSource,
  position: number,
  collected: Collected,
  isHybridPart: boolean,
): number | null {
  const direct = (object: PdfObject | undefined): PdfObject => object ?? null;
  const { object: stream } = readIndirect(source, position, null, direct);
  if (!(stream instanceof PdfStream) || !isName(stream.dict.get("Type"), "XRef"))
    throw pdfError("damaged", `no cross-reference at ${position}`);
  for (const [number, entry] of streamEntries(source, stream)) add(collected, number, entry);
  if (isHybridPart) return null;
  collected.trailer ??= stream.dict;
  collected.sections.push({ position, kind: "stream" });
  return numberOf(stream.dict.get("Prev")) ?? null;
}

/** The entries a cross-reference stream holds (§7.5.8.3). */
export function* streamEntries(source: ByteSource, stream: PdfStream): Generator<[number, XrefEntry]> {
  const { dict, data } = stream;
  const raw = data instanceof Uint8Array ? data : source.read(data.position, data.length);
  const direct = (object: PdfObject | undefined): PdfObject => object ?? null;
  let bytes = raw;
  for (const step of filterSteps(dict, direct)) bytes = undoFilter(bytes, step, PDF_LIMITS.inflatedBytes);
  const numbers = (object: PdfObject | undefined) =>
    Array.isArray(object) ? object.map((item) => numberOf(item) ?? Number.NaN) : null;
  const widths = numbers(dict.get("W"));
  const size = numberOf(dict.get("Size")) ?? 0;
  const index = numbers(dict.get("Index")) ?? [0, size];
  if (!widths || widths.length < 3 || widths.some((width) => !(width >= 0 && width <= 8)))
    throw pdfError("damaged", "a cross-reference stream without usable widths");
  const [typeWidth, secondWidth, thirdWidth] = widths as [number, number, number];
  const rowBytes = typeWidth + secondWidth + thirdWidth;
  if (rowBytes === 0) throw pdfError("damaged", "a cross-reference stream without usable widths");
  let at = 0;
  const take = (width: number) => {
    let value = 0;
    for (let count = 0; count < width; count++) value = value * 256 + bytes[at++]!;
    return value;
  };
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    for (let offset = 0; offset < index[pair + 1]! && at + rowBytes <= bytes.length; offset++) {
      const type = typeWidth === 0 ? 1 : take(typeWidth);
      const [second, third] = [take(secondWidth), take(thirdWidth)];
      const number = index[pair]! + offset;
      if (type === 0) yield [number, { type: "free", generation: third }];
      else if (type === 1) yield [number, { type: "at", position: second, generation: third }];
      else if (type === 2) yield [number, { type: "in", stream: second, index: third }];
    }
  }
}
