import { type ByteSource, concatBytes, pieces, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { Encryption, type PieceCipher } from "./encryption.ts";
import { pdfError } from "./errors.ts";
import { filterSteps, undoFilter } from "./filters.ts";
import { readIndirect } from "./indirect.ts";
import { Lexer } from "./lexer.ts";
import { PDF_LIMITS } from "./limits.ts";
import {
  isDict,
  isName,
  numberOf,
  type PdfDict,
  type PdfName,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
  textOf,
} from "./objects.ts";
import { recoverXref } from "./recovery.ts";
import { readXref, type Xref } from "./xref.ts";

const CACHED_OBJECTS = 20_000;
const CACHED_OBJECT_STREAMS = 48;

interface ObjectStream {
  readonly bytes: Uint8Array;
  /** Object number → where it starts in `bytes`. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** What a file says of itself, found while opening it; none of it is a reason to refuse by itself. */
export interface FileCondition {
  /** Its cross-reference did not read and was rebuilt. */
  readonly isDamaged: boolean;
  readonly isHybrid: boolean;
  readonly isEncrypted: boolean;
  /** Bytes before the header. */
  readonly headerAt: number;
}

/**
 * A PDF read in place: objects are fetched when asked for, streams stay in the file.
 *
 * @see ISO 32000-2 §7.5
 */
export class PdfFile {
  readonly source: ByteSource;
  readonly version: string;
  readonly headerAt: number;
  #xref: Xref;
  #encryption: Encryption | null = null;
  #encryptRef: number | null = null;
  #isDamaged = false;
  #password: string;
  #objects = new Map<number, PdfObject>();
  #objectStreams = new Map<number, ObjectStream>();
  #loading = new Set<number>();

  /** @throws pdf/not-a-pdf, damaged, needs-password, encryption-unsupported, too-complex */
  static open(source: ByteSource, options: { readonly password?: string } = {}): PdfFile {
    return new PdfFile(source, options.password ?? "");
  }

  private constructor(source: ByteSource, password: string) {
    this.source = source;
    this.#password = password;
    const head = toLatin1(source.read(0, 1024));
    this.headerAt = head.indexOf("%PDF-");
    if (this.headerAt < 0) throw pdfError("not-a-pdf", "no %PDF- in the first kilobyte");
    this.version = /^%PDF-(\d\.\d)/.exec(head.slice(this.headerAt))?.[1] ?? "1.4";
    this.#xref = this.#openXref();
  }

  #openXref(): Xref {
    try {
      this.#xref = readXref(this.source, this.headerAt);
      this.#openEncryption();
      if (!isDict(this.resolve(this.catalog.get("Pages"))))
        throw pdfError("damaged", "the catalog has no pages");
      return this.#xref;
    } catch (error) {
      if (!isRefusal(error, "pdf/damaged")) throw error;
      this.#recover();
      return this.#xref;
    }
  }

  #recover(): void {
    this.#isDamaged = true;
    this.#objects.clear();
    this.#objectStreams.clear();
    const recovered = recoverXref(this.source);
    this.#xref = recovered;
    this.#openEncryption();
    for (const { number, position } of recovered.objectStreams) {
      let held: ObjectStream;
      try {
        held = this.#objectStream(number);
      } catch (error) {
        if (isRefusal(error, "pdf/damaged")) continue;
        throw error;
      }
      let index = 0;
      for (const inner of held.offsets.keys()) {
        const known = recovered.entries.get(inner);
        if (known?.type !== "at" || known.position < position)
          recovered.entries.set(inner, { type: "in", stream: number, index });
        index++;
      }
    }
    if (!isDict(this.resolve(this.#xref.trailer.get("Root")))) throw pdfError("damaged", "no catalog");
  }

  #openEncryption(): void {
    this.#encryption = null;
    this.#encryptRef = null;
    const given = this.#xref.trailer.get("Encrypt");
    if (given === undefined || given === null) return;
    const dict = this.resolve(given);
    if (!isDict(dict)) throw pdfError("damaged", "the encryption dictionary is missing");
    const id = this.resolve(this.#xref.trailer.get("ID"));
    const first = Array.isArray(id) ? this.resolve(id[0]) : null;
    const direct = this.#direct(dict, 0);
    const encryption = new Encryption(
      isDict(direct) ? direct : dict,
      first instanceof PdfString ? first.bytes : new Uint8Array(),
      this.#password,
    );
    this.#encryptRef = given instanceof PdfRef ? given.number : null;
    this.#encryption = encryption;
    this.#objects.clear();
    this.#objectStreams.clear();
  }

  /** A copy with every reference replaced by what it refers to; for small dictionaries only. */
  #direct(object: PdfObject, depth: number): PdfObject {
    const value = this.resolve(object);
    if (depth > 6) return null;
    if (Array.isArray(value)) return value.map((item) => this.#direct(item, depth + 1));
    if (isDict(value)) return new Map([...value].map(([key, item]) => [key, this.#direct(item, depth + 1)]));
    return value;
  }

  get condition(): FileCondition {
    return {
      isDamaged: this.#isDamaged,
      isHybrid: this.#xref.isHybrid,
      isEncrypted: this.#encryption !== null,
      headerAt: this.headerAt,
    };
  }

  get xref(): Xref {
    return this.#xref;
  }

  get trailer(): PdfDict {
    return this.#xref.trailer;
  }

  get encryption(): Encryption | null {
    return this.#encryption;
  }

  /** The object that is the encryption dictionary and therefore not encrypted itself. */
  get encryptRef(): number | null {
    return this.#encryptRef;
  }

  get catalogRef(): PdfRef {
    const root = this.trailer.get("Root");
    if (!(root instanceof PdfRef)) throw pdfError("damaged", "the catalog is not an indirect object");
    return root;
  }

  get catalog(): PdfDict {
    const catalog = this.resolve(this.trailer.get("Root"));
    if (!isDict(catalog)) throw pdfError("damaged", "no catalog");
    return catalog;
  }

  /** One more than the highest object number in use. */
  get nextNumber(): number {
    let highest = 0;
    for (const number of this.#xref.entries.keys()) if (number > highest) highest = number;
    const size = numberOf(this.trailer.get("Size")) ?? 0;
    return Math.max(highest + 1, Number.isInteger(size) && size <= PDF_LIMITS.objects * 10 ? size : 0);
  }

  /** The object of that number; null when there is none (§7.3.10). */
  get(number: number): PdfObject {
    const known = this.#objects.get(number);
    if (known !== undefined) return known;
    if (this.#loading.has(number)) return null;
    this.#loading.add(number);
    try {
      const object = this.#load(number);
      if (this.#objects.size >= CACHED_OBJECTS) this.#objects.clear();
      this.#objects.set(number, object);
      return object;
    } finally {
      this.#loading.delete(number);
    }
  }

  #load(number: number): PdfObject {
    try {
      return this.#read(number);
    } catch (error) {
      if (!isRefusal(error, "pdf/damaged") || this.#isDamaged) {
        if (isRefusal(error, "pdf/damaged")) return null;
        throw error;
      }
      this.#recover();
      return this.#load(number);
    }
  }

  #read(number: number): PdfObject {
    const entry = this.#xref.entries.get(number);
    if (entry === undefined || entry.type === "free") return null;
    if (entry.type === "in") return this.#readInner(number, entry.stream);
    const found = readIndirect(this.source, entry.position, number, (object) => this.resolve(object));
    if (!this.#encryption || number === this.#encryptRef) return found.object;
    return this.#decrypt(found.object, found.number, found.generation);
  }

  #readInner(number: number, streamNumber: number): PdfObject {
    const held = this.#objectStream(streamNumber);
    const offset = held.offsets.get(number);
    return offset === undefined ? null : new Lexer(held.bytes, offset).object();
  }

  #objectStream(number: number): ObjectStream {
    const known = this.#objectStreams.get(number);
    if (known) return known;
    const stream = this.get(number);
    if (!(stream instanceof PdfStream)) throw pdfError("damaged", `object stream ${number} is missing`);
    const bytes = this.decoded(stream);
    const count = numberOf(this.resolve(stream.dict.get("N"))) ?? 0;
    const first = numberOf(this.resolve(stream.dict.get("First"))) ?? 0;
    const lexer = new Lexer(bytes);
    const offsets = new Map<number, number>();
    for (let index = 0; index < count && lexer.position < bytes.length; index++) {
      const [inner, offset] = [lexer.word(), lexer.word()];
      if (!/^\d{1,10}$/.test(inner) || !/^\d{1,10}$/.test(offset)) break;
      offsets.set(Number(inner), first + Number(offset));
    }
    if (this.#objectStreams.size >= CACHED_OBJECT_STREAMS)
      this.#objectStreams.delete(this.#objectStreams.keys().next().value!);
    const held = { bytes, offsets };
    this.#objectStreams.set(number, held);
    return held;
  }

  #decrypt(object: PdfObject, number: number, generation: number): PdfObject {
    if (object instanceof PdfString)
      return new PdfString(this.#encryption!.decryptString(object.bytes, number, generation), object.isHex);
    if (Array.isArray(object)) return object.map((item) => this.#decrypt(item, number, generation));
    if (object instanceof PdfStream) {
      if (isName(object.dict.get("Type"), "XRef")) return object;
      const dict = this.#decrypt(object.dict, number, generation) as PdfDict;
      return new PdfStream(dict, object.data, object.ref);
    }
    if (!isDict(object)) return object;
    // §7.6.2: the Contents of a signature are not encrypted.
    const isSignature = object.has("ByteRange") && object.has("Contents");
    return new Map(
      [...object].map(([key, value]) => [
        key,
        isSignature && key === "Contents" ? value : this.#decrypt(value, number, generation),
      ]),
    );
  }

  /**
   * Takes over what an earlier revision of this file has read already, where both mean the same bytes. Streams are
   * read again: their length may be an object that has changed.
   */
  adopt(earlier: PdfFile): void {
    const isUncertain = this.#isDamaged || earlier.#isDamaged || this.#encryption || earlier.#encryption;
    if (isUncertain) return;
    for (const [number, object] of earlier.#objects) {
      const [own, other] = [this.#xref.entries.get(number), earlier.#xref.entries.get(number)];
      const isSame = own?.type === "at" && other?.type === "at" && own.position === other.position;
      if (isSame && !(object instanceof PdfStream)) this.#objects.set(number, object);
    }
  }

  /** What a reference leads to, through any number of further ones up to the limit. */
  resolve(object: PdfObject | undefined): PdfObject {
    let value = object ?? null;
    for (let count = 0; value instanceof PdfRef; count++) {
      if (count >= PDF_LIMITS.referenceChain) return null;
      value = this.get(value.number);
    }
    return value;
  }

  dict(object: PdfObject | undefined): PdfDict | null {
    const value = this.resolve(object);
    return isDict(value) ? value : null;
  }

  array(object: PdfObject | undefined): readonly PdfObject[] {
    const value = this.resolve(object);
    return Array.isArray(value) ? value : [];
  }

  number(object: PdfObject | undefined): number | undefined {
    return numberOf(this.resolve(object));
  }

  name(object: PdfObject | undefined): string | undefined {
    const value = this.resolve(object);
    return isName(value) ? (value as PdfName).text : undefined;
  }

  text(object: PdfObject | undefined): string | undefined {
    const value = this.resolve(object);
    return value instanceof PdfString ? textOf(value) : undefined;
  }

  /** A stream's bytes in pieces: decrypted, its filters not undone. */
  *streamPieces(stream: PdfStream): Generator<Uint8Array> {
    const { data } = stream;
    if (data instanceof Uint8Array) {
      yield data;
      return;
    }
    const cipher = this.#cipherFor(stream);
    for (const piece of pieces(this.source, data.position, data.position + data.length))
      yield cipher ? cipher.update(piece) : piece;
    if (cipher) yield cipher.final();
  }

  #cipherFor(stream: PdfStream): PieceCipher | null {
    if (!this.#encryption || !stream.ref || isName(stream.dict.get("Type"), "XRef")) return null;
    if (isName(stream.dict.get("Type"), "Metadata") && !this.#encryption.encryptsMetadata) return null;
    const crypt = filterSteps(stream.dict, (object) => this.resolve(object)).find(
      (step) => step.name === "Crypt",
    );
    const name = crypt ? crypt.parameters?.get("Name") : undefined;
    const chosen = crypt ? (isName(name) ? name.text : "Identity") : undefined;
    return this.#encryption.streamCipher(stream.ref.number, stream.ref.generation, chosen);
  }

  /** A stream's bytes decrypted, its filters not undone. */
  streamBytes(stream: PdfStream): Uint8Array {
    return stream.data instanceof Uint8Array ? stream.data : concatBytes([...this.streamPieces(stream)]);
  }

  /** A stream's bytes decrypted and with every filter undone. */
  decoded(stream: PdfStream, limitBytes: number = PDF_LIMITS.inflatedBytes): Uint8Array {
    const encodedBytes = stream.data.length;
    if (encodedBytes > limitBytes) throw pdfError("too-complex", `a stream of ${encodedBytes} bytes`);
    return this.#unfiltered(stream, this.streamBytes(stream), limitBytes);
  }

  /** What the first `encodedBytes` of a stream stand for: to see how it begins without unpacking it. */
  decodedStart(stream: PdfStream, encodedBytes: number): Uint8Array {
    for (const piece of this.streamPieces(stream))
      if (piece.length > 0)
        return this.#unfiltered(stream, piece.subarray(0, encodedBytes), PDF_LIMITS.inflatedBytes);
    return new Uint8Array();
  }

  #unfiltered(stream: PdfStream, encoded: Uint8Array, limitBytes: number): Uint8Array {
    let bytes = encoded;
    for (const step of filterSteps(stream.dict, (object) => this.resolve(object)))
      bytes = undoFilter(bytes, step, limitBytes);
    return bytes;
  }
}
