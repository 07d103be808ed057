import { constants, inflateRawSync, inflateSync } from "node:zlib";
import { pdfError } from "./errors.ts";
import { isDict, isName, numberOf, type PdfDict, type PdfObject } from "./objects.ts";
import { unpackAscii85, unpackHex, unpackLzw, unpackRunLength } from "./unpack.ts";

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
        unpackLzw(bytes, numberOf(step.parameters?.get("EarlyChange")) ?? 1, limitBytes),
        step.parameters,
      );
    case "ASCIIHexDecode":
      return unpackHex(bytes);
    case "ASCII85Decode":
      return unpackAscii85(bytes, limitBytes);
    case "RunLengthDecode":
      return unpackRunLength(bytes, limitBytes);
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
