import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { PdfStream } from "#lib/pdf/objects.ts";
import { TestPdf } from "#lib/pdf/text/testing.ts";
import { addImage, pngOf, type RasterImage, refuseImage } from "./image.ts";

const pixels = (...rgba: number[]): RasterImage => ({
  widthPx: rgba.length / 4,
  heightPx: 1,
  rgba: Uint8Array.from(rgba),
});

function objectsOf(image: RasterImage): PdfStream[] {
  const pdf = new TestPdf();
  addImage(image, pdf);
  return pdf.objects.filter((object) => object instanceof PdfStream);
}

const inflated = (stream: PdfStream) => [...inflateSync(stream.data as Uint8Array)];

test("color and opacity become an image and its soft mask", () => {
  const [mask, image] = objectsOf(pixels(10, 20, 30, 128, 40, 50, 60, 255));
  expect(inflated(mask!)).toEqual([128, 255]);
  expect(inflated(image!)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(image!.dict.has("SMask")).toBe(true);
});

test("an opaque picture has no mask", () => {
  expect(objectsOf(pixels(10, 20, 30, 255))).toHaveLength(1);
});

test("nothing hides in what is fully transparent", () => {
  const [, image] = objectsOf(pixels(1, 2, 3, 0, 9, 9, 9, 255));
  expect(inflated(image!)).toEqual([255, 255, 255, 9, 9, 9]);
});

test("the screen gets the same pixels as a PNG", async () => {
  const image: RasterImage = {
    widthPx: 2,
    heightPx: 2,
    rgba: Uint8Array.from({ length: 16 }, (_, i) => 255 - i),
  };
  const { data, info } = await sharp(pngOf(image)).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 2, height: 2, channels: 4 });
  expect(new Uint8Array(data)).toEqual(image.rgba);
});

test("an empty or a huge picture is refused, a wrong length is the caller's bug", () => {
  expect(refuseImage(pixels(1, 2, 3, 0))).toEqual({ reason: "image-empty" });
  const huge = { widthPx: 4000, heightPx: 1001, rgba: new Uint8Array(4000 * 1001 * 4) };
  expect(refuseImage(huge)).toEqual({ reason: "image-too-large" });
  expect(refuseImage(pixels(1, 2, 3, 1))).toBeUndefined();
  expect(() => refuseImage({ widthPx: 2, heightPx: 2, rgba: new Uint8Array(3) })).toThrow(RangeError);
});
