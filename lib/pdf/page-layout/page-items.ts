import { linesHeight, type Segment } from "#lib/pdf/page-layout/rows.ts";
import type { StructureElement } from "#lib/pdf/page-layout/structure.ts";
import type { SetLine } from "#lib/pdf/page-layout/typesetter.ts";

/** Points from the lower left corner of the page. */
export interface PlacedLine {
  readonly line: SetLine;
  readonly xPt: number;
  readonly baselinePt: number;
}

/** A drawing that stands on several pages: filled with the color that is set, in a box from 0 0. */
export interface SharedDrawing {
  readonly operators: string;
  readonly widthPt: number;
  readonly heightPt: number;
}

/** What is on a page, in reading order. Without an element it is an artifact: not part of what is said. */
export type PageItem =
  | {
      readonly kind: "text";
      readonly element: StructureElement | null;
      readonly lines: readonly PlacedLine[];
    }
  | {
      readonly kind: "rule";
      readonly xPt: number;
      readonly yPt: number;
      readonly widthPt: number;
      readonly thicknessPt: number;
      /** 0 is black. */
      readonly gray: number;
    }
  | { readonly kind: "drawing"; readonly drawing: SharedDrawing; readonly xPt: number; readonly yPt: number };

export interface TextArea {
  readonly leftPt: number;
  readonly topPt: number;
  readonly widthPt: number;
}

/** The items of the segments of one page. */
export function pageItems(segments: readonly Segment[], area: TextArea): PageItem[] {
  return segments.flatMap((segment) => {
    const { row, ranges, isRepeated } = segment;
    const topPt = area.topPt - segment.topPt;
    const items = row.cells.flatMap((cell, index): PageItem[] => {
      const lines = cell.lines.slice(...ranges[index]!);
      if (lines.length === 0) return [];
      let downPt = topPt - row.paddingPt;
      const placed = lines.map((line) => {
        const free = cell.align === "right" ? cell.widthPt - line.widthPt : 0;
        const at = { line, xPt: area.leftPt + cell.xPt + free, baselinePt: downPt - line.baselinePt };
        downPt -= line.heightPt;
        return at;
      });
      return [{ kind: "text", element: isRepeated ? null : cell.element, lines: placed }];
    });
    const isLast = ranges.every(([, to], index) => to === row.cells[index]!.lines.length);
    if (row.rule === "none" || !isLast) return items;
    const yPt = topPt - segment.heightPt;
    return [...items, ruleAt(area.leftPt, yPt, area.widthPt, row.rule)];
  });
}

const RULES = { thin: { thicknessPt: 0.5, gray: 0.6 }, strong: { thicknessPt: 0.8, gray: 0 } } as const;

export const ruleAt = (xPt: number, yPt: number, widthPt: number, rule: "thin" | "strong"): PageItem => ({
  ...{ kind: "rule", xPt, yPt, widthPt },
  ...RULES[rule],
});

/** Lines below each other, outside of any row: headers and footers. */
export function stackedLines(
  lines: readonly (SetLine | undefined)[],
  xPt: number,
  topPt: number,
): { readonly items: PageItem[]; readonly heightPt: number } {
  const present = lines.filter((line) => line !== undefined);
  let downPt = topPt;
  const placed = present.map((line) => {
    const at = { line, xPt, baselinePt: downPt - line.baselinePt };
    downPt -= line.heightPt;
    return at;
  });
  return { items: [{ kind: "text", element: null, lines: placed }], heightPt: linesHeight(present) };
}
