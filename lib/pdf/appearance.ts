import type { Color, Drawing, PathPart, PathSegment, TextPart } from "#lib/pdf/drawing/drawing.ts";
import { drawMark, type Mark, type MarkRefusal, textPart } from "#lib/pdf/drawing/mark.ts";
import type { InkArea } from "#lib/pdf/drawing/strokes.ts";
import type { TextStyle } from "#lib/pdf/text/faces.ts";
import { isRefused, layoutText, type TextRefusal } from "#lib/pdf/text/layout.ts";
import type { Alignment } from "#lib/pdf/text/place.ts";
import { type Direction, directionOf } from "#lib/pdf/text/shape.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

export type FieldContent =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly lines: "single" | "multiple";
      readonly align?: Alignment;
      readonly preferredSizePt?: number;
      readonly style?: TextStyle;
    }
  /** One character in each of so many boxes of one width. */
  | { readonly kind: "cells"; readonly text: string; readonly cells: number }
  | { readonly kind: "checkbox"; readonly isChecked: boolean }
  | { readonly kind: "radio"; readonly isChecked: boolean }
  /** A text as a stamp leaves it: in a double frame. */
  | { readonly kind: "stamp"; readonly text: string }
  | { readonly kind: "initials"; readonly mark: Mark }
  | {
      readonly kind: "signature";
      readonly mark: Mark;
      /** Said below the mark, a line each: who signed, and when. */
      readonly caption?: readonly string[];
    };

/** A field as it is displayed, after the rotation of its page. */
export interface FieldBox {
  readonly widthPt: number;
  readonly heightPt: number;
}

export interface Locale {
  /** BCP 47; decides between national forms of one character. */
  readonly language?: string;
  /** Left out, the first letter decides. */
  readonly direction?: Direction;
}

/** Why a field cannot be drawn, and whether it is for its value or for what is said below it. */
export type AppearanceRefusal = MarkRefusal & { readonly where: "value" | "caption" };

const INK: Color = "#14202b";
const QUIET_INK: Color = "#3b4a57";
const BRACKET: Color = "#0f5b66";

/**
 * Decides what a filled field looks like, on screen and in the PDF alike.
 *
 * @returns a drawing for `drawingSvg` and `drawingWriter`, or why there can be none; nothing is written yet.
 */
export function drawField(
  content: FieldContent,
  box: FieldBox,
  fonts: FontLibrary,
  locale: Locale = {},
): Drawing | AppearanceRefusal {
  if (Math.min(box.widthPt, box.heightPt) < SMALLEST_FIELD_PT) return { reason: "overflow", where: "value" };
  switch (content.kind) {
    case "text":
      return drawText(content, box, fonts, locale);
    case "cells":
      return drawCells(content, box, fonts, locale);
    case "checkbox":
      return drawCheckbox(content.isChecked, box);
    case "radio":
      return drawRadio(content.isChecked, box);
    case "stamp":
      return drawStamp(content.text, box, fonts, locale);
    case "initials":
      return drawInitials(content.mark, box, fonts, locale);
    case "signature":
      return drawSignature(content, box, fonts, locale);
  }
}

const SMALLEST_FIELD_PT = 4;
const PREFERRED_PT = 12;
const MINIMUM_PT = 6;

function drawText(
  { text, lines, align, style, preferredSizePt = PREFERRED_PT }: FieldContent & { kind: "text" },
  box: FieldBox,
  fonts: FontLibrary,
  locale: Locale,
): Drawing | AppearanceRefusal {
  const { widthPt, heightPt } = box;
  const paddingPt = Math.min(2, widthPt / 20, heightPt / 8);
  const request = { ...locale, text, lines, align, style, preferredSizePt, minimumSizePt: MINIMUM_PT };
  const layout = layoutText(request, { widthPt, heightPt, paddingPt }, fonts);
  if (isRefused(layout)) return { ...layout, where: "value" };
  const part = { kind: "text" as const, layout, color: INK, xPt: 0, yPt: 0, boxHeightPt: heightPt };
  return { widthPt, heightPt, parts: [part] };
}

