import { fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { PDF_LIMITS } from "./limits.ts";
import { type PdfDict, type PdfObject, PdfReal, PdfRef, PdfString, pdfName } from "./objects.ts";

const SPACE = 1;
const DELIMITER = 2;
const kinds = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) kinds[code] = SPACE;
for (const code of fromLatin1("()<>[]{}/%")) kinds[code] = DELIMITER;

export const isSpace = (code: number | undefined): boolean => code !== undefined && kinds[code] === SPACE;
export const isDelimiter = (code: number | undefined): boolean =>
  code !== undefined && kinds[code] === DELIMITER;
const isRegular = (code: number | undefined): boolean => code !== undefined && kinds[code] === 0;
const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 48 && code <= 57;

function hexValue(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** Thrown when an object goes on beyond the bytes at hand; the reader then fetches more. */
export class MoreBytesNeeded extends Error {}

/** A word that is no object: `obj`, `endobj`, `stream`, `R` out of place, or an operator. */
export class Keyword {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPED: Readonly<Record<number, number>> = { 110: 10, 114: 13, 116: 9, 98: 8, 102: 12 };

/**
 * Reads objects from bytes, as forgiving as readers are used to be: what is malformed inside a dictionary is
 * skipped, what has no end is refused.
 *
 * @see ISO 32000-2 §7.2, §7.3
 */
export class Lexer {
  readonly bytes: Uint8Array;
  position: number;
  /** Whether nothing follows these bytes; if something does, reaching their end asks for more. */
  readonly isWhole: boolean;
  #depth = 0;

  constructor(bytes: Uint8Array, position = 0, isWhole = true) {
    this.bytes = bytes;
    this.position = position;
    this.isWhole = isWhole;
  }

  #end(): never {
    if (!this.isWhole) throw new MoreBytesNeeded();
    throw pdfError("damaged", `data ends inside an object at ${this.position}`);
  }

  /** Skips white space and comments (§7.2.3, §7.2.4). */
  skipSpace(): void {
    const { bytes } = this;
    for (;;) {
      const code = bytes[this.position];
      if (code === undefined) return;
      if (kinds[code] === SPACE) this.position++;
      else if (code === 37) {
        while (this.position < bytes.length && bytes[this.position] !== 10 && bytes[this.position] !== 13)
          this.position++;
      } else return;
    }
  }

  /** The next run of regular characters; empty before a delimiter and at the end. */
  word(): string {
    this.skipSpace();
    const start = this.position;
    while (isRegular(this.bytes[this.position])) this.position++;
    if (this.position >= this.bytes.length && !this.isWhole) this.#end();
    let text = "";
    for (let index = start; index < this.position; index++) text += String.fromCharCode(this.bytes[index]!);
    return text;
  }

  /** Whether `text` stands here, without going past it. */
  isAt(text: string): boolean {
    if (this.position + text.length > this.bytes.length && !this.isWhole) this.#end();
    for (let index = 0; index < text.length; index++)
      if (this.bytes[this.position + index] !== text.charCodeAt(index)) return false;
    return true;
  }

  /** The next object, or the keyword that stands in its place. */
  next(): PdfObject | Keyword {
    this.skipSpace();
    const { bytes } = this;
    const code = bytes[this.position];
    if (code === undefined) this.#end();
    if (code === 47) return pdfName(this.#name());
    if (code === 40) return this.#literal();
    if (code === 60) return bytes[this.position + 1] === 60 ? this.#nested(() => this.#dict()) : this.#hex();
    if (code === 91) return this.#nested(() => this.#array());
    if (isDigit(code) || code === 43 || code === 45 || code === 46) return this.#number();
    const word = this.word();
    if (word === "true") return true;
    if (word === "false") return false;
    if (word === "null") return null;
    if (word === "") this.position++;
    return new Keyword(word);
  }

  /** The next object; a keyword in its place is refused. */
  object(): PdfObject {
    const found = this.next();
    if (found instanceof Keyword)
      throw pdfError("damaged", `"${found.text.slice(0, 20)}" where an object belongs`);
    return found;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > PDF_LIMITS.nesting) throw pdfError("too-complex", "objects are nested too deeply");
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  #array(): PdfObject[] {
    this.position++;
    const items: PdfObject[] = [];
    for (;;) {
      this.skipSpace();
      const code = this.bytes[this.position];
      if (code === undefined) this.#end();
      if (code === 93) {
        this.position++;
        return items;
      }
      const item = this.next();
      if (!(item instanceof Keyword)) items.push(item);
      else if (item.text === "endobj" || item.text === "endstream")
        throw pdfError("damaged", "an array has no end");
    }
  }

  #dict(): PdfDict {
    this.position += 2;
    const dict: PdfDict = new Map();
    for (;;) {
      this.skipSpace();
      const code = this.bytes[this.position];
      if (code === undefined) this.#end();
      if (code === 62) {
        if (this.position + 1 >= this.bytes.length) this.#end();
        this.position += this.bytes[this.position + 1] === 62 ? 2 : 1;
        return dict;
      }
      if (code !== 47) {
        this.#skipStray();
        continue;
      }
      const key = this.#name();
      this.skipSpace();
      if (this.bytes[this.position] === 62 && this.bytes[this.position + 1] === 62) continue;
      const value = this.next();
      if (!(value instanceof Keyword)) dict.set(key, value);
      else if (value.text === "endobj" || value.text === "stream")
        throw pdfError("damaged", "a dictionary has no end");
    }
  }

  #skipStray(): void {
    const stray = this.next();
    if (stray instanceof Keyword && (stray.text === "endobj" || stray.text === "stream"))
      throw pdfError("damaged", "a dictionary has no end");
  }

  /** A number, or a reference when `generation R` follows a whole one. */
  #number(): PdfObject {
    const { bytes } = this;
    const start = this.position;
    let isReal = false;
    this.position++;
    if (bytes[start] === 46) isReal = true;
    for (;;) {
      const code = bytes[this.position];
      if (code === 46) isReal = true;
      else if (!isDigit(code) && code !== 45 && code !== 43) break;
      this.position++;
    }
    if (this.position >= bytes.length && !this.isWhole) this.#end();
    let digits = "";
    for (let index = start; index < this.position; index++) digits += String.fromCharCode(bytes[index]!);
    if (isReal) return realOf(digits);
    const value = Number.parseInt(digits, 10);
    if (!Number.isSafeInteger(value)) return realOf(digits);
    return (isDigit(bytes[start]) && this.#reference(value)) || value;
  }

  #reference(number: number): PdfRef | null {
    const { bytes } = this;
    let at = this.position;
    while (isSpace(bytes[at])) at++;
    if (at >= bytes.length && !this.isWhole) this.#end();
    const start = at;
    let generation = 0;
    while (isDigit(bytes[at]) && at - start < 6) generation = generation * 10 + bytes[at++]! - 48;
    if (at === start || at - start > 5) return null;
    const end = at;
    while (isSpace(bytes[at])) at++;
    if (at + 1 >= bytes.length && !this.isWhole) this.#end();
    if (at === end || bytes[at] !== 82 || isRegular(bytes[at + 1])) return null;
    this.position = at + 1;
    return new PdfRef(number, generation);
  }

  #name(): string {
    const { bytes } = this;
    this.position++;
    let text = "";
    while (isRegular(bytes[this.position])) {
      const code = bytes[this.position]!;
      const high = code === 35 ? hexValue(bytes[this.position + 1]) : -1;
      const low = high < 0 ? -1 : hexValue(bytes[this.position + 2]);
      if (low >= 0) {
        text += String.fromCharCode(high * 16 + low);
        this.position += 3;
      } else {
        text += String.fromCharCode(code);
        this.position++;
      }
    }
    if (this.position >= bytes.length && !this.isWhole) this.#end();
    return text;
  }

  #literal(): PdfString {
    const { bytes } = this;
    const found: number[] = [];
    let depth = 1;
    this.position++;
    for (;;) {
      const code = bytes[this.position++];
      if (code === undefined) this.#end();
      if (code === 92) this.#escape(found);
      else if (code === 13) {
        if (bytes[this.position] === 10) this.position++;
        found.push(10);
      } else if (code === 40) {
        depth++;
        found.push(code);
      } else if (code === 41) {
        if (--depth === 0) return new PdfString(Uint8Array.from(found));
        found.push(code);
      } else found.push(code);
    }
  }

  /** What follows a backslash (§7.3.4.2, table 3). */
  #escape(found: number[]): void {
    const { bytes } = this;
    const code = bytes[this.position++];
    if (code === undefined) this.#end();
    const plain = ESCAPED[code];
    if (plain !== undefined) found.push(plain);
    else if (code === 13) {
      if (bytes[this.position] === 10) this.position++;
    } else if (code >= 48 && code <= 55) {
      let value = code - 48;
      for (let digit = 0; digit < 2; digit++) {
        const next = bytes[this.position];
        if (next === undefined || next < 48 || next > 55) break;
        value = value * 8 + next - 48;
        this.position++;
      }
      found.push(value & 255);
    } else if (code !== 10) found.push(code);
  }

  #hex(): PdfString {
    const { bytes } = this;
    const start = this.position + 1;
    const end = bytes.indexOf(62, start);
    if (end < 0) this.#end();
    const plain = Buffer.from(toLatin1(bytes.subarray(start, end)), "hex");
    if (plain.length * 2 === end - start) {
      this.position = end + 1;
      return new PdfString(new Uint8Array(plain), true);
    }
    const decoded = new Uint8Array((end - start + 1) >> 1);
    let count = 0;
    let high = -1;
    for (let index = start; index < end; index++) {
      const value = hexValue(bytes[index]);
      if (value < 0) continue;
      if (high < 0) high = value;
      else {
        decoded[count++] = high * 16 + value;
        high = -1;
      }
    }
    if (high >= 0) decoded[count++] = high * 16;
    this.position = end + 1;
    return new PdfString(decoded.slice(0, count), true);
  }
}

/** Well-formed digits stay as they are; what other programs get wrong (`--5`, `1.2.3`) is read as they read it. */
function realOf(digits: string): PdfReal {
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(digits)) return new PdfReal(digits);
  const sign = digits.startsWith("-") ? "-" : "";
  const rest = /^(\d*)(?:\.(\d*))?/.exec(digits.replace(/^[+-]+/, ""));
  return new PdfReal(`${sign}${rest?.[1] || "0"}.${rest?.[2] || "0"}`);
}
