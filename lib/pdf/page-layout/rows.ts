import type { StructureElement } from "#lib/pdf/page-layout/structure.ts";
import type { SetLine } from "#lib/pdf/page-layout/typesetter.ts";

/** Lines below each other in one column. */
export interface Cell {
  /** From the left edge of the text area. */
  readonly xPt: number;
  readonly widthPt: number;
  readonly align: "left" | "right";
  readonly lines: readonly SetLine[];
  readonly element: StructureElement;
}

/** What stands side by side: a paragraph is a row of one cell, and so is a heading. */
export interface Row {
  readonly cells: readonly Cell[];
  /** Left out at the top of a page. */
  readonly spaceBeforePt: number;
  readonly paddingPt: number;
  /** A line below, as wide as the text. */
  readonly rule: "none" | "thin" | "strong";
  readonly keepsWithNext: boolean;
  /** Stands again at the top of every further page its table reaches. */
  readonly header?: Row;
  readonly bookmark?: { readonly title: string; readonly level: number };
}

/** Which lines of each cell of a row stand on a page: from, and up to. */
export interface Segment {
  readonly row: Row;
  readonly ranges: readonly (readonly [number, number])[];
  /** From the top of the text area. */
  readonly topPt: number;
  readonly heightPt: number;
  /** A header that stood before: drawn, not read out again. */
  readonly isRepeated: boolean;
}

type Ranges = Segment["ranges"];

const wholeRow = ({ cells }: Row): Ranges => cells.map(({ lines }) => [0, lines.length] as const);

function heightOf({ cells, paddingPt }: Row, ranges: Ranges): number {
  const heights = cells.map(({ lines }, index) => linesHeight(lines.slice(...ranges[index]!)));
  return Math.max(0, ...heights) + 2 * paddingPt;
}

export const linesHeight = (lines: readonly SetLine[]): number =>
  lines.reduce((sum, { heightPt }) => sum + heightPt, 0);

// A row of a table up to this share of a page goes over to the next one whole.
const LARGEST_WHOLE = 0.4;
const FEWEST_LINES = 2;

/**
 * Puts rows on pages: what belongs together stays together if a page can hold it, no line of a paragraph stands
 * alone at the end or the beginning of a page, and a table that goes on has its header again.
 *
 * @param heightPt of the text area.
 */
export function paginate(rows: readonly Row[], heightPt: number): Segment[][] {
  const pages = new Pages(heightPt);
  for (let start = 0; start < rows.length; ) {
    let end = start + 1;
    while (end < rows.length && rows[end - 1]!.keepsWithNext) end++;
    pages.place(rows.slice(start, end));
    start = end;
  }
  return pages.all;
}

class Pages {
  readonly all: Segment[][] = [[]];
  readonly #heightPt: number;
  #usedPt = 0;

  constructor(heightPt: number) {
    this.#heightPt = heightPt;
  }

  place(group: readonly Row[]): void {
    const needed = group.reduce((sum, row) => sum + row.spaceBeforePt + heightOf(row, wholeRow(row)), 0);
    const [first] = group as [Row];
    const isParagraph = group.length === 1 && first.cells.length === 1;
    const isShort = group.length > 1 || needed <= this.#heightPt * LARGEST_WHOLE;
    const withHeader = needed + (first.header ? heightOf(first.header, wholeRow(first.header)) : 0);
    const moves = needed > this.#restPt(first) && isShort && !isParagraph && withHeader <= this.#heightPt;
    if (moves && !this.#isEmpty()) this.#turn(first);
    for (const row of group) this.#placeRow(row);
  }

  #isEmpty = () => this.all.at(-1)!.length === 0;
  /** What is left on the page; a row at its top needs no space before it. */
  #restPt = (row: Row) => this.#heightPt - this.#usedPt + (this.#isEmpty() ? row.spaceBeforePt : 0);

  #placeRow(row: Row): void {
    let ranges = wholeRow(row);
    for (;;) {
      const spaceBeforePt = this.#isEmpty() ? 0 : row.spaceBeforePt;
      const room = this.#heightPt - this.#usedPt - spaceBeforePt;
      const split = heightOf(row, ranges) <= room ? null : splitAt(row, ranges, room);
      // What fits no page is drawn beyond its end rather than never.
      if (!split && (heightOf(row, ranges) <= room || this.#hasOnlyHeader())) {
        this.#put(row, ranges, spaceBeforePt);
        return;
      }
      if (split) this.#put(row, split.here, spaceBeforePt);
      ranges = split?.after ?? ranges;
      this.#turn(row);
    }
  }

  #hasOnlyHeader = () => this.all.at(-1)!.every(({ isRepeated }) => isRepeated);

  #put(row: Row, ranges: Ranges, spaceBeforePt: number, isRepeated = false): void {
    const heightPt = heightOf(row, ranges);
    const topPt = this.#usedPt + spaceBeforePt;
    this.all.at(-1)!.push({ row, ranges, topPt, heightPt, isRepeated });
    this.#usedPt = topPt + heightPt;
  }

  #turn({ header }: Row): void {
    this.all.push([]);
    this.#usedPt = 0;
    const isBegun = header && this.all.some((page) => page.some(({ row }) => row === header));
    if (isBegun) this.#put(header, wholeRow(header), 0, true);
  }
}

/** As many lines as there is room for, and those that are left; null when too few would stand on either side. */
function splitAt(row: Row, ranges: Ranges, roomPt: number): { here: Ranges; after: Ranges } | null {
  const room = roomPt - 2 * row.paddingPt;
  const here = row.cells.map(({ lines }, index): readonly [number, number] => {
    const [from, to] = ranges[index]!;
    let [end, used] = [from, 0];
    while (end < to && used + lines[end]!.heightPt <= room) used += lines[end++]!.heightPt;
    if (to - end === 1 && end - from > FEWEST_LINES) end--;
    return [from, end];
  });
  const isSplit = (index: number) => here[index]![1] < ranges[index]![1];
  const isTooShort = here.some(
    ([from, end], index) =>
      isSplit(index) && (end - from < FEWEST_LINES || ranges[index]![1] - end < FEWEST_LINES),
  );
  if (isTooShort) return null;
  const after = ranges.map(([, to], index): readonly [number, number] => [here[index]![1], to]);
  return { here, after };
}
