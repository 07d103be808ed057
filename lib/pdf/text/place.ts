import { isBreakingSpace } from "#lib/pdf/text/break.ts";
import { type Ink, movedInk, openFace, unionOfInk } from "#lib/pdf/text/harfbuzz.ts";
import {
  type Direction,
  type Paragraph,
  type ShapedRun,
  type ShapingOptions,
  shapeLine,
} from "#lib/pdf/text/shape.ts";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

export interface TextBox {
  readonly widthPt: number;
  readonly heightPt: number;
  /** Kept free at the left and right, and half of it above and below. */
  readonly paddingPt: number;
}

/** One glyph; font units from the start of its run, y upward. */
export interface PlacedGlyph {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** How far the pen moves on; `x` may lie elsewhere than where it stood. */
  readonly advance: number;
  /** UTF-16 position in the text of the run. */
  readonly cluster: number;
}

export interface LayoutRun {
  readonly face: FaceName;
  readonly unitsPerEm: number;
  /** In logical order; the glyphs are in visual order. */
  readonly text: string;
  readonly isRightToLeft: boolean;
  readonly xPt: number;
  readonly glyphs: readonly PlacedGlyph[];
}

export interface LayoutLine {
  readonly baselinePt: number;
  /** From left to right. */
  readonly runs: readonly LayoutRun[];
}

/** `start` is left in most scripts, right in Arabic and Hebrew. */
export type Alignment = "start" | "center" | "end" | "left" | "right";

/** A text placed in its box, in points from the lower left corner: all that drawing it takes. Plain JSON. */
export interface TextLayout {
  readonly sizePt: number;
  readonly lines: readonly LayoutLine[];
  /** Around all that is drawn; null when nothing is, as for white space. */
  readonly ink: Ink | null;
}

/** A line of a paragraph, shaped but not yet anywhere. */
export interface Line {
  readonly paragraph: Paragraph;
  readonly runs: readonly ShapedRun[];
}

/** Shapes items `from` up to `to`, without the white space at their end. */
export function visibleLine(
  paragraph: Paragraph,
  from: number,
  to: number,
  options: ShapingOptions,
  fonts: FontLibrary,
): Line {
  const { items } = paragraph;
  let end = to;
  while (end > from && isBreakingSpace(items[end - 1]!)) end--;
  const last = items[end - 1];
  const runs =
    end > from && last
      ? shapeLine(paragraph, items[from]!.start, last.start + last.text.length, options, fonts)
      : [];
  return { paragraph, runs };
}

export const widthEm = (runs: readonly ShapedRun[]): number =>
  runs.reduce((sum, { advance, unitsPerEm }) => sum + advance / unitsPerEm, 0);

/** The width of each item in ems. A ligature counts for its first item. */
export function itemWidths(paragraph: Paragraph, options: ShapingOptions, fonts: FontLibrary): number[] {
  const byStart = new Map<number, number>();
  for (const { glyphs, unitsPerEm } of shapeLine(paragraph, 0, paragraph.text.length, options, fonts))
    for (const { cluster, advance } of glyphs)
      byStart.set(cluster, (byStart.get(cluster) ?? 0) + advance / unitsPerEm);
  return paragraph.items.map(({ start }) => byStart.get(start) ?? 0);
}

export interface Placing {
  readonly sizePt: number;
  readonly firstBaselinePt: number;
  readonly pitchPt: number;
  readonly align: Alignment;
}

/** Puts shaped lines into the box: aligned, and moved as far as it takes to keep ink from leaving it. */
export function place(
  lines: readonly Line[],
  placing: Placing,
  box: TextBox,
  fonts: FontLibrary,
): TextLayout {
  const { sizePt, firstBaselinePt, pitchPt, align } = placing;
  const margin = box.paddingPt / 2;
  const drafts = lines.flatMap((line, index) => {
    const ink = lineInk(line, fonts);
    const baseline = firstBaselinePt - index * pitchPt;
    if (line.runs.length === 0) return [];
    const x = alignedX(widthEm(line.runs) * sizePt, line.paragraph.direction, align, box);
    return [{ line, x, baseline, ink: ink && movedInk(scaled(ink, sizePt), x, baseline) }];
  });
  const around = unionOfInk(drafts.map(({ ink }) => ink));
  const dy = around ? nudge(around.bottom, around.top, margin, box.heightPt - margin) : 0;
  const placed = drafts.map(({ line, x, baseline, ink }) => {
    const dx = ink ? nudge(ink.left, ink.right, margin, box.widthPt - margin) : 0;
    return {
      line: { baselinePt: round(baseline + dy), runs: layoutRuns(line, x + dx, sizePt) },
      ink: ink && movedInk(ink, dx, dy),
    };
  });
  return {
    sizePt,
    lines: placed.map(({ line }) => line),
    ink: unionOfInk(placed.map(({ ink }) => ink)) ?? null,
  };
}

/** By how much the ink is too large for its box; at most 1 when all of it is inside. */
export function excessOf({ ink }: TextLayout, box: TextBox): number {
  if (!ink) return 0;
  const [width, height] = [box.widthPt - box.paddingPt, box.heightPt - box.paddingPt];
  return Math.max((ink.right - ink.left - 0.001) / width, (ink.top - ink.bottom - 0.001) / height);
}

function alignedX(widthPt: number, direction: Direction, align: Alignment, box: TextBox): number {
  const free = box.widthPt - 2 * box.paddingPt - widthPt;
  if (align === "center") return box.paddingPt + free / 2;
  const isLeft = align === "left" || align === (direction === "ltr" ? "start" : "end");
  return box.paddingPt + (isLeft ? 0 : free);
}

/** How far to move what reaches from `low` to `high` so that it lies between the limits. */
function nudge(low: number, high: number, from: number, to: number): number {
  if (low < from) return from - low;
  return high > to ? to - high : 0;
}

/** The runs of a line with their glyphs placed, the first at `xPt`. */
export function layoutRuns(line: Line, xPt: number, sizePt: number): LayoutRun[] {
  let x = xPt;
  return line.runs.map(({ face, unitsPerEm, isRightToLeft, start, end, advance, glyphs }) => {
    const text = line.paragraph.text.slice(start, end);
    const run = { face, unitsPerEm, text, isRightToLeft, xPt: round(x) };
    x += (advance / unitsPerEm) * sizePt;
    let pen = 0;
    const placed = glyphs.map(({ id, cluster, advance, dx, dy }) => {
      const glyph = { id, x: pen + dx, y: dy, advance, cluster: cluster - start };
      pen += advance;
      return glyph;
    });
    return { ...run, glyphs: placed };
  });
}

/** In ems from the start of the line. */
function lineInk({ runs }: Line, fonts: FontLibrary): Ink | undefined {
  const boxes: (Ink | undefined)[] = [];
  let x = 0;
  for (const { face, unitsPerEm, glyphs } of runs) {
    for (const { id, advance, dx, dy } of glyphs) {
      const ink = openFace(fonts, face).inkOf(id);
      if (ink) boxes.push(movedInk(scaled(ink, 1 / unitsPerEm), x + dx / unitsPerEm, dy / unitsPerEm));
      x += advance / unitsPerEm;
    }
  }
  return unionOfInk(boxes);
}

const scaled = ({ left, bottom, right, top }: Ink, by: number): Ink => ({
  left: left * by,
  bottom: bottom * by,
  right: right * by,
  top: top * by,
});

const round = (value: number) => Number(value.toFixed(3));
