import { concatBytes, fromLatin1, sha256 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import {
  isDict,
  isName,
  numberSyntax,
  type PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
  pdfName,
  type StringCipher,
  serialize,
} from "./objects.ts";
import type { PdfFile } from "./reader.ts";

/** Takes new objects; an update, a rewrite and a test's own file all do. */
export interface ObjectSink {
  add(object: PdfObject): PdfRef;
}

/** Where the bytes of a signature go, as positions in the finished file. */
export interface SignatureHole {
  /** The fixed-width room for the ByteRange array, from its `[`. */
  readonly byteRangeAt: number;
  /** The `<` of Contents, and just after its `>`. */
  readonly contentsAt: number;
  readonly contentsEnd: number;
}

/** Characters kept for `[0 a b c]`: four numbers of up to ten digits. */
export const BYTE_RANGE_WIDTH = 48;

interface PendingObject {
  readonly generation: number;
  object: PdfObject;
  /** For a signature dictionary: bytes to keep free in Contents. */
  holeBytes: number | null;
}

/**
 * Changes that are appended to a file, leaving every byte of it as it is (ISO 32000-2 §7.5.6).
 *
 * @param seed 32 random bytes: the new half of the file's ID and, in encrypted files, the vectors come from it.
 */
export class Update implements ObjectSink {
  readonly file: PdfFile;
  readonly #seed: Uint8Array;
  readonly #pending = new Map<number, PendingObject>();
  #next: number;
  #vectors = 0;

  constructor(file: PdfFile, seed: Uint8Array) {
    if (file.condition.isDamaged)
      throw pdfError("damaged", "a file without a usable cross-reference cannot be updated");
    this.file = file;
    this.#seed = seed;
    this.#next = file.nextNumber;
  }

  add(object: PdfObject): PdfRef {
    const ref = new PdfRef(this.#next++);
    this.#pending.set(ref.number, { generation: 0, object, holeBytes: null });
    return ref;
  }

  /** Adds a signature dictionary; it is written last, with room for ByteRange and `holeBytes` of Contents. */
  addSignature(dict: PdfDict, holeBytes: number): PdfRef {
    const ref = this.add(dict);
    this.#pending.get(ref.number)!.holeBytes = holeBytes;
    return ref;
  }

  set(ref: PdfRef, object: PdfObject): void {
    const known = this.#pending.get(ref.number);
    if (known) {
      known.object = object;
      return;
    }
    const entry = this.file.xref.entries.get(ref.number);
    const generation = entry?.type === "at" ? entry.generation : 0;
    this.#pending.set(ref.number, { generation, object, holeBytes: null });
  }

  /** The object as it will be: with the changes made so far. */
  get(object: PdfObject | undefined): PdfObject {
    let value = object ?? null;
    for (let count = 0; value instanceof PdfRef && count < 32; count++) {
      const pending = this.#pending.get(value.number);
      value = pending ? pending.object : this.file.get(value.number);
    }
    return value instanceof PdfRef ? null : value;
  }

  /** A copy of an indirect dictionary to change in place; the same one every time it is asked for. */
  edit(ref: PdfRef): PdfDict {
    const pending = this.#pending.get(ref.number);
    if (pending && isDict(pending.object)) return pending.object;
    const known = this.get(ref);
    if (!isDict(known)) throw pdfError("damaged", `object ${ref.number} is no dictionary`);
    const copy: PdfDict = new Map(known);
    this.set(ref, copy);
    return copy;
  }

  /** The bytes to append; nothing of the file itself is written again. */
  write(): { tail: Uint8Array; hole: SignatureHole | null } {
    const writer = new TailWriter(this.file);
    let hole: SignatureHole | null = null;
    const rows: Row[] = [];
    const inOrder = [...this.#pending].sort(
      ([a, one], [b, other]) => Number(one.holeBytes !== null) - Number(other.holeBytes !== null) || a - b,
    );
    for (const [number, { generation, object, holeBytes }] of inOrder) {
      rows.push({ number, generation, position: writer.position - this.file.xref.shift });
      writer.text(`${number} ${generation} obj\n`);
      if (holeBytes !== null && isDict(object))
        hole = this.#writeSignature(writer, object, holeBytes, number, generation);
      else this.#writeObject(writer, object, number, generation);
      writer.text("\nendobj\n");
    }
    this.#writeXref(writer, rows);
    return { tail: writer.bytes(), hole };
  }

  #cipher(number: number, generation: number): StringCipher | undefined {
    const { encryption, encryptRef } = this.file;
    if (!encryption || number === encryptRef) return undefined;
    return (bytes) => encryption.encryptString(bytes, number, generation, this.#vector());
  }

  #vector(): Uint8Array {
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, ++this.#vectors);
    return sha256(this.#seed, counter).subarray(0, 16);
  }

  #writeObject(writer: TailWriter, object: PdfObject, number: number, generation: number): void {
    if (!(object instanceof PdfStream)) {
      writer.text(serialize(object, this.#cipher(number, generation)));
      return;
    }
    if (!(object.data instanceof Uint8Array)) throw new TypeError("an update writes streams from bytes");
    const { encryption } = this.file;
    const isPlain = isName(object.dict.get("Type"), "Metadata") && encryption?.encryptsMetadata === false;
    const bytes =
      encryption && !isPlain
        ? encryption.encryptStream(object.data, number, generation, this.#vector())
        : object.data;
    writer.stream(object.dict, bytes, this.#cipher(number, generation));
  }

  #writeSignature(
    writer: TailWriter,
    dict: PdfDict,
    holeBytes: number,
    number: number,
    generation: number,
  ): SignatureHole {
    const rest = new Map([...dict].filter(([key]) => key !== "ByteRange" && key !== "Contents"));
    writer.text(serialize(rest, this.#cipher(number, generation)).slice(0, -2));
    writer.text("/ByteRange ");
    const byteRangeAt = writer.position;
    writer.text(`[${" ".repeat(BYTE_RANGE_WIDTH - 2)}]\n/Contents `);
    const contentsAt = writer.position;
    writer.text(`<${"0".repeat(holeBytes * 2)}>`);
    const contentsEnd = writer.position;
    writer.text("\n>>");
    return { byteRangeAt, contentsAt, contentsEnd };
  }

  /** §7.5.4 and §7.5.8: the same kind of section as the file's last one. */
  #writeXref(writer: TailWriter, rows: Row[]): void {
    const { trailer, xref } = this.file;
    const entries: PdfDict = new Map();
    for (const key of ["Root", "Info", "Encrypt"]) {
      const value = trailer.get(key);
      if (value !== undefined) entries.set(key, value);
    }
    const id = this.file.resolve(trailer.get("ID"));
    const first = Array.isArray(id) ? this.file.resolve(id[0]) : null;
    const fresh = new PdfString(sha256(this.#seed, fromLatin1("ID")).subarray(0, 16), true);
    entries.set("ID", [first instanceof PdfString ? new PdfString(first.bytes, true) : fresh, fresh]);
    entries.set("Prev", xref.startxref);
    const start = writer.position - xref.shift;
    if (xref.kind === "stream") {
      rows.push({ number: this.#next++, generation: 0, position: start });
      entries.set("Size", this.#next);
      writeXrefStream(writer, rows, entries);
    } else {
      entries.set("Size", this.#next);
      writer.text(`${xrefTable(rows)}trailer\n${serialize(entries)}\n`);
    }
    writer.text(`startxref\n${start}\n%%EOF\n`);
  }
}

interface Row {
  readonly number: number;
  readonly generation: number;
  readonly position: number;
}

class TailWriter {
  readonly #parts: Uint8Array[] = [];
  position: number;

  constructor(file: PdfFile) {
    const { source } = file;
    this.position = source.size;
    const last = source.read(source.size - 1, 1)[0];
    if (last !== 10 && last !== 13) this.text("\n");
  }

  text(text: string): void {
    this.raw(fromLatin1(text));
  }

  raw(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.position += bytes.length;
  }

  stream(dict: PdfDict, bytes: Uint8Array, encrypt?: StringCipher): void {
    this.text(`${serialize(new Map(dict).set("Length", bytes.length), encrypt)}\nstream\n`);
    this.raw(bytes);
    this.text("\nendstream");
  }

  bytes(): Uint8Array {
    return concatBytes(this.#parts);
  }
}

/** Rows in runs of consecutive numbers. */
function* runs(rows: readonly Row[]): Generator<Row[]> {
  let run: Row[] = [];
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    const last = run.at(-1);
    if (last && row.number !== last.number + 1) {
      yield run;
      run = [];
    }
    run.push(row);
  }
  if (run.length > 0) yield run;
}

/** A cross-reference table with one subsection for each run; every row has 20 bytes (§7.5.4). */
function xrefTable(rows: readonly Row[]): string {
  let text = "xref\n";
  const padded = (value: number, width: number) => numberSyntax(value).padStart(width, "0");
  for (const run of runs(rows)) {
    text += `${run[0]!.number} ${run.length}\n`;
    for (const row of run) text += `${padded(row.position, 10)} ${padded(row.generation, 5)} n\r\n`;
  }
  return text;
}

function writeXrefStream(writer: TailWriter, rows: readonly Row[], entries: PdfDict): void {
  const index: number[] = [];
  const bytes: number[] = [];
  for (const run of runs(rows)) {
    index.push(run[0]!.number, run.length);
    for (const { position, generation } of run) {
      const high = Math.floor(position / 2 ** 32);
      bytes.push(1, high & 255, (position >>> 24) & 255, (position >>> 16) & 255, (position >>> 8) & 255);
      bytes.push(position & 255, (generation >> 8) & 255, generation & 255);
    }
  }
  const own = rows.at(-1)!;
  entries.set("Type", pdfName("XRef")).set("W", [1, 5, 2]).set("Index", index);
  writer.text(`${own.number} 0 obj\n`);
  writer.stream(entries, Uint8Array.from(bytes));
  writer.text("\nendobj\n");
}
