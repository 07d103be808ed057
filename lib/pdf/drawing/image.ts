import { crc32, deflateSync } from "node:zlib";
import { concatBytes, fromLatin1 } from "#lib/bytes.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { type PdfRef, pdfName } from "#lib/pdf/objects.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";

/** Pixels in rows from the top: red, green, blue and alpha, not premultiplied. */
export interface RasterImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Uint8Array;
}

export type ImageRefusal = { readonly reason: "image-empty" | "image-too-large" };

const MAXIMUM_PIXELS = 4_000_000;

/** Whether a picture can be a mark. @throws RangeError when its bytes are not its pixels, a caller's bug. */
export function refuseImage({ widthPx, heightPx, rgba }: RasterImage): ImageRefusal | undefined {
  const pixels = widthPx * heightPx;
  if (!Number.isInteger(widthPx) || !Number.isInteger(heightPx) || rgba.length !== pixels * 4)
    throw new RangeError(`${rgba.length} bytes are not ${widthPx} by ${heightPx} pixels`);
  if (pixels > MAXIMUM_PIXELS) return { reason: "image-too-large" };
  for (let index = 3; index < rgba.length; index += 4) if (rgba[index] !== 0) return undefined;
  return { reason: "image-empty" };
}

/** Color and opacity apart. What is fully transparent has no color: nothing may hide in it. */
function planesOf({ rgba }: RasterImage): { rgb: Uint8Array; alpha: Uint8Array; isOpaque: boolean } {
  const pixels = rgba.length / 4;
  const rgb = new Uint8Array(pixels * 3).fill(255);
  const alpha = new Uint8Array(pixels);
  let isOpaque = true;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const opacity = rgba[pixel * 4 + 3]!;
    alpha[pixel] = opacity;
    if (opacity !== 255) isOpaque = false;
    if (opacity !== 0) rgb.set(rgba.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  }
  return { rgb, alpha, isOpaque };
}

/** @see ISO 32000-2 §8.9.5 (image dictionaries), §11.6.5.2 (soft-mask images) */
export function addImage(image: RasterImage, sink: ObjectSink): PdfRef {
  const { rgb, alpha, isOpaque } = planesOf(image);
  const entries = (colorSpace: string) => ({
    Type: pdfName("XObject"),
    Subtype: pdfName("Image"),
    Width: image.widthPx,
    Height: image.heightPx,
    ColorSpace: pdfName(colorSpace),
    BitsPerComponent: 8,
  });
  const mask = isOpaque ? undefined : sink.add(flateStream(alpha, entries("DeviceGray")));
  return sink.add(flateStream(rgb, { ...entries("DeviceRGB"), ...(mask && { SMask: mask }) }));
}

/** The same pixels as a PNG file (ISO/IEC 15948), for the screen. */
export function pngOf(image: RasterImage): Uint8Array {
  const { widthPx, heightPx } = image;
  const { rgb, alpha } = planesOf(image);
  const rows = new Uint8Array(heightPx * (1 + widthPx * 4));
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    const at = Math.floor(pixel / widthPx) + 1 + pixel * 4;
    rows.set(rgb.subarray(pixel * 3, pixel * 3 + 3), at);
    rows[at + 3] = alpha[pixel]!;
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  header.set([8, 6], 8); // Eight bits; red, green, blue and alpha.
  return concatBytes([
    fromLatin1("\x89PNG\r\n\x1a\n"),
    chunk("IHDR", header),
    chunk("IDAT", new Uint8Array(deflateSync(rows, { level: 6 }))),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatBytes([fromLatin1(type), data]);
  const frame = new Uint8Array(8);
  const view = new DataView(frame.buffer);
  view.setUint32(0, data.length);
  view.setUint32(4, crc32(body));
  return concatBytes([frame.subarray(0, 4), body, frame.subarray(4)]);
}
