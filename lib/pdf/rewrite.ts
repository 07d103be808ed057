import { fromLatin1, sha256 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { PDF_LIMITS } from "./limits.ts";
import {
  isDict,
  isName,
  numberSyntax,
  type PdfDict,
  type PdfObject,
  PdfReal,
  PdfRef,
  PdfStream,
  PdfString,
  pdfDict,
  serialize,
} from "./objects.ts";
import type { PdfFile } from "./reader.ts";
import type { ObjectSink } from "./update.ts";

/** A reference in the file being written; a plain one means an object of the file being read. */
class NewRef extends PdfRef {}

export interface Rewritten {
  readonly sizeBytes: number;
  readonly objects: number;
}

/** Looks at a dictionary of the old file before it is written: gives what shall stand in its place. */
export type CleanDict = (dict: PdfDict) => PdfDict;

/**
 * Writes a file anew: what is reachable from the catalog and nothing else, decrypted, objects numbered from 1,
 * one plain cross-reference table. Streams go over as they are, in pieces.
 */
export class Rewrite implements ObjectSink {
  readonly file: PdfFile;
  readonly #clean: CleanDict;
  readonly #numbers = new Map<number, number>();
  readonly #replacements = new Map<number, PdfObject>();
  readonly #queue: { readonly number: number; readonly old: number | null; readonly object: PdfObject }[] =
    [];
  #next = 1;

  constructor(file: PdfFile, clean: CleanDict) {
    this.file = file;
    this.#clean = clean;
  }

  /** A new object; plain references inside it lead into the old file and are taken over. */
  add(object: PdfObject): PdfRef {
    const ref = new NewRef(this.#next++);
    this.#queue.push({ number: ref.number, old: null, object });
    return ref;
  }

  /** A number for an object whose content comes later. */
  reserve(): PdfRef {
    return new NewRef(this.#next++);
  }

  fill(ref: PdfRef, object: PdfObject): void {
    this.#queue.push({ number: ref.number, old: null, object });
  }

  /** Lets every reference to an old object lead to `ref` instead. */
  redirect(old: PdfRef, ref: PdfRef): void {
    this.#numbers.set(old.number, ref.number);
  }

  /** Lets an old object be written with this content. */
  replace(old: PdfRef, object: PdfObject): void {
    this.#replacements.set(old.number, object);
  }

  /** The bytes of the new file, in pieces. @param seed 32 random bytes for the file's ID. */
  *write(
    version: string,
    catalog: PdfRef,
    info: PdfRef | null,
    seed: Uint8Array,
  ): Generator<Uint8Array, Rewritten> {
    let position = 0;
    const offsets: number[] = [0];
    const counted = (bytes: Uint8Array) => {
      position += bytes.length;
      return bytes;
    };
    // The comment's bytes above 127 tell transfer programs that the file is binary (§7.5.2).
    yield counted(fromLatin1(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`));
    for (let at = 0; at < this.#queue.length; at++) {
      const { number, old, object } = this.#queue[at]!;
      this.#queue[at] = { number, old, object: null };
      offsets[number] = position;
      const found = old === null ? object : (this.#replacements.get(old) ?? this.file.get(old));
      yield counted(fromLatin1(`${number} 0 obj\n`));
      if (found instanceof PdfStream) for (const piece of this.#stream(found)) yield counted(piece);
      else yield counted(fromLatin1(serialize(this.#copy(found, 0))));
      yield counted(fromLatin1("\nendobj\n"));
    }
    const start = position;
    const row = (offset: number | undefined) =>
      offset === undefined ? "0000000000 65535 f\r\n" : `${String(offset).padStart(10, "0")} 00000 n\r\n`;
    let rows = `xref\n0 ${this.#next}\n0000000000 65535 f\r\n`;
    for (let number = 1; number < this.#next; number++) {
      rows += row(offsets[number]);
      if (rows.length < 1 << 16) continue;
      yield counted(fromLatin1(rows));
      rows = "";
    }
    const id = new PdfString(sha256(seed, fromLatin1("ID")).subarray(0, 16), true);
    const trailer = pdfDict({ Size: this.#next, Root: catalog, Info: info ?? undefined, ID: [id, id] });
    yield counted(fromLatin1(`${rows}trailer\n${serialize(trailer)}\nstartxref\n${start}\n%%EOF\n`));
    return { sizeBytes: position, objects: this.#next - 1 };
  }

  *#stream(stream: PdfStream): Generator<Uint8Array> {
    const dict = this.#copy(streamDict(this.file, stream), 0) as PdfDict;
    // AES hides the length until the stream is decrypted, so a decrypted stream is gathered first.
    const isGathered = this.file.encryption !== null && !(stream.data instanceof Uint8Array);
    const gathered = isGathered ? this.file.streamBytes(stream) : null;
    dict.set("Length", gathered?.length ?? stream.data.length);
    yield fromLatin1(`${serialize(dict)}\nstream\n`);
    if (gathered) yield gathered;
    else yield* this.file.streamPieces(stream);
    yield fromLatin1("\nendstream");
  }

  #copy(object: PdfObject, depth: number): PdfObject {
    if (depth > PDF_LIMITS.nesting) throw pdfError("too-complex", "objects are nested too deeply");
    if (object instanceof NewRef) return object;
    if (object instanceof PdfRef) return this.#refer(object);
    if (Array.isArray(object)) return object.map((item) => this.#copy(item, depth + 1));
    // More digits than anybody reads, and more than some readers can.
    if (object instanceof PdfReal && object.digits.length > 40)
      return new PdfReal(numberSyntax(object.value));
    if (!isDict(object)) return object;
    const copy: PdfDict = new Map();
    for (const [key, value] of this.#clean(object)) copy.set(key, this.#copy(value, depth + 1));
    return copy;
  }

  #refer(ref: PdfRef): PdfObject {
    const known = this.#numbers.get(ref.number);
    if (known !== undefined) return new NewRef(known);
    const entry = this.file.xref.entries.get(ref.number);
    const isThere = this.#replacements.has(ref.number) || (entry !== undefined && entry.type !== "free");
    // A reference to nothing is null (§7.3.10), and null needs no object.
    if (!isThere) return null;
    const number = this.#next++;
    if (number > PDF_LIMITS.objects) throw pdfError("too-complex", "too many objects");
    this.#numbers.set(ref.number, number);
    this.#queue.push({ number, old: ref.number, object: null });
    return new NewRef(number);
  }
}

/** A stream's dictionary as it is once decrypted and all in this file. */
function streamDict(file: PdfFile, stream: PdfStream): PdfDict {
  const dict = new Map(stream.dict);
  if (file.encryption === null) return dict;
  const filter = file.resolve(dict.get("Filter"));
  const names = Array.isArray(filter) ? filter.map((item) => file.resolve(item)) : [filter];
  const crypt = names.findIndex((name) => isName(name, "Crypt"));
  if (crypt < 0) return dict;
  const parameters = file.resolve(dict.get("DecodeParms"));
  dict.set("Filter", names.toSpliced(crypt, 1));
  if (Array.isArray(parameters)) dict.set("DecodeParms", parameters.toSpliced(crypt, 1));
  else dict.delete("DecodeParms");
  return dict;
}
