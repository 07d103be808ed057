import type { Color, Drawing, TextPart } from "#lib/pdf/drawing/drawing.ts";
import { type ImageRefusal, type RasterImage, refuseImage } from "#lib/pdf/drawing/image.ts";
import { type InkArea, type InkRefusal, inkPaths, type Stroke } from "#lib/pdf/drawing/strokes.ts";
import type { TextStyle } from "#lib/pdf/text/faces.ts";
import { isRefused, layoutText, type TextRefusal, type TextRequest } from "#lib/pdf/text/layout.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

/** What a person adopts as their signature or initials. */
export type Mark =
  | { readonly type: "typed"; readonly text: string; readonly style: TextStyle }
  | {
      readonly type: "drawn";
      readonly strokes: readonly Stroke[];
      /** Width of the pad it was drawn on, by its height. */
      readonly aspect: number;
    }
  | { readonly type: "uploaded"; readonly image: RasterImage };

export type MarkRefusal = TextRefusal | InkRefusal | ImageRefusal;

const LARGEST_TYPED_PT = 36;
const SMALLEST_TYPED_PT = 4;

/** Draws a mark as large as it may be in an area; one that nobody could see is refused. */
export function drawMark(
  mark: Mark,
  area: InkArea,
  color: Color,
  fonts: FontLibrary,
  language?: string,
): Drawing["parts"] | MarkRefusal {
  if (mark.type === "drawn") return inkPaths(mark.strokes, mark.aspect, area, color);
  if (mark.type === "uploaded") return refuseImage(mark.image) ?? [imagePart(mark.image, area)];
  const { text, style } = mark;
  const request: TextRequest = {
    text,
    style,
    language,
    lines: "single",
    preferredSizePt: Math.min(LARGEST_TYPED_PT, area.heightPt * 0.9),
    minimumSizePt: SMALLEST_TYPED_PT,
  };
  const part = textPart(request, area, color, fonts);
  if (isRefused(part)) return part;
  return part.layout.ink ? [part] : { reason: "too-little-ink" };
}

/** A text in an area, at the side its anchor names. */
export function textPart(
  request: TextRequest,
  area: InkArea,
  color: Color,
  fonts: FontLibrary,
): TextPart | TextRefusal {
  const { xPt, yPt, heightPt: boxHeightPt } = area;
  const layout = layoutText({ ...request, align: sideOf(area.anchor) }, { ...area, paddingPt: 0 }, fonts);
  return isRefused(layout) ? layout : { kind: "text", layout, color, xPt, yPt, boxHeightPt };
}

const sideOf = (anchor: number) => (anchor === 0.5 ? "center" : anchor < 0.5 ? "left" : "right");

function imagePart(image: RasterImage, area: InkArea): Drawing["parts"][number] {
  const scale = Math.min(area.widthPt / image.widthPx, area.heightPt / image.heightPx);
  const [widthPt, heightPt] = [image.widthPx * scale, image.heightPx * scale];
  return {
    kind: "image",
    image,
    xPt: area.xPt + (area.widthPt - widthPt) * area.anchor,
    yPt: area.yPt + (area.heightPt - heightPt) / 2,
    widthPt,
    heightPt,
  };
}
