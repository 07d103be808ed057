import type { Json } from "#lib/audit/core/canonical-json.ts";
import { fromBase64, toBase64, toUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import type { SavedMarkRow } from "./store.ts";

/** What the file of a kept mark holds. */
export interface SavedContent {
  /** As in the row of an adopted mark. */
  readonly content: Json;
  /** Of a picture: its bare pixels, base64. */
  readonly pixels: string | null;
}

export const savedContent = (content: unknown, pixels: Uint8Array | null): string =>
  JSON.stringify({ content, pixels: pixels && toBase64(pixels) });

/** A kept mark with what it is made of. */
export async function readSaved(
  ctx: Context,
  row: SavedMarkRow,
): Promise<{ mark: Mark; content: Json; pixels: Uint8Array | null }> {
  const file = await ctx.runtime.files.open(row.fileKey);
  try {
    const { content, pixels } = JSON.parse(toUtf8(file.read(0, file.size))) as SavedContent;
    if (pixels === null) return { mark: content as unknown as Mark, content, pixels: null };
    const { widthPx, heightPx } = content as unknown as { widthPx: number; heightPx: number };
    const rgba = fromBase64(pixels);
    return { mark: { type: "uploaded", image: { widthPx, heightPx, rgba } }, content, pixels: rgba };
  } finally {
    file.close();
  }
}
