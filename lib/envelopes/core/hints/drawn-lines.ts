import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { Box, PageSize } from "../field-places.ts";
import { underscores } from "./detect-places.ts";

export const MOST_LINES = 400;
/** In points: thinner than this is a line, shorter than that is no place to write on, larger is a frame. */
const LINE_PT = { thickest: 2.5, shortest: 20 };
const CELL_PT = { least: 6 };
const FRAME = 0.95;

/**
 * What a page itself offers to line a field up with: ruled lines, runs of underscores, and the sides of cells.
 *
 * @param drawn paths of the page, as fractions of it.
 */
export function drawnLines(
  characters: readonly PageCharacter[],
  drawn: readonly Box[],
  { widthPt, heightPt }: PageSize,
): Box[] {
  const fits = ({ width, height }: Box) => {
    const [across, down] = [width * widthPt, height * heightPt];
    const isLine = Math.min(across, down) <= LINE_PT.thickest && Math.max(across, down) >= LINE_PT.shortest;
    const isCell = Math.min(across, down) >= CELL_PT.least && (width < FRAME || height < FRAME);
    return isLine || isCell;
  };
  const known = new Set<string>();
  const isNew = ({ x, y, width, height }: Box) => {
    const key = [x, y, width, height].map((value) => Math.round(value * 1_000)).join(" ");
    return known.has(key) ? false : known.add(key) !== undefined;
  };
  return [...underscores(characters), ...drawn]
    .filter((box) => fits(box) && isNew(box))
    .map((box) => thinned(box, widthPt, heightPt))
    .slice(0, MOST_LINES);
}

/** A line has no thickness to line up with: its middle counts. */
function thinned(box: Box, widthPt: number, heightPt: number): Box {
  const isFlat = box.height * heightPt <= LINE_PT.thickest;
  const isUpright = box.width * widthPt <= LINE_PT.thickest;
  return {
    ...(isUpright ? { x: box.x + box.width / 2, width: 0 } : { x: box.x, width: box.width }),
    ...(isFlat ? { y: box.y + box.height / 2, height: 0 } : { y: box.y, height: box.height }),
  };
}
