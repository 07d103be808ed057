import { z } from "zod";
import { requireRecipient } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import { HAND_STYLES, type TextStyle } from "#lib/pdf/text/faces.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import { refuseDrawing } from "./refuse-drawing.ts";

const Input = z.object({ text: z.string().trim().min(1).max(120) });
const BOX = { widthPt: 200, heightPt: 48 };

export interface MarkChoice {
  readonly style: TextStyle;
  readonly svg: string;
}

/**
 * A name as it would look as a signature in each style, drawn as the PDF gets it; once where hands write a script alike.
 *
 * @throws signing/value-not-drawable
 */
export async function previewMark(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<readonly MarkChoice[]> {
  requireRecipient(ctx);
  return markChoices(ctx, input.text);
}

/** The same, of whoever has asked already. Part of a verb. */
export function markChoices(ctx: Context, given: string): readonly MarkChoice[] {
  const { text } = Input.parse({ text: given });
  const { fonts } = ctx.runtime;
  const choices = [...HAND_STYLES, "plain" as const].map((style) => {
    const drawing = drawField({ kind: "initials", mark: { type: "typed", text, style } }, BOX, fonts);
    if (isRefused(drawing)) throw refuseDrawing(drawing);
    return { style, svg: drawingSvg(drawing, fonts) };
  });
  return choices.filter(({ svg }, index) => choices.findIndex((other) => other.svg === svg) === index);
}
