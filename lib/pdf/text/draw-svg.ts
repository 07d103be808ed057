import { openFace } from "#lib/pdf/text/harfbuzz.ts";
import type { TextLayout } from "#lib/pdf/text/place.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

/**
 * The same layout as outlines, for the screen: the browser needs no font and reads no text from it.
 *
 * @param heightPt of the box it was laid out in; SVG counts from its top.
 * @returns a `g` element that takes its fill from around it; units are points.
 */
export function textSvg({ lines, sizePt }: TextLayout, heightPt: number, fonts: FontLibrary): string {
  const runs = lines.flatMap(({ runs, baselinePt }) =>
    runs.map(({ face, unitsPerEm, xPt, glyphs }) => {
      const scale = decimal(sizePt / unitsPerEm);
      const paths = glyphs.map(({ id, x, y }) => {
        const outline = openFace(fonts, face).outlineOf(id);
        return outline && `<path transform="translate(${x} ${y})" d="${outline}"/>`;
      });
      const matrix = `${scale} 0 0 -${scale} ${decimal(xPt)} ${decimal(heightPt - baselinePt)}`;
      return `<g transform="matrix(${matrix})">${paths.join("")}</g>`;
    }),
  );
  return `<g>${runs.join("")}</g>`;
}

const decimal = (value: number) => Number(value.toFixed(6));
