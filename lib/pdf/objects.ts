import { fromLatin1, toHex } from "#lib/bytes.ts";

/** Any PDF object (ISO 32000-2 §7.3). Whole numbers are plain; reals keep their digits as written. */
export type PdfObject =
  | null
  | boolean
  | number
  | PdfReal
  | PdfName
  | PdfString
  | PdfRef
  | PdfObject[]
  | PdfDict
  | PdfStream;

export type PdfDict = Map<string, PdfObject>;

/** A real number as it was written: rewriting must not change a digit that an earlier signature covers. */
export class PdfReal {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  get value(): number {
    const value = Number.parseFloat(this.digits);
    return Number.isFinite(value) ? value : 0;
  }
}

/** A name without its slash, one character a byte, `#xx` already decoded (§7.3.5). */
export class PdfName {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static #known = new Map<string, PdfName>();

  static of(text: string): PdfName {
    const known = PdfName.#known.get(text);
    if (known) return known;
    const name = new PdfName(text);
    // Hostile files make names by the million; only the first few thousand are worth sharing.
    if (PdfName.#known.size < 4096) PdfName.#known.set(text, name);
    return name;
  }
}

/** A string of bytes, not yet text (§7.3.4). */
export class PdfString {
  readonly bytes: Uint8Array;
  readonly isHex: boolean;

  constructor(bytes: Uint8Array, isHex = false) {
    this.bytes = bytes;
    this.isHex = isHex;
  }
}

/** An indirect reference (§7.3.10). */
export class PdfRef {
  readonly number: number;
  readonly generation: number;

  constructor(number: number, generation = 0) {
    this.number = number;
    this.generation = generation;
  }
}

/** Where a stream's bytes lie in the file, still encrypted and filtered: large ones are never held. */
export interface StreamRange {
  readonly position: number;
  readonly length: number;
}

/** A stream (§7.3.8): its dictionary, and its bytes as they stand between `stream` and `endstream`. */
export class PdfStream {
  readonly dict: PdfDict;
  readonly data: Uint8Array | StreamRange;
  /** The object it is, which is part of its encryption key (§7.6.3.2); null in what we write. */
  readonly ref: PdfRef | null;

  constructor(dict: PdfDict, data: Uint8Array | StreamRange, ref: PdfRef | null = null) {
    this.dict = dict;
    this.data = data;
    this.ref = ref;
  }
}

export const pdfName = (text: string): PdfName => PdfName.of(text);

/** A dictionary from its entries; those that are undefined are left out. */
export function pdfDict(entries: Readonly<Record<string, PdfObject | undefined>> = {}): PdfDict {
  const dict: PdfDict = new Map();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) dict.set(key, value);
  return dict;
}

/** A text string (§7.9.2.2): PDFDocEncoding where ASCII is enough, else UTF-16BE with its mark. */
export function pdfText(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return new PdfString(fromLatin1(text));
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff);
  for (let index = 0; index < text.length; index++) view.setUint16(2 + index * 2, text.charCodeAt(index));
  return new PdfString(bytes, true);
}

/** A date (§7.9.4), always in UTC. */
export function pdfDate(at: Date): PdfString {
  const digits = at.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return new PdfString(fromLatin1(`D:${digits}Z`));
}

// ISO 32000-2 Annex D.3: where PDFDocEncoding is not Latin-1.
const PDF_DOC_LOW = "˘ˇˆ˙˝˛˚˜";
const PDF_DOC_HIGH = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€";

/** The text of a text string in any of its three encodings (§7.9.2.2). */
export function textOf(string: PdfString): string {
  const { bytes } = string;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes.subarray(2));
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return new TextDecoder().decode(bytes.subarray(3));
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x18 && byte < 0x20) text += PDF_DOC_LOW[byte - 0x18];
    else if (byte >= 0x80 && byte <= 0xa0) text += PDF_DOC_HIGH[byte - 0x80];
    else text += String.fromCharCode(byte);
  }
  return text;
}

export const isDict = (object: PdfObject | undefined): object is PdfDict => object instanceof Map;
export const isName = (object: PdfObject | undefined, text?: string): object is PdfName =>
  object instanceof PdfName && (text === undefined || object.text === text);

/** The value of a number of either kind, or undefined for anything else. */
export function numberOf(object: PdfObject | undefined): number | undefined {
  if (typeof object === "number") return object;
  return object instanceof PdfReal ? object.value : undefined;
}

const ESCAPES: Readonly<Record<number, string>> = { 10: "\\n", 13: "\\r", 40: "\\(", 41: "\\)", 92: "\\\\" };

function nameSyntax(text: string): string {
  return `/${text.replace(/[^\x21-\x7e]|[#()<>[\]{}/%]/g, (character) => `#${character.charCodeAt(0).toString(16).padStart(2, "0")}`)}`;
}

/** A number without an exponent, which PDF does not know (§7.3.3). */
export function numberSyntax(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`no PDF number for ${value}`);
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? String(value) : String(BigInt(value));
  return value
    .toFixed(6)
    .replace(/\.?0+$/, "")
    .replace(/^-0$/, "0");
}

function stringSyntax(string: PdfString, encrypt: StringCipher | undefined): string {
  if (encrypt) return `<${toHex(encrypt(string.bytes))}>`;
  if (string.isHex) return `<${toHex(string.bytes)}>`;
  let text = "(";
  for (const byte of string.bytes) text += ESCAPES[byte] ?? String.fromCharCode(byte);
  return `${text})`;
}

/** Encrypts the bytes of one string of the object being written. */
export type StringCipher = (bytes: Uint8Array) => Uint8Array;

/**
 * The syntax of an object, one character a byte. A stream is not an object of this kind: its dictionary is.
 *
 * @param encrypt applied to every string in it, when the file is encrypted (§7.6.2).
 * @see ISO 32000-2 §7.3
 */
export function serialize(object: PdfObject, encrypt?: StringCipher): string {
  if (object === null || typeof object === "boolean") return String(object);
  if (typeof object === "number") return numberSyntax(object);
  if (object instanceof PdfReal) return object.digits;
  if (object instanceof PdfName) return nameSyntax(object.text);
  if (object instanceof PdfRef) return `${object.number} ${object.generation} R`;
  if (object instanceof PdfString) return stringSyntax(object, encrypt);
  if (Array.isArray(object)) return `[${object.map((item) => serialize(item, encrypt)).join(" ")}]`;
  if (isDict(object)) {
    let text = "<<";
    for (const [key, value] of object) text += `${nameSyntax(key)} ${serialize(value, encrypt)}\n`;
    return `${text}>>`;
  }
  throw new TypeError("a stream is written by its dictionary and its bytes");
}

/** Object syntax as bytes. */
export const serializeBytes = (object: PdfObject): Uint8Array => fromLatin1(serialize(object));
