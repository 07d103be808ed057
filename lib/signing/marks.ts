import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import type { MarkDigests } from "./core/shown-answers.ts";
import { loadMarks, type MarkRow } from "./store.ts";

export interface AdoptedMarks {
  readonly signature: Mark | null;
  readonly initials: Mark | null;
}

/** The marks a person has adopted, with the pixels of uploaded ones. */
export async function adoptedMarks(
  ctx: Context,
  recipientId: RecipientId,
): Promise<AdoptedMarks & { rows: MarkRow[] }> {
  const rows = await loadMarks(ctx, recipientId);
  const markOf = async (kind: MarkRow["kind"]) => {
    const row = rows.find((candidate) => candidate.kind === kind);
    return row ? loadMark(ctx, row) : null;
  };
  return { rows, signature: await markOf("signature"), initials: await markOf("initials") };
}

/** By what they hold: a mark made anew has another. */
export const digestsOf = (rows: readonly Pick<MarkRow, "kind" | "sha256">[]): MarkDigests => ({
  signature: rows.find(({ kind }) => kind === "signature")?.sha256 ?? null,
  initials: rows.find(({ kind }) => kind === "initials")?.sha256 ?? null,
});

async function loadMark(ctx: Context, row: MarkRow): Promise<Mark> {
  if (row.fileKey === null) return row.content as Mark;
  const file = await ctx.runtime.files.open(row.fileKey);
  try {
    const { widthPx, heightPx } = row.content as { widthPx: number; heightPx: number };
    return { type: "uploaded", image: { widthPx, heightPx, rgba: file.read(0, file.size) } };
  } finally {
    file.close();
  }
}

const PICTURE_BOX = { widthPt: 200, heightPt: 60 };

/** What a mark looks like, as SVG; null where it cannot be drawn. */
export function markPicture({ runtime: { fonts } }: Context, mark: Mark): string | null {
  const drawing = drawField({ kind: "initials", mark }, PICTURE_BOX, fonts);
  return isRefused(drawing) ? null : drawingSvg(drawing, fonts);
}
