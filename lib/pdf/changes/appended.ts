import { type ByteSource, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { pdfError } from "../errors.ts";
import { type IndirectObject, readAt, readIndirect } from "../indirect.ts";
import { isSpace, Lexer } from "../lexer.ts";
import { PDF_LIMITS } from "../limits.ts";
import { isDict, isName, type PdfDict, PdfStream } from "../objects.ts";
import type { PdfFile } from "../reader.ts";
import { streamEntries, subsectionAt, type XrefEntry, type XrefSection } from "../xref.ts";
import { type Change, forbidden } from "./change.ts";

/** One update as it stands in the file: objects, a cross-reference of its own, an end. */
export interface Appended {
  /** Just after its `%%EOF`. */
  readonly contentEnd: number;
  /** After the white space that follows. */
  readonly end: number;
  readonly trailer: PdfDict;
  /** What its own section says. */
  readonly entries: ReadonlyMap<number, XrefEntry>;
  /** What makes readers see different things in it. */
  readonly faults: readonly Change[];
}

interface BodyObject {
  readonly number: number;
  readonly generation: number;
  readonly isMended: boolean;
  readonly isObjectStream: boolean;
}

interface Section {
  /** The object it is, when it is a stream. */
  readonly own: BodyObject | null;
  readonly rows: readonly (readonly [number, XrefEntry])[];
  readonly trailer: PdfDict;
  readonly end: number;
  readonly faults: readonly Change[];
}

/**
 * Reads an update without forgiveness: every byte from the end of the revision before it must belong to an object
 * that its section lists exactly where it stands, or to the section.
 *
 * @param from where the revision before it ends. @param section of the update, in the chain of the newest revision.
 * @param next the file up to the end of the update, for what its objects refer to.
 * @returns null when no end can be found.
 */
export function readAppended(
  source: ByteSource,
  from: number,
  section: XrefSection,
  before: PdfFile,
  next: (end: number) => PdfFile,
): Appended | null {
  const read = readSection(source, section, before.xref.shift);
  const end = read && endOf(source, read.end, section.position - before.xref.shift);
  if (!read || !end) return null;
  const file = next(end.end);
  const faults = [...read.faults];
  const body = readBody(source, from, section.position, file, faults);
  if (read.own) body.set(section.position, read.own);
  const entries = new Map<number, XrefEntry>();
  for (const [number, entry] of read.rows) {
    if (entries.has(number))
      faults.push(forbidden("object-listed-twice", number, `object ${number} is listed twice in one update`));
    else entries.set(number, entry);
  }
  faults.push(...compareRows(entries, body, before, from), ...unlisted(entries, body, section));
  faults.push(...innerFaults(entries, body, file));
  if (read.trailer.has("XRefStm"))
    faults.push(forbidden("hybrid-update", null, "the update has a second, hidden list of objects"));
  return { ...end, trailer: read.trailer, entries, faults };
}

/** Objects from `from` up to the section, and a fault where something else stands between them. */
function readBody(
  source: ByteSource,
  from: number,
  to: number,
  file: PdfFile,
  faults: Change[],
): Map<number, BodyObject> {
  const body = new Map<number, BodyObject>();
  for (let position = skipSpace(source, from); position < to; ) {
    if (body.size > PDF_LIMITS.objects) throw pdfError("too-complex", "too many objects");
    const found = objectAt(source, position, file);
    if (!found || found.next > to) {
      const message = `bytes from ${position} on belong to no object of the update`;
      faults.push(forbidden("stray-bytes", null, message));
      break;
    }
    body.set(position, found.object);
    position = skipSpace(source, found.next);
  }
  return body;
}

function objectAt(
  source: ByteSource,
  position: number,
  file: PdfFile,
): { object: BodyObject; next: number } | null {
  let found: IndirectObject;
  try {
    found = readIndirect(source, position, null, (object) => file.resolve(object));
  } catch (error) {
    if (isRefusal(error, "pdf/damaged")) return null;
    throw error;
  }
  const { number, generation, object, isMended } = found;
  const next = closingOf(source, found.end, object instanceof PdfStream);
  if (next === null) return null;
  const isObjectStream = object instanceof PdfStream && isName(object.dict.get("Type"), "ObjStm");
  return { object: { number, generation, isMended, isObjectStream }, next };
}

/** Just after `endobj`, where only that, and `endstream` before it, follows. */
function closingOf(source: ByteSource, position: number, isStream: boolean): number | null {
  const lexer = new Lexer(source.read(position, 128));
  if (isStream && lexer.word() !== "endstream") return null;
  return lexer.word() === "endobj" ? position + lexer.position : null;
}

function skipSpace(source: ByteSource, position: number): number {
  for (let at = position; at < source.size; ) {
    const lexer = new Lexer(source.read(at, 4096));
    lexer.skipSpace();
    at += lexer.position;
    if (lexer.position < lexer.bytes.length) return at;
  }
  return source.size;
}

function readSection(source: ByteSource, { position, kind }: XrefSection, shift: number): Section | null {
  try {
    return kind === "table" ? readTable(source, position, shift) : readStream(source, position, shift);
  } catch (error) {
    if (isRefusal(error, "pdf/damaged")) return null;
    throw error;
  }
}

function readStream(source: ByteSource, position: number, shift: number): Section {
  const { object, end, ...ids } = readIndirect(source, position, null, (length) => length ?? null);
  const next = closingOf(source, end, true);
  if (!(object instanceof PdfStream) || next === null)
    throw pdfError("damaged", `no cross-reference at ${position}`);
  const rows = [...streamEntries(source, object)].map(([number, entry]): [number, XrefEntry] => [
    number,
    entry.type === "at" ? { ...entry, position: entry.position + shift } : entry,
  ]);
  return { own: { ...ids, isObjectStream: false }, rows, trailer: object.dict, end: next, faults: [] };
}

/** §7.5.4: rows of exactly 20 bytes; readers that count on it see others where they are not. */
function readTable(source: ByteSource, position: number, shift: number): Section {
  return readAt(
    source,
    position,
    (lexer) => {
      lexer.word();
      const rows: [number, XrefEntry][] = [];
      let isCrooked = false;
      for (lexer.skipSpace(); !lexer.isAt("trailer"); lexer.skipSpace()) {
        const [first, count] = subsectionAt(lexer);
        if (rows.length + count > PDF_LIMITS.objects)
          throw pdfError("damaged", "a cross-reference table that does not read");
        lexer.skipSpace();
        for (let index = 0; index < count; index++) {
          const start = lexer.position;
          const [at, generation, type] = [lexer.word(), lexer.word(), lexer.word()];
          if (type !== "n" && type !== "f") throw pdfError("damaged", "a row that does not read");
          isCrooked ||= !/^\d{10} \d{5} [nf](?: \r| \n|\r\n)$/.test(
            toLatin1(lexer.bytes.subarray(start, start + 20)),
          );
          rows.push([first + index, entryOf(Number(at), Number(generation), type, shift)]);
          lexer.skipSpace();
        }
      }
      lexer.word();
      const trailer = lexer.object();
      if (!isDict(trailer)) throw pdfError("damaged", "the trailer is no dictionary");
      const faults = isCrooked
        ? [forbidden("xref-rows", null, "the update's list of objects is not written as it must be")]
        : [];
      return { own: null, rows, trailer, end: position + lexer.position, faults };
    },
    65_536,
  );
}

function entryOf(position: number, generation: number, type: "n" | "f", shift: number): XrefEntry {
  return type === "f" || position === 0
    ? { type: "free", generation }
    : { type: "at", position: position + shift, generation };
}

/** `startxref`, the section's own offset and `%%EOF`. */
function endOf(
  source: ByteSource,
  position: number,
  offset: number,
): { contentEnd: number; end: number } | null {
  const from = skipSpace(source, position);
  const match = /^startxref[ \t\r\n\0\f]+(\d{1,12})[ \t\r\n\0\f]+%%EOF/.exec(
    toLatin1(source.read(from, 256)),
  );
  if (!match || Number(match[1]) !== offset) return null;
  const contentEnd = from + match[0].length;
  return { contentEnd, end: afterWhiteSpace(source, contentEnd) };
}

/** The first position at or after `position` that holds no white space. */
export function afterWhiteSpace(source: ByteSource, position: number): number {
  for (let at = position; at < source.size; ) {
    const bytes = source.read(at, 4096);
    const index = bytes.findIndex((byte) => !isSpace(byte));
    if (index >= 0) return at + index;
    at += bytes.length;
  }
  return source.size;
}

function compareRows(
  entries: ReadonlyMap<number, XrefEntry>,
  body: ReadonlyMap<number, BodyObject>,
  before: PdfFile,
  from: number,
): Change[] {
  const faults: Change[] = [];
  for (const [number, entry] of entries) {
    const known = before.xref.entries.get(number);
    if (isSameEntry(entry, known) || entry.type === "free") continue;
    const container = entry.type === "in" ? entries.get(entry.stream) : entry;
    const found = container?.type === "at" ? body.get(container.position) : undefined;
    const isThere =
      entry.type === "in" ? found?.number === entry.stream && found.isObjectStream : found?.number === number;
    if (!isThere) {
      const isBack = container?.type !== "at" || container.position < from;
      const message = isBack
        ? `object ${number} now leads to bytes from before the update`
        : `object ${number} is not where the update says`;
      faults.push(forbidden(isBack ? "points-back" : "points-astray", number, message));
      continue;
    }
    const isOtherGeneration =
      entry.type === "at" &&
      (found!.generation !== entry.generation ||
        (known !== undefined && known.type !== "free" && generationOf(known) !== entry.generation));
    if (isOtherGeneration)
      faults.push(forbidden("generation", number, `object ${number} changes its generation`));
    if (found?.isMended)
      faults.push(
        forbidden("stream-length", number, `the length of the stream of object ${number} is wrong`),
      );
  }
  return faults;
}

const generationOf = (entry: XrefEntry): number => (entry.type === "in" ? 0 : entry.generation);

/** Whether two entries lead to the same bytes. */
export function isSameEntry(a: XrefEntry | undefined, b: XrefEntry | undefined): boolean {
  if (!a || !b || a.type === "free" || b.type === "free")
    return (a?.type ?? "free") === "free" && (b?.type ?? "free") === "free";
  if (a.type === "at") return b.type === "at" && a.position === b.position && a.generation === b.generation;
  return b.type === "in" && a.stream === b.stream;
}

/** Objects that stand in the update but not in its list: a reader that searches the file sees them. */
function unlisted(
  entries: ReadonlyMap<number, XrefEntry>,
  body: ReadonlyMap<number, BodyObject>,
  section: XrefSection,
): Change[] {
  const faults: Change[] = [];
  for (const [position, { number }] of body) {
    const entry = entries.get(number);
    if (position === section.position || (entry?.type === "at" && entry.position === position)) continue;
    faults.push(
      forbidden("object-unlisted", number, `object ${number} stands in the update, but not in its list`),
    );
  }
  return faults;
}

/** Object streams of the update: each number once, each listed, each at its place. */
function innerFaults(
  entries: ReadonlyMap<number, XrefEntry>,
  body: ReadonlyMap<number, BodyObject>,
  file: PdfFile,
): Change[] {
  const faults: Change[] = [];
  for (const { number: stream, isObjectStream } of body.values()) {
    if (!isObjectStream) continue;
    const numbers = innerNumbers(file, stream);
    const seen = new Set<number>();
    for (const [index, number] of numbers.entries()) {
      const entry = entries.get(number);
      const isListed = entry?.type === "in" && entry.stream === stream && entry.index === index;
      if (isListed && !seen.has(number)) seen.add(number);
      else
        faults.push(
          forbidden("object-unlisted", number, `object ${number} is hidden in object stream ${stream}`),
        );
    }
    for (const [number, entry] of entries)
      if (entry.type === "in" && entry.stream === stream && !seen.has(number))
        faults.push(forbidden("points-astray", number, `object ${number} is not where the update says`));
  }
  return faults;
}

function innerNumbers(file: PdfFile, stream: number): number[] {
  const object = file.get(stream);
  if (!(object instanceof PdfStream)) return [];
  const lexer = new Lexer(file.decoded(object));
  const count = Math.min(file.number(object.dict.get("N")) ?? 0, PDF_LIMITS.objects);
  const numbers: number[] = [];
  for (let index = 0; index < count && lexer.position < lexer.bytes.length; index++) {
    const [number, offset] = [lexer.word(), lexer.word()];
    if (number === "" || offset === "") break;
    numbers.push(Number(number));
  }
  return numbers;
}
