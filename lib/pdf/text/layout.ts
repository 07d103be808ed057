import { breakLines } from "#lib/pdf/text/break.ts";
import { hiddenCharacters, type UndrawableCharacter } from "#lib/pdf/text/drawable.ts";
import { FACES, type TextStyle } from "#lib/pdf/text/faces.ts";
import {
  type Alignment,
  excessOf,
  itemWidths,
  place,
  type TextBox,
  type TextLayout,
  visibleLine,
  widthEm,
} from "#lib/pdf/text/place.ts";
import { type Direction, itemize, type Paragraph, type ShapingOptions } from "#lib/pdf/text/shape.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

export interface TextRequest {
  readonly text: string;
  readonly style?: TextStyle;
  /** BCP 47; decides between national forms of one character. */
  readonly language?: string;
  /** Left out, the first letter of each paragraph decides. */
  readonly direction?: Direction;
  readonly lines: "single" | "multiple";
  /** By the direction of each paragraph. */
  readonly align?: Alignment;
  /** Left out, a single line stands in the middle and several at the top. */
  readonly verticalAlign?: "center" | "top" | "bottom";
  readonly preferredSizePt: number;
  readonly minimumSizePt: number;
}

export type TextRefusal =
  | { readonly reason: "overflow" }
  | {
      readonly reason: "hidden-character" | "missing-glyph";
      readonly characters: readonly UndrawableCharacter[];
    };

const MAXIMUM_LENGTH = 10_000; // UTF-16 units; more than any page holds at 4 pt.
const SIZE_STEP_PT = 0.25;
const LINE_EM = 1.15;
const HALF_CAPITAL_EM = 0.36; // The middle of a capital letter is what looks like the middle of a line.
const FIRST_BASELINE_EM = 0.95;
const LAST_DESCENT_EM = 0.3;

/**
 * Fits a text into a box at the largest size from preferred to minimum that keeps every bit of ink inside.
 *
 * @returns a layout, or a refusal: a finding for the person who typed, so it is not thrown.
 */
export function layoutText(request: TextRequest, box: TextBox, fonts: FontLibrary): TextLayout | TextRefusal {
  const { text } = request;
  if (text.length > MAXIMUM_LENGTH) return { reason: "overflow" };
  const hidden = hiddenCharacters(text, request.lines === "multiple");
  if (hidden.length > 0) return { reason: "hidden-character", characters: hidden };
  const options: ShapingOptions = { ...request, style: request.style ?? "plain" };
  const { paragraphs, missing } = itemize(text, options, fonts);
  if (missing.length > 0) return { reason: "missing-glyph", characters: missing };

  const setting: Setting = { request, box, options, fonts };
  return (
    (request.lines === "single" ? fitLine(paragraphs[0]!, setting) : fitLines(paragraphs, setting)) ?? {
      reason: "overflow",
    }
  );
}

/** Whether there is a reason instead of a result. */
export const isRefused = <Result extends object>(
  result: Result,
): result is Extract<Result, { readonly reason: string }> => "reason" in result;

interface Setting {
  readonly request: TextRequest;
  readonly box: TextBox;
  readonly options: ShapingOptions;
  readonly fonts: FontLibrary;
}

function fitLine(paragraph: Paragraph, setting: Setting): TextLayout | undefined {
  const { request, box, options, fonts } = setting;
  const line = visibleLine(paragraph, 0, paragraph.items.length, options, fonts);
  const width = widthEm(line.runs);
  const fitting = width > 0 ? (box.widthPt - 2 * box.paddingPt) / width : Number.POSITIVE_INFINITY;
  let sizePt = Math.min(request.preferredSizePt, (box.heightPt - box.paddingPt) / LINE_EM, fitting);
  // Ink may reach past the advance, as swashes do: then again, smaller by as much.
  for (let attempt = 0; attempt < 3; attempt++) {
    sizePt = floorTo(sizePt, 0.05);
    if (sizePt < request.minimumSizePt) return undefined;
    const spare = box.heightPt - box.paddingPt - LINE_EM * sizePt;
    const middle = { top: spare / 2, center: 0, bottom: -spare / 2 }[request.verticalAlign ?? "center"];
    const firstBaselinePt = box.heightPt / 2 + middle - HALF_CAPITAL_EM * sizePt;
    const placing = { sizePt, firstBaselinePt, pitchPt: 0, align: request.align ?? "start" };
    const layout = place([line], placing, box, fonts);
    const excess = excessOf(layout, box);
    if (excess <= 1) return layout;
    sizePt /= excess;
  }
  return undefined;
}

function fitLines(paragraphs: readonly Paragraph[], setting: Setting): TextLayout | undefined {
  const { preferredSizePt, minimumSizePt } = setting.request;
  const widths = paragraphs.map((paragraph) => itemWidths(paragraph, setting.options, setting.fonts));
  for (let sizePt = preferredSizePt; sizePt >= minimumSizePt; sizePt -= SIZE_STEP_PT) {
    const layout = linesAt(sizePt, paragraphs, widths, setting);
    if (layout) return layout;
  }
  return undefined;
}

function linesAt(
  sizePt: number,
  paragraphs: readonly Paragraph[],
  widths: readonly (readonly number[])[],
  setting: Setting,
): TextLayout | undefined {
  const { box, request, options, fonts } = setting;
  const [widthPt, heightPt] = [box.widthPt - 2 * box.paddingPt, box.heightPt - box.paddingPt];
  const broken = paragraphs.map((paragraph, index) =>
    breakLines(paragraph, widths[index]!, widthPt / sizePt),
  );
  if (!broken.every((bounds) => bounds !== undefined)) return undefined;
  const pitchEm = pitchOf(paragraphs);
  const count = broken.reduce((sum, bounds) => sum + bounds.length, 0);
  const blockPt = (FIRST_BASELINE_EM + (count - 1) * pitchEm + LAST_DESCENT_EM) * sizePt;
  const spare = heightPt - blockPt;
  if (spare < 0) return undefined;

  const lines = paragraphs.flatMap((paragraph, index) =>
    broken[index]!.map(({ from, to }) => visibleLine(paragraph, from, to, options, fonts)),
  );
  if (lines.some(({ runs }) => widthEm(runs) * sizePt > widthPt + 0.01)) return undefined;
  const drop = { top: 0, center: spare / 2, bottom: spare }[request.verticalAlign ?? "top"];
  const firstBaselinePt = box.heightPt - box.paddingPt / 2 - drop - FIRST_BASELINE_EM * sizePt;
  const placing = { sizePt, firstBaselinePt, pitchPt: pitchEm * sizePt, align: request.align ?? "start" };
  const layout = place(lines, placing, box, fonts);
  return excessOf(layout, box) <= 1 ? layout : undefined;
}

function pitchOf(paragraphs: readonly Paragraph[]): number {
  const used = new Set(paragraphs.flatMap(({ items }) => items.map(({ face }) => face)));
  return Math.max(FACES.sans.lineHeight, ...[...used].map((face) => FACES[face].lineHeight));
}

/** Down to a multiple of `step`, and without the noise of the division. */
const floorTo = (value: number, step: number) => Number((Math.floor(value / step + 1e-9) * step).toFixed(4));
