import { isRefusal } from "#lib/errors.ts";
import { filterSteps, undoFilter } from "#lib/pdf/filters.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { PDF_LIMITS } from "#lib/pdf/limits.ts";
import { isName, type PdfDict, PdfStream, pdfName } from "#lib/pdf/objects.ts";
import type { PdfMatrix, PdfRect } from "#lib/pdf/placement.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import { apply, boundsOf, clipped, inverse, quadOf } from "./geometry.ts";
import type { OutFile, PictureJob } from "./out-file.ts";
import { TooHard } from "./too-hard.ts";

/** Columns of one row that go. */
export interface BlankRun {
  readonly row: number;
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

export interface PictureCodec {
  /** A JPEG of one or three components with black in some places, packed anew; null when it cannot be read. */
  blankJpeg(
    jpeg: Uint8Array,
    runsOf: (widthPx: number, heightPx: number) => BlankRun[],
  ): Promise<Uint8Array | null>;
}

const DROPPED = [
  ...[
    "Filter",
    "DecodeParms",
    "Length",
    "Metadata",
    "Alternates",
    "OPI",
    "SMaskInData",
    "StructParent",
    "Name",
  ],
];
const MOST_PIXELS = 100_000_000;

/** Writes a picture without what the marks cover of it. @throws TooHard when its pixels cannot be reached */
export async function blankPicture(file: PdfFile, out: OutFile, job: PictureJob, codec: PictureCodec) {
  const stream = await blanked(file, out, job, codec);
  out.file.fill(job.ref, out.copier.copy(stream));
}

async function blanked(
  file: PdfFile,
  out: OutFile,
  job: PictureJob,
  codec: PictureCodec,
): Promise<PdfStream> {
  const { dict } = job.stream;
  const [width, height] = [file.number(dict.get("Width")) ?? 0, file.number(dict.get("Height")) ?? 0];
  if (!(width > 0 && height > 0 && width * height <= MOST_PIXELS)) throw new TooHard("picture");
  if (dict.has("SMaskInData") && file.number(dict.get("SMaskInData")) !== 0) throw new TooHard("picture");
  const entries: PdfDict = new Map([...dict].filter(([key]) => !DROPPED.includes(key)));
  for (const key of ["SMask", "Mask"]) {
    const mask = file.resolve(dict.get(key));
    if (!(mask instanceof PdfStream)) continue;
    const ref = out.later({ stream: mask, matrix: job.matrix, areas: job.areas }, job.page);
    entries.set(key, ref);
  }
  const steps = filterSteps(dict, (object) => file.resolve(object));
  let bytes = file.streamBytes(job.stream);
  for (const [index, step] of steps.entries()) {
    if (step.name === "DCTDecode") {
      const runsOf = (w: number, h: number) => runsUnder(job.matrix, job.areas, w, h);
      const isLast = index === steps.length - 1 && step.parameters === null;
      const made = isLast ? await codec.blankJpeg(bytes, runsOf) : null;
      if (!made) throw new TooHard("picture");
      return new PdfStream(entries.set("Filter", pdfName("DCTDecode")), made);
    }
    try {
      bytes = undoFilter(bytes, step, PDF_LIMITS.inflatedBytes);
    } catch (error) {
      if (isRefusal(error)) throw new TooHard("picture");
      throw error;
    }
  }
  const isMask = dict.get("ImageMask") === true;
  const bits = isMask ? 1 : (file.number(dict.get("BitsPerComponent")) ?? 0);
  const pixelBits = bits * (isMask ? 1 : componentsOf(file, dict));
  if (!(pixelBits > 0)) throw new TooHard("picture");
  const rowBytes = Math.ceil((width * pixelBits) / 8);
  if (rowBytes * height > PDF_LIMITS.inflatedBytes) throw new TooHard("picture");
  const pixels = new Uint8Array(rowBytes * height);
  pixels.set(bytes.subarray(0, pixels.length));
  for (const { row, from, to } of runsUnder(job.matrix, job.areas, width, height))
    clearBits(pixels, row * rowBytes * 8 + from * pixelBits, row * rowBytes * 8 + to * pixelBits);
  return flateStream(pixels, Object.fromEntries(entries));
}

function clearBits(bytes: Uint8Array, from: number, to: number): void {
  for (let bit = from; bit < to; ) {
    if (bit % 8 === 0 && to - bit >= 8) {
      const end = to >> 3;
      bytes.fill(0, bit >> 3, end);
      bit = end * 8;
    } else {
      bytes[bit >> 3]! &= ~(128 >> (bit & 7));
      bit++;
    }
  }
}

const COMPONENTS: Readonly<Record<string, number>> = {
  ...{ DeviceGray: 1, CalGray: 1, Indexed: 1, Separation: 1, DeviceRGB: 3, CalRGB: 3, Lab: 3, DeviceCMYK: 4 },
};

function componentsOf(file: PdfFile, dict: PdfDict): number {
  const space = file.resolve(dict.get("ColorSpace"));
  if (isName(space)) return COMPONENTS[space.text] ?? 0;
  const [kind, second] = file.array(space);
  const name = file.name(kind) ?? "";
  if (name === "DeviceN") return file.array(second).length;
  if (name !== "ICCBased") return COMPONENTS[name] ?? 0;
  const profile = file.resolve(second);
  return profile instanceof PdfStream ? (file.number(profile.dict.get("N")) ?? 0) : 0;
}

/** Every pixel of which any part is under a mark. */
export function runsUnder(
  matrix: PdfMatrix,
  areas: readonly PdfRect[],
  widthPx: number,
  heightPx: number,
): BlankRun[] {
  const toPage: PdfMatrix = pixelMatrix(matrix, widthPx, heightPx);
  const toPixels = inverse(toPage);
  if (!toPixels) throw new TooHard("picture");
  return areas.flatMap((area) => {
    const quad = quadOf(toPixels, area);
    const [left, top, right, bottom] = boundsOf(quad);
    const isStraight =
      Math.abs(quad[0]![0] - quad[1]![0]) < 1e-6 || Math.abs(quad[0]![1] - quad[1]![1]) < 1e-6;
    const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const [firstRow, lastRow] = [clamp(Math.floor(top), heightPx), clamp(Math.ceil(bottom), heightPx)];
    const rows = Array.from({ length: lastRow - firstRow }, (_, index) => firstRow + index);
    return rows.flatMap((row): BlankRun[] => {
      const ends = isStraight ? [left, right] : crossing(quad, row);
      if (!ends) return [];
      const [from, to] = [clamp(Math.floor(ends[0]!), widthPx), clamp(Math.ceil(ends[1]!), widthPx)];
      return to > from ? [{ row, from, to }] : [];
    });
  });
}

/** How far a slanted mark reaches in one row of pixels. */
function crossing(quad: readonly (readonly [number, number])[], row: number): number[] | null {
  const [left, , right] = boundsOf(quad);
  const piece = clipped(quad, [left - 1, row, right + 1, row + 1]);
  if (piece.length === 0) return null;
  const [from, , to] = boundsOf(piece);
  return [from, to];
}

/** From pixels, counted from the top, to the page (ISO 32000-2 §8.9.5.1). */
const pixelMatrix = (matrix: PdfMatrix, widthPx: number, heightPx: number): PdfMatrix => {
  const [x, y] = apply(matrix, [0, 1]);
  const [a, b, c, d] = matrix;
  return [a / widthPx, b / widthPx, -c / heightPx, -d / heightPx, x, y];
};
