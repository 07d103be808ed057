import { isRefusal } from "#lib/errors.ts";
import { isSpace, Keyword, Lexer } from "#lib/pdf/lexer.ts";
import { numberOf, type PdfDict, PdfName, type PdfObject } from "#lib/pdf/objects.ts";

/** One operator of a content stream with what stands before it (ISO 32000-2 §7.8.2). */
export interface Operator {
  readonly name: string;
  readonly operands: readonly PdfObject[];
  /** Where it stands in the stream, its operands included. */
  readonly start: number;
  readonly end: number;
  /** Of `BI`: the picture's entries in full names, and its data. */
  readonly inline?: { readonly dict: PdfDict; readonly data: Uint8Array };
}

const MOST_OPERANDS = 1_000;

/** The operators of a content stream; what is cut off at its end is left out, as readers do. */
export function* operatorsOf(content: Uint8Array): Generator<Operator> {
  const lexer = new Lexer(content);
  let operands: PdfObject[] = [];
  let start = 0;
  for (;;) {
    lexer.skipSpace();
    if (lexer.position >= content.length) return;
    if (operands.length === 0) start = lexer.position;
    let found: PdfObject | Keyword;
    try {
      found = lexer.next();
    } catch (error) {
      if (isRefusal(error, "pdf/damaged")) return;
      throw error;
    }
    if (!(found instanceof Keyword)) {
      operands.push(found);
      if (operands.length > MOST_OPERANDS) operands.shift();
      continue;
    }
    // A closing bracket without its opening one.
    if (found.text === "") continue;
    if (found.text === "BI") yield inlineImage(lexer, start);
    else yield { name: found.text, operands, start, end: lexer.position };
    operands = [];
  }
}

const LONG_KEYS: Readonly<Record<string, string>> = {
  ...{ BPC: "BitsPerComponent", CS: "ColorSpace", D: "Decode", DP: "DecodeParms", F: "Filter", H: "Height" },
  ...{ IM: "ImageMask", I: "Interpolate", L: "Length", W: "Width" },
};
const LONG_NAMES: Readonly<Record<string, string>> = {
  ...{ G: "DeviceGray", RGB: "DeviceRGB", CMYK: "DeviceCMYK", I: "Indexed" },
  ...{ AHx: "ASCIIHexDecode", A85: "ASCII85Decode", LZW: "LZWDecode", Fl: "FlateDecode" },
  ...{ RL: "RunLengthDecode", CCF: "CCITTFaxDecode", DCT: "DCTDecode" },
};
const COMPONENTS: Readonly<Record<string, number>> = { DeviceGray: 1, DeviceRGB: 3, DeviceCMYK: 4 };

/** §8.9.7 */
function inlineImage(lexer: Lexer, start: number): Operator {
  const dict: PdfDict = new Map();
  for (;;) {
    lexer.skipSpace();
    if (lexer.position >= lexer.bytes.length) break;
    const key = lexer.next();
    if (key instanceof Keyword) {
      if (key.text === "ID") break;
      continue;
    }
    if (!(key instanceof PdfName)) continue;
    const value = lexer.next();
    if (value instanceof Keyword) break;
    const name = LONG_KEYS[key.text] ?? key.text;
    dict.set(name, name === "ColorSpace" || name === "Filter" ? inFull(value) : value);
  }
  const from = lexer.position + 1;
  const to = endOfData(lexer.bytes, from, plainLength(dict));
  lexer.position = Math.min(lexer.bytes.length, to.after);
  const data = lexer.bytes.slice(from, to.end);
  return { name: "BI", operands: [], start, end: lexer.position, inline: { dict, data } };
}

function inFull(value: PdfObject): PdfObject {
  if (value instanceof PdfName) return PdfName.of(LONG_NAMES[value.text] ?? value.text);
  return Array.isArray(value) ? value.map(inFull) : value;
}

/** How long the data is when nothing packs it; null when that is not said. */
function plainLength(dict: PdfDict): number | null {
  if (dict.has("Filter")) return null;
  const space = dict.get("ColorSpace");
  const isMask = dict.get("ImageMask") === true;
  const components =
    isMask || Array.isArray(space) ? 1 : COMPONENTS[space instanceof PdfName ? space.text : ""];
  const [width, height] = [numberOf(dict.get("Width")), numberOf(dict.get("Height"))];
  const bits = isMask ? 1 : numberOf(dict.get("BitsPerComponent"));
  if (!components || !width || !height || !bits) return null;
  return Math.ceil((width * components * bits) / 8) * height;
}

function endOfData(bytes: Uint8Array, from: number, length: number | null) {
  for (let at = from + (length ?? 0); at < bytes.length - 1; at++) {
    if (bytes[at] !== 69 || bytes[at + 1] !== 73) continue;
    const isAlone =
      (at === from || isSpace(bytes[at - 1]) || length !== null) &&
      (at + 2 >= bytes.length || isSpace(bytes[at + 2]));
    if (isAlone) return { end: length === null ? Math.max(from, at - 1) : from + length, after: at + 2 };
  }
  return { end: bytes.length, after: bytes.length };
}