/** Every character in the middle of its cell, all of one size. */
function drawCells(
  { text, cells }: FieldContent & { kind: "cells" },
  box: FieldBox,
  fonts: FontLibrary,
  { language }: Locale,
): Drawing | AppearanceRefusal {
  const { widthPt, heightPt } = box;
  const characters = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  if (characters.length > cells) return { reason: "overflow", where: "value" };
  const cellPt = widthPt / cells;
  const parts: TextPart[] = [];
  for (const [index, { segment }] of characters.entries()) {
    if (segment.trim() === "") continue;
    const area: InkArea = { xPt: index * cellPt, yPt: 0, widthPt: cellPt, heightPt, anchor: 0.5 };
    const preferredSizePt = Math.min(PREFERRED_PT, heightPt * 0.8, cellPt * 1.2);
    const request = { language, text: segment, lines: "single" as const, preferredSizePt };
    const part = textPart({ ...request, minimumSizePt: Math.min(4, preferredSizePt) }, area, INK, fonts);
    if (isRefused(part)) return { ...part, where: "value" };
    parts.push(part);
  }
  return { widthPt, heightPt, parts };
}

const FRAME_PT = [1, 3.5] as const;

function drawStamp(
  text: string,
  box: FieldBox,
  fonts: FontLibrary,
  locale: Locale,
): Drawing | AppearanceRefusal {
  const { widthPt, heightPt } = box;
  const inset = Math.min(7, widthPt / 6, heightPt / 6);
  const layout = layoutText(
    {
      ...locale,
      text,
      lines: "multiple",
      align: "center",
      verticalAlign: "center",
      preferredSizePt: 14,
      minimumSizePt: 5,
    },
    { widthPt, heightPt, paddingPt: inset },
    fonts,
  );
  if (isRefused(layout)) return { ...layout, where: "value" };
  const frames = FRAME_PT.map(
    (edge, index): PathPart => ({
      kind: "path",
      color: INK,
      strokeWidthPt: index === 0 ? 1.4 : 0.6,
      segments: [
        ["M", edge, edge],
        ["L", widthPt - edge, edge],
        ["L", widthPt - edge, heightPt - edge],
        ["L", edge, heightPt - edge],
        ["Z"],
      ],
    }),
  );
  const words = { kind: "text" as const, layout, color: INK, xPt: 0, yPt: 0, boxHeightPt: heightPt };
  return { widthPt, heightPt, parts: [...frames, words] };
}

function drawInitials(
  mark: Mark,
  box: FieldBox,
  fonts: FontLibrary,
  { language }: Locale,
): Drawing | AppearanceRefusal {
  const inset = Math.min(2, box.widthPt / 20, box.heightPt / 20);
  const area: InkArea = {
    xPt: inset,
    yPt: inset,
    widthPt: box.widthPt - 2 * inset,
    heightPt: box.heightPt - 2 * inset,
    anchor: 0.5,
  };
  const parts = drawMark(mark, area, INK, fonts, language);
  return isRefused(parts) ? { ...parts, where: "value" } : { ...box, parts };
}

const CAPTION_PT = 6.5;
const SMALLEST_CAPTION_PT = 5;
const CAPTION_LINE_PT = 8;
const CAPTION_GAP_PT = 1.5;
const SMALLEST_MARK_PT = 16;
const BRACKET_PT = 4;

/** The mark, below it as much of the caption as there is room for, and a bracket around where lines begin. */
function drawSignature(
  { mark, caption = [] }: FieldContent & { kind: "signature" },
  box: FieldBox,
  fonts: FontLibrary,
  locale: Locale,
): Drawing | AppearanceRefusal {
  const { widthPt, heightPt } = box;
  const first = caption[0] ?? (mark.type === "typed" ? mark.text : "");
  const isRightToLeft = (locale.direction ?? directionOf(first)) === "rtl";
  const isFramed = widthPt >= 60 && heightPt >= 20;
  const [begin, end, edge] = isFramed ? [BRACKET_PT + 3.5, 4, 2.5] : [1, 1, 0.5];
  const lines = isFramed
    ? Math.floor((heightPt - 2 * edge - CAPTION_GAP_PT - SMALLEST_MARK_PT) / CAPTION_LINE_PT)
    : 0;
  const line = {
    xPt: isRightToLeft ? end : begin,
    widthPt: widthPt - begin - end,
    anchor: isRightToLeft ? 1 : 0,
  };

  const said = drawCaption(caption.slice(0, Math.max(0, lines)), { ...line, yPt: edge }, fonts, locale);
  if (isRefused(said)) return { ...said, where: "caption" };
  const yPt = edge + (said.length > 0 ? said.length * CAPTION_LINE_PT + CAPTION_GAP_PT : 0);
  const drawn = drawMark(
    mark,
    { ...line, yPt, heightPt: heightPt - edge - yPt },
    INK,
    fonts,
    locale.language,
  );
  if (isRefused(drawn)) return { ...drawn, where: "value" };
  const frame = isFramed ? [bracket(box, isRightToLeft)] : [];
  return { widthPt, heightPt, parts: [...frame, ...drawn, ...said] };
}

