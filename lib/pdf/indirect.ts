import type { ByteSource } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { isSpace, Keyword, Lexer, MoreBytesNeeded } from "./lexer.ts";
import { PDF_LIMITS } from "./limits.ts";
import {
  isDict,
  numberOf,
  type PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  type StreamRange,
} from "./objects.ts";

/**
 * Reads from `position` with as many bytes as it takes: a small window first, four times as many whenever an
 * object goes on beyond it.
 */
export function readAt<T>(
  source: ByteSource,
  position: number,
  read: (lexer: Lexer) => T,
  windowBytes = 4096,
): T {
  if (position < 0 || position >= source.size)
    throw pdfError("damaged", `offset ${position} is outside the file`);
  for (let length = windowBytes; ; length *= 4) {
    const bytes = source.read(position, length);
    const isWhole = position + bytes.length >= source.size;
    try {
      return read(new Lexer(bytes, 0, isWhole));
    } catch (error) {
      if (!(error instanceof MoreBytesNeeded)) throw error;
      if (length > PDF_LIMITS.objectBytes)
        throw pdfError("too-complex", `the object at ${position} is too large`);
    }
  }
}

export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly object: PdfObject;
  /** Just after the object or its `endstream`. */
  readonly end: number;
  /** Whether a stream's Length was not where its data ends. */
  readonly isMended: boolean;
}

/** Gives the value of a stream's Length, which may be an object elsewhere. */
export type Resolve = (object: PdfObject | undefined) => PdfObject;

/**
 * Reads `n g obj …` at `position` (ISO 32000-2 §7.3.10).
 *
 * @throws pdf/damaged when no object stands there, or another one than `expected`.
 */
export function readIndirect(
  source: ByteSource,
  position: number,
  expected: number | null,
  resolve: Resolve,
): IndirectObject {
  const head = readAt(source, position, (lexer) => readHead(lexer, position, expected));
  if (head.streamAt === null || !isDict(head.object))
    return { ...head, end: position + head.length, isMended: false };
  const { range, isMended } = streamRange(source, position + head.streamAt, head.object, resolve);
  const object = new PdfStream(head.object, range, new PdfRef(head.number, head.generation));
  return { ...head, object, end: range.position + range.length, isMended };
}

interface Head {
  readonly number: number;
  readonly generation: number;
  readonly object: PdfObject;
  /** From `position` to the object's end, and to its stream's first byte when it has one. */
  readonly length: number;
  readonly streamAt: number | null;
}

function readHead(lexer: Lexer, position: number, expected: number | null): Head {
  const [number, generation] = [lexer.word(), lexer.word()];
  if (lexer.word() !== "obj" || !/^\d{1,10}$/.test(number) || !/^\d{1,5}$/.test(generation))
    throw pdfError("damaged", `no object at ${position}`);
  if (expected !== null && Number(number) !== expected)
    throw pdfError("damaged", `object ${expected} should be at ${position}, ${number} is`);
  const found = lexer.next();
  const ids = { number: Number(number), generation: Number(generation) };
  // `1 0 obj endobj` is null in every reader.
  if (found instanceof Keyword) return { ...ids, object: null, length: lexer.position, streamAt: null };
  const length = lexer.position;
  return { ...ids, object: found, length, streamAt: isDict(found) ? streamStart(lexer) : null };
}

/** Where the data of a stream begins: after `stream` and its end of line (§7.3.8.1). */
function streamStart(lexer: Lexer): number | null {
  lexer.skipSpace();
  if (!lexer.isAt("stream")) return null;
  let at = lexer.position + 6;
  if (at + 2 > lexer.bytes.length && !lexer.isWhole) throw new MoreBytesNeeded();
  while (lexer.bytes[at] === 32) at++;
  if (lexer.bytes[at] === 13) at++;
  if (lexer.bytes[at] === 10) at++;
  return at;
}

function streamRange(
  source: ByteSource,
  position: number,
  dict: PdfDict,
  resolve: Resolve,
): { range: StreamRange; isMended: boolean } {
  const length = numberOf(resolve(dict.get("Length")));
  if (length !== undefined && Number.isInteger(length) && length >= 0 && position + length <= source.size) {
    if (endsStream(source.read(position + length, 32)))
      return { range: { position, length }, isMended: false };
  }
  const end = findNext(source, position, "endstream") ?? findNext(source, position, "endobj");
  if (end === null) throw pdfError("damaged", `the stream at ${position} has no end`);
  const before = source.read(Math.max(position, end - 2), Math.min(2, end - position));
  let trimmed = end;
  if (before.at(-1) === 10) trimmed -= before.at(-2) === 13 ? 2 : 1;
  else if (before.at(-1) === 13) trimmed--;
  return { range: { position, length: Math.max(0, trimmed - position) }, isMended: true };
}

function endsStream(bytes: Uint8Array): boolean {
  let at = 0;
  while (isSpace(bytes[at])) at++;
  return String.fromCharCode(...bytes.subarray(at, at + 9)) === "endstream";
}

interface Search {
  readonly from: number;
  readonly found: number | null;
}

const lastSearches = new WeakMap<ByteSource, Map<string, Search>>();

/** As `find`, but what was looked through before is not again: a file can ask for the same end a million times. */
function findNext(source: ByteSource, from: number, text: string): number | null {
  const searches = lastSearches.get(source) ?? new Map<string, Search>();
  lastSearches.set(source, searches);
  const last = searches.get(text);
  if (last && from >= last.from && (last.found === null || from <= last.found)) return last.found;
  const found = find(source, from, text);
  searches.set(text, { from, found });
  return found;
}

/** Position of `text` at or after `from`, or null. */
export function find(source: ByteSource, from: number, text: string, to = source.size): number | null {
  const pattern = Buffer.from(text, "latin1");
  for (let position = from; position < to; ) {
    const bytes = source.read(position, Math.min(1 << 20, to - position));
    const index = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(pattern);
    if (index >= 0) return position + index;
    if (position + bytes.length >= to || bytes.length <= pattern.length) return null;
    position += bytes.length - pattern.length + 1;
  }
  return null;
}
