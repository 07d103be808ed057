import sharp, { type Sharp } from "sharp";
import type { PagePicture } from "./pdf/picture-file.ts";
import { conversionError } from "./ports/office.ts";

const LIMITS = { pixels: 60_000_000, pages: 200, allPixels: 400_000_000 };
/** Beyond that, exact pixels cost more than they show. */
const EXACT_PIXELS = 9_000_000;

/** The pages of a JPEG, PNG, TIFF or HEIC picture, upright and without what a camera adds. @throws conversion/picture-unreadable, too-large */
export async function readPictures(bytes: Uint8Array, mediaType: string): Promise<PagePicture[]> {
  try {
    if (mediaType === "image/heic") return await heicPages(bytes);
    const { pages = 1, format } = await sharp(bytes, { limitInputPixels: LIMITS.pixels }).metadata();
    if (!["jpeg", "png", "tiff"].includes(format ?? "")) throw new Error(`a picture of kind ${format}`);
    if (pages > LIMITS.pages) throw conversionError("too-large", `${pages} pictures in one file`);
    const found: PagePicture[] = [];
    let all = 0;
    for (let page = 0; page < pages; page++) {
      const picture = sharp(bytes, { limitInputPixels: LIMITS.pixels, failOn: "error", page, pages: 1 });
      const { density, width = 0, height = 0 } = await picture.metadata();
      all += width * height;
      if (all > LIMITS.allPixels) throw conversionError("too-large", "more pixels than are taken");
      const plain = picture.autoOrient().flatten({ background: "#fff" }).toColorspace("srgb").removeAlpha();
      // 72 is what programs write who know nothing.
      const dpi = density && density > 72 && density <= 2_400 ? density : null;
      found.push(await asPicture(plain, { dpi, isPhotograph: format === "jpeg" }));
    }
    return found;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && String(cause.code).startsWith("conversion/"))
      throw cause;
    throw conversionError("picture-unreadable", "not a picture that can be read", { cause });
  }
}

async function asPicture(
  picture: Sharp,
  { dpi, isPhotograph }: { readonly dpi: number | null; readonly isPhotograph: boolean },
): Promise<PagePicture> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const size = { widthPx: info.width, heightPx: info.height, dpi };
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  if (!isPhotograph && info.width * info.height <= EXACT_PIXELS)
    return { ...size, pixels: { rgb: new Uint8Array(data) } };
  return {
    ...size,
    pixels: { jpeg: new Uint8Array(await sharp(data, raw).jpeg({ quality: 90 }).toBuffer()) },
  };
}

interface HeifImage {
  get_width(): number;
  get_height(): number;
  display(
    into: { data: Uint8ClampedArray; width: number; height: number },
    done: (shown: { data: Uint8ClampedArray } | null) => void,
  ): void;
  free?(): void;
}

/** What telephones make; sharp is built without the decoder. Its library turns pictures upright by itself. */
async function heicPages(bytes: Uint8Array): Promise<PagePicture[]> {
  // @ts-expect-error The package says nothing of its types.
  const { default: heif } = (await import("libheif-js/wasm-bundle.js")) as unknown as {
    default: { HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] } };
  };
  const images = new heif.HeifDecoder().decode(bytes);
  if (images.length === 0) throw new Error("no picture in it");
  if (images.length > LIMITS.pages)
    throw conversionError("too-large", `${images.length} pictures in one file`);
  const found: PagePicture[] = [];
  for (const image of images) {
    const [width, height] = [image.get_width(), image.get_height()];
    if (width * height > LIMITS.pixels) throw conversionError("too-large", `${width} × ${height} pixels`);
    const into = { data: new Uint8ClampedArray(width * height * 4), width, height };
    const shown = await new Promise<{ data: Uint8ClampedArray } | null>((resolve) =>
      image.display(into, resolve),
    );
    if (!shown) throw new Error("it does not decode");
    const raw = sharp(shown.data, { raw: { width, height, channels: 4 } });
    found.push(
      await asPicture(raw.flatten({ background: "#fff" }).removeAlpha(), { dpi: null, isPhotograph: true }),
    );
    image.free?.();
  }
  return found;
}
