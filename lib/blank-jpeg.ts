import sharp from "sharp";
import type { BlankRun } from "./pdf/redaction/blank-picture.ts";

const QUALITY = 92;

/** A JPEG of gray or color with black in some places, packed anew; null when it is another kind or damaged. */
export async function blankJpeg(
  jpeg: Uint8Array,
  runsOf: (widthPx: number, heightPx: number) => BlankRun[],
): Promise<Uint8Array | null> {
  try {
    const picture = sharp(jpeg, { limitInputPixels: 100_000_000, failOn: "error" });
    const { format, channels } = await picture.metadata();
    if (format !== "jpeg" || (channels !== 1 && channels !== 3)) return null;
    const { data, info } = await picture
      .toColorspace(channels === 1 ? "b-w" : "srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) return null;
    for (const { row, from, to } of runsOf(info.width, info.height))
      data.fill(0, (row * info.width + from) * channels, (row * info.width + to) * channels);
    const raw = { raw: { width: info.width, height: info.height, channels } } as const;
    const packed = sharp(data, raw).jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" });
    return new Uint8Array(await packed.toColorspace(channels === 1 ? "b-w" : "srgb").toBuffer());
  } catch {
    return null;
  }
}
