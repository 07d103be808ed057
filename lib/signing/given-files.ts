import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import type { GivenFile } from "./core/field-values.ts";
import { type FieldFileRow, loadFieldFiles } from "./store.ts";

/** What was given in fields of an envelope, by field; pictures with their pixels. */
export async function givenFiles(
  ctx: Context,
  envelopeId: EnvelopeId,
  isWanted: (fieldId: string) => boolean,
): Promise<ReadonlyMap<string, GivenFile>> {
  const found = new Map<string, GivenFile>();
  for (const [fieldId, row] of await loadFieldFiles(ctx, envelopeId))
    if (isWanted(fieldId)) found.set(fieldId, await givenFile(ctx, row));
  return found;
}

/** One of them. Part of a verb. */
export async function givenFile(ctx: Context, row: FieldFileRow): Promise<GivenFile> {
  return { name: row.name, sha256: row.sha256, picture: await pictureOf(ctx, row) };
}

async function pictureOf(ctx: Context, { pixelsKey, widthPx, heightPx }: FieldFileRow): Promise<Mark | null> {
  if (pixelsKey === null || widthPx === null || heightPx === null) return null;
  const file = await ctx.runtime.files.open(pixelsKey);
  try {
    return { type: "uploaded", image: { widthPx, heightPx, rgba: file.read(0, file.size) } };
  } finally {
    file.close();
  }
}
