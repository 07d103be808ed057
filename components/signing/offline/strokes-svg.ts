import { type Color, pathData } from "#lib/pdf/drawing/drawing.ts";
import { inkPaths, type Stroke } from "#lib/pdf/drawing/strokes.ts";

const [WIDTH_PT, HEIGHT_PT] = [200, 60];
const INK: Color = "#14202b";

/** Lines as they will stand in the document, as SVG; null for less than a signature. */
export function strokesSvg(strokes: readonly Stroke[], aspect: number): string | null {
  const area = { xPt: 0, yPt: 0, widthPt: WIDTH_PT, heightPt: HEIGHT_PT, anchor: 0 };
  const paths = inkPaths(strokes, aspect, area, INK);
  if ("reason" in paths) return null;
  const shapes = paths.map((part) => {
    const paint =
      part.strokeWidthPt === undefined
        ? `fill="${INK}"`
        : `fill="none" stroke="${INK}" stroke-width="${part.strokeWidthPt}" stroke-linecap="round" stroke-linejoin="round"`;
    return `<path ${paint} d="${pathData(part, HEIGHT_PT)}"/>`;
  });
  const box = `viewBox="0 0 ${WIDTH_PT} ${HEIGHT_PT}" width="${WIDTH_PT}" height="${HEIGHT_PT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}>${shapes.join("")}</svg>`;
}