/** From the last line upward; one that is too long for the field is left out, never cut. */
function drawCaption(
  caption: readonly string[],
  line: Omit<InkArea, "heightPt">,
  fonts: FontLibrary,
  locale: Locale,
): TextPart[] | TextRefusal {
  const parts: TextPart[] = [];
  for (const text of caption.toReversed()) {
    const yPt = line.yPt + parts.length * CAPTION_LINE_PT;
    const part = textPart(
      { ...locale, text, lines: "single", preferredSizePt: CAPTION_PT, minimumSizePt: SMALLEST_CAPTION_PT },
      { ...line, yPt, heightPt: CAPTION_LINE_PT },
      QUIET_INK,
      fonts,
    );
    if (!isRefused(part)) parts.unshift(part);
    else if (part.reason !== "overflow") return part;
  }
  return parts;
}

const CORNER_PT = 2.5;

function bracket({ widthPt, heightPt }: FieldBox, isRightToLeft: boolean): PathPart {
  const x = (fromEdge: number) => (isRightToLeft ? widthPt - fromEdge : fromEdge);
  const [near, far] = [0.75, 0.75 + BRACKET_PT];
  const [bottom, top, bend] = [0.75, heightPt - 0.75, CORNER_PT * 0.45];
  const segments: PathSegment[] = [
    ["M", x(far), top],
    ["L", x(near + CORNER_PT), top],
    ["C", x(near + bend), top, x(near), top - bend, x(near), top - CORNER_PT],
    ["L", x(near), bottom + CORNER_PT],
    ["C", x(near), bottom + bend, x(near + bend), bottom, x(near + CORNER_PT), bottom],
    ["L", x(far), bottom],
  ];
  return { kind: "path", segments, color: BRACKET, strokeWidthPt: 0.9 };
}

/** Both states of a checkbox: the outline, and the check in it. */
export function drawCheckbox(isChecked: boolean, { widthPt, heightPt }: FieldBox): Drawing {
  const side = Math.min(widthPt, heightPt, 24) - 1;
  const [left, bottom] = [(widthPt - side) / 2, (heightPt - side) / 2];
  const line = Math.max(0.6, side * 0.06);
  const at = (x: number, y: number) => [left + x * side, bottom + y * side] as const;
  const outline: PathSegment[] = [
    ["M", ...at(0, 0)],
    ["L", ...at(1, 0)],
    ["L", ...at(1, 1)],
    ["L", ...at(0, 1)],
    ["Z"],
  ];
  const check: PathSegment[] = [
    ["M", ...at(0.22, 0.5)],
    ["L", ...at(0.42, 0.29)],
    ["L", ...at(0.78, 0.73)],
  ];
  const parts: PathPart[] = [{ kind: "path", segments: outline, color: INK, strokeWidthPt: line }];
  if (isChecked) parts.push({ kind: "path", segments: check, color: INK, strokeWidthPt: side * 0.12 });
  return { widthPt, heightPt, parts };
}

const ROUND = 0.5523;

/** A circle from four curves. */
function circle(x: number, y: number, radius: number): PathSegment[] {
  const bend = radius * ROUND;
  return [
    ["M", x + radius, y],
    ["C", x + radius, y + bend, x + bend, y + radius, x, y + radius],
    ["C", x - bend, y + radius, x - radius, y + bend, x - radius, y],
    ["C", x - radius, y - bend, x - bend, y - radius, x, y - radius],
    ["C", x + bend, y - radius, x + radius, y - bend, x + radius, y],
    ["Z"],
  ];
}

/** Both states of a radio button: the ring, and the dot in it. */
export function drawRadio(isChecked: boolean, { widthPt, heightPt }: FieldBox): Drawing {
  const side = Math.min(widthPt, heightPt, 24) - 1;
  const [x, y] = [widthPt / 2, heightPt / 2];
  const strokeWidthPt = Math.max(0.6, side * 0.06);
  const parts: PathPart[] = [
    { kind: "path", segments: circle(x, y, side / 2 - strokeWidthPt / 2), color: INK, strokeWidthPt },
  ];
  if (isChecked) parts.push({ kind: "path", segments: circle(x, y, side * 0.27), color: INK });
  return { widthPt, heightPt, parts };
}
