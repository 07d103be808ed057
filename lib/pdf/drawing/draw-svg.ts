import { toBase64 } from "#lib/bytes.ts";
import {
  type Drawing,
  type ImagePart,
  type PathPart,
  pathData,
  type TextPart,
} from "#lib/pdf/drawing/drawing.ts";
import { pngOf } from "#lib/pdf/drawing/image.ts";
import { textSvg } from "#lib/pdf/text/draw-svg.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

/**
 * The drawing for the screen: only outlines and pixels, so it needs no font and says nothing to a screen
 * reader. Whoever shows it names it.
 *
 * @returns an `svg` element; its units are points.
 */
export function drawingSvg({ widthPt, heightPt, parts }: Drawing, fonts: FontLibrary): string {
  const shapes = parts.map((part) => {
    if (part.kind === "path") return pathSvg(part, heightPt);
    return part.kind === "image" ? imageSvg(part, heightPt) : textPartSvg(part, heightPt, fonts);
  });
  const size = `width="${decimal(widthPt)}" height="${decimal(heightPt)}"`;
  const box = `viewBox="0 0 ${decimal(widthPt)} ${decimal(heightPt)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} ${size}>${shapes.join("")}</svg>`;
}

function pathSvg(part: PathPart, heightPt: number): string {
  const { color, strokeWidthPt } = part;
  const line = `fill="none" stroke="${color}" stroke-width="${strokeWidthPt}" stroke-linecap="round" stroke-linejoin="round"`;
  const paint = strokeWidthPt === undefined ? `fill="${color}"` : line;
  return `<path ${paint} d="${pathData(part, heightPt)}"/>`;
}

function textPartSvg(part: TextPart, heightPt: number, fonts: FontLibrary): string {
  const { layout, color, xPt, yPt, boxHeightPt } = part;
  const at = `translate(${decimal(xPt)} ${decimal(heightPt - yPt - boxHeightPt)})`;
  return `<g fill="${color}" transform="${at}">${textSvg(layout, boxHeightPt, fonts)}</g>`;
}

function imageSvg(
  { image, xPt, yPt, widthPt, heightPt: imageHeightPt }: ImagePart,
  heightPt: number,
): string {
  const [x, y] = [decimal(xPt), decimal(heightPt - yPt - imageHeightPt)];
  const size = `width="${decimal(widthPt)}" height="${decimal(imageHeightPt)}" preserveAspectRatio="none"`;
  return `<image x="${x}" y="${y}" ${size} href="data:image/png;base64,${toBase64(pngOf(image))}"/>`;
}

const decimal = (value: number) => Number(value.toFixed(4));
