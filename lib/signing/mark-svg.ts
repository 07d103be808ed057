import type { Context } from "#lib/context.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";

const MARK_BOX = { widthPt: 200, heightPt: 60 };

/** A mark as the PDF gets it, for the screen; null where there is none or it cannot be drawn any more. */
export function markSvg(ctx: Context, mark: Mark | null): string | null {
  if (!mark) return null;
  const drawing = drawField({ kind: "initials", mark }, MARK_BOX, ctx.runtime.fonts);
  return isRefused(drawing) ? null : drawingSvg(drawing, ctx.runtime.fonts);
}
