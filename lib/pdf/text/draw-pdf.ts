import { type EmbeddedFont, type EmbeddedFonts, hex4, utf16Hex, widthOf } from "#lib/pdf/fonts/embed.ts";
import { signsOf } from "#lib/pdf/fonts/signs.ts";
import { numberSyntax } from "#lib/pdf/objects.ts";
import { type OpenFace, openFace } from "#lib/pdf/text/harfbuzz.ts";
import type { LayoutRun, TextLayout } from "#lib/pdf/text/place.ts";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

/**
 * The operators that show a layout, in the current color, from the lower left corner of its box.
 *
 * @param embedded     by `embedFonts`, from layouts this one was among.
 * @param resourceName of a face, in the Font resources of the content stream.
 * @returns content stream syntax, one character a byte.
 */
export function textOperators(
  { lines, sizePt }: TextLayout,
  embedded: EmbeddedFonts,
  resourceName: (face: FaceName) => string,
  fonts: FontLibrary,
): string {
  const shown = lines.flatMap(({ runs, baselinePt }) =>
    runs.map((run) => {
      const font = `/${resourceName(run.face)} ${numberSyntax(sizePt)} Tf\n`;
      const face = openFace(fonts, run.face);
      const signs = showSigns(run, baselinePt, face, embedded.get(run.face)!);
      return withActualText(run, font + signs);
    }),
  );
  return shown.length > 0 ? `BT\n${shown.join("")}ET\n` : "";
}

/**
 * ISO 32000-2 §14.9.4. Poppler and PDFium take even an ActualText to be in visual order and turn it around,
 * so what runs right to left is left to the codes of its glyphs, as other producers do.
 */
function withActualText({ text, isRightToLeft }: LayoutRun, operators: string): string {
  return isRightToLeft ? operators : `/Span <</ActualText <feff${utf16Hex(text)}>>> BDC\n${operators}EMC\n`;
}

/** Shows one run on a baseline; its font is set already. */
export function showSigns(run: LayoutRun, baselinePt: number, face: OpenFace, font: EmbeddedFont): string {
  let shown = "";
  let pen = 0;
  for (const { sign, x } of signsOf(run, face)) {
    // The pen is followed as a viewer moves it, so rounding never adds up.
    const back = Number((pen - (x * 1000) / run.unitsPerEm).toFixed(3));
    if (back !== 0) shown += numberSyntax(back);
    shown += `<${hex4(font.codeOf(sign))}>`;
    pen += widthOf(sign.width, face) - back;
  }
  const at = `1 0 0 1 ${decimal(run.xPt)} ${decimal(baselinePt)} Tm`;
  return `${at}\n[${shown.replaceAll("><", "")}] TJ\n`;
}

const decimal = (value: number) => numberSyntax(Number(value.toFixed(4)));
