import { constants, inflateRawSync, inflateSync } from "node:zlib";
import { toLatin1 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { isDict, isName, numberOf, type PdfDict, type PdfObject } from "./objects.ts";

export interface FilterStep {
  readonly name: string;
  readonly parameters: PdfDict | null;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  Fl: "FlateDecode",
  AHx: "ASCIIHexDecode",
  A85: "ASCII85Decode",
  LZW: "LZWDecode",
  RL: "RunLengthDecode",
};

/** The filters of a stream's dictionary in the order they are undone (§7.4.1). */
export function filterSteps(
  dict: PdfDict,
  resolve: (object: PdfObject | undefined) => PdfObject,
): FilterStep[] {
  const list = (value: PdfObject): PdfObject[] =>
    value === null ? [] : Array.isArray(value) ? value : [value];
  const parameters = list(resolve(dict.get("DecodeParms") ?? dict.get("DP"))).map(resolve);
  return list(resolve(dict.get("Filter") ?? dict.get("F"))).map((filter, index) => {
    const name = resolve(filter);
    const given = parameters[index] ?? null;
    return {
      name: isName(name) ? (SHORT_NAMES[name.text] ?? name.text) : "",
      parameters: isDict(given) ? new Map([...given].map(([key, value]) => [key, resolve(value)])) : null,
    };
  });
}

/**
 * Undoes one filter. Image codecs are not undone: nothing in a file's structure or page content needs them.
 *
 * @param limitBytes refused with pdf/too-complex beyond that: small streams can inflate without end.
 * @see ISO 32000-2 §7.4
 */
export function undoFilter(bytes: Uint8Array, step: FilterStep, limitBytes: number): Uint8Array {
  switch (step.name) {
    case "FlateDecode":
      return undoPredictor(inflate(bytes, limitBytes), step.parameters);
    case "LZWDecode":
      return undoPredictor(
        undoLzw(bytes, numberOf(step.parameters?.get("EarlyChange")) ?? 1, limitBytes),
        step.parameters,
      );
    case "ASCIIHexDecode":
      return undoHex(bytes);
    case "ASCII85Decode":
      return undoAscii85(bytes);
    case "RunLengthDecode":
      return undoRunLength(bytes, limitBytes);
    case "Crypt":
      return bytes;
    default:
      throw pdfError("damaged", `filter ${step.name.slice(0, 40)} is not one for structure`);
  }
}

function inflate(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const options = { maxOutputLength: limitBytes, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    return inflateSync(bytes, options);
  } catch (error) {
    if (isTooLong(error)) throw pdfError("too-complex", `a stream inflates beyond ${limitBytes} bytes`);
    return inflateDamaged(bytes, options);
  }
}

const isTooLong = (error: unknown) => (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";

/** A wrong header or checksum: readers show such streams, so they count as what they show. */
function inflateDamaged(
  bytes: Uint8Array,
  options: { maxOutputLength: number; finishFlush: number },
): Uint8Array {
  try {
    return inflateRawSync(bytes.subarray(2), options);
  } catch (error) {
    if (isTooLong(error))
      throw pdfError("too-complex", `a stream inflates beyond ${options.maxOutputLength} bytes`);
    throw pdfError("damaged", "a compressed stream cannot be read", { cause: error });
  }
}

function undoHex(bytes: Uint8Array): Uint8Array {
  const digits = toLatin1(bytes)
    .split(">", 1)[0]!
    .replace(/[^0-9a-fA-F]/g, "");
  return new Uint8Array(Buffer.from(digits.length % 2 ? `${digits}0` : digits, "hex"));
}

function undoAscii85(bytes: Uint8Array): Uint8Array {
  const found: number[] = [];
  let group: number[] = [];
  for (const code of bytes) {
    if (code === 126) break;
    if (code === 122 && group.length === 0) found.push(0, 0, 0, 0);
    if (code < 33 || code > 117) continue;
    group.push(code - 33);
    if (group.length < 5) continue;
    found.push(...base85(group).subarray(0, 4));
    group = [];
  }
  if (group.length > 1)
    found.push(...base85([...group, 84, 84, 84, 84].slice(0, 5)).subarray(0, group.length - 1));
  return Uint8Array.from(found);
}

function base85(group: readonly number[]): Uint8Array {
  const value = group.reduce((sum, digit) => sum * 85 + digit, 0) % 2 ** 32;
  return Uint8Array.of(value / 2 ** 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function undoRunLength(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at++]!;
    if (length === 128) break;
    if (length < 128) {
      for (let count = 0; count <= length && at < bytes.length; count++) found.push(bytes[at++]!);
    } else {
      const byte = bytes[at++] ?? 0;
      for (let count = 0; count < 257 - length; count++) found.push(byte);
    }
    if (found.length > limitBytes)
      throw pdfError("too-complex", `a stream unpacks beyond ${limitBytes} bytes`);
  }
  return Uint8Array.from(found);
}

/** LZW as TIFF has it (§7.4.4): codes of 9 to 12 bits, 256 clears, 257 ends. */
function undoLzw(bytes: Uint8Array, earlyChange: number, limitBytes: number): Uint8Array {
  const found: number[] = [];
  const literals = Array.from({ length: 258 }, (_, code) => (code < 256 ? [code] : []));
  let table = literals.slice();
  let width = 9;
  let previous: number[] | null = null;
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (buffer >>> bits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) {
      table = literals.slice();
      width = 9;
      previous = null;
      continue;
    }
    const known = table[code];
    if (!known && (!previous || code !== table.length)) break;
    const entry: number[] = known ?? [...previous!, previous![0]!];
    for (const value of entry) found.push(value);
    if (found.length > limitBytes)
      throw pdfError("too-complex", `a stream unpacks beyond ${limitBytes} bytes`);
    if (previous && table.length < 4096) table.push([...previous, entry[0]!]);
    previous = entry;
    const next = table.length + earlyChange;
    width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
  }
  return Uint8Array.from(found);
}

/** Undoes a PNG or TIFF predictor (§7.4.4.4). */
function undoPredictor(bytes: Uint8Array, parameters: PdfDict | null): Uint8Array {
  const setting = (key: string, otherwise: number) => numberOf(parameters?.get(key)) ?? otherwise;
  const predictor = setting("Predictor", 1);
  if (predictor < 2) return bytes;
  const [colors, depth, columns] = [
    setting("Colors", 1),
    setting("BitsPerComponent", 8),
    setting("Columns", 1),
  ];
  const rowBytes = Math.ceil((colors * depth * columns) / 8);
  const pixelBytes = Math.max(1, (colors * depth) >> 3);
  if (!(rowBytes > 0 && rowBytes < 1 << 24)) throw pdfError("damaged", "a predictor has no sensible row");
  if (predictor === 2) return undoTiff(bytes, rowBytes, colors, depth);
  return undoPng(bytes, rowBytes, pixelBytes);
}

function undoTiff(bytes: Uint8Array, rowBytes: number, colors: number, depth: number): Uint8Array {
  if (depth !== 8) throw pdfError("damaged", `a TIFF predictor of ${depth} bits is not one for structure`);
  const found = Uint8Array.from(bytes);
  for (let row = 0; row < found.length; row += rowBytes)
    for (let at = row + colors; at < Math.min(row + rowBytes, found.length); at++)
      found[at] = found[at]! + found[at - colors]!;
  return found;
}

function undoPng(bytes: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.ceil(bytes.length / (rowBytes + 1));
  const found = new Uint8Array(rows * rowBytes);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1);
    const to = row * rowBytes;
    const type = bytes[from]!;
    const count = Math.min(rowBytes, bytes.length - from - 1);
    length = to + count;
    for (let index = 0; index < count; index++) {
      const left = index >= pixelBytes ? found[to + index - pixelBytes]! : 0;
      const up = row > 0 ? found[to + index - rowBytes]! : 0;
      const corner = row > 0 && index >= pixelBytes ? found[to + index - rowBytes - pixelBytes]! : 0;
      found[to + index] = bytes[from + 1 + index]! + predicted(type, left, up, corner);
    }
  }
  return found.subarray(0, length);
}

function predicted(type: number, left: number, up: number, corner: number): number {
  if (type === 1) return left;
  if (type === 2) return up;
  if (type === 3) return (left + up) >> 1;
  if (type !== 4) return 0;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
