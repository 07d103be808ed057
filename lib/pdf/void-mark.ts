import { fromLatin1 } from "#lib/bytes.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import { drawField, type FieldContent } from "./appearance.ts";
import { drawingWriter } from "./drawing/draw-pdf.ts";
import { drawingSvg } from "./drawing/draw-svg.ts";
import type { Color, Drawing } from "./drawing/drawing.ts";
import type { FormWriter } from "./fields.ts";
import { numberSyntax, type PdfRef, PdfStream, pdfDict, pdfName } from "./objects.ts";
import { displayedSize, type PageBox, uprightMatrix } from "./placement.ts";
import { isRefused } from "./text/layout.ts";
import type { ObjectSink } from "./update.ts";

const WORD = "VOID";
const RED: Color = "#a32020";
/** Strong enough to be seen on any page, and what is written there can be read through it. */
const OPACITY = 0.35;
const BOX = { widthPt: 300, heightPt: 110 };
/** Of the page's diagonal. */
const SHARE = 0.7;

/** The word as it is drawn on what was withdrawn, in a box of its own. */
function voidWord(fonts: FontLibrary): Drawing {
  const content: FieldContent = {
    kind: "text",
    text: WORD,
    lines: "single",
    align: "center",
    preferredSizePt: 100,
    style: "serif-semibold",
  };
  const drawing = drawField(content, BOX, fonts);
  if (isRefused(drawing)) throw new RangeError(`${WORD} cannot be drawn`);
  return { ...drawing, parts: drawing.parts.map((part) => ({ ...part, color: RED })) };
}

/** From the middle of the word's box to a page so large: turned along its diagonal, in the middle. */
function spread(widthPt: number, heightPt: number) {
  const diagonal = Math.hypot(widthPt, heightPt);
  return { angle: Math.atan2(heightPt, widthPt), scale: (diagonal * SHARE) / BOX.widthPt };
}

/**
 * Writes the word VOID across every page, and a line in the margin, in place of a form: for a copy of something that was
 * withdrawn.
 *
 * @param inner what else stands on the pages.
 */
export function voidWriter(inner: FormWriter, fonts: FontLibrary): FormWriter {
  return {
    begin(sink, pages, pageRefs, tags) {
      const written = inner.begin(sink, pages, pageRefs, tags);
      const mark = addMark(sink, fonts);
      const marked = pages.map((page, index) => {
        const own = written.pages.get(index) ?? { widgets: [], drawing: "", xObjects: new Map() };
        const xObjects = new Map(own.xObjects).set("WhereofVoid", mark);
        return [index, { ...own, drawing: `${own.drawing}${across(page)}`, xObjects }] as const;
      });
      return { form: written.form, pages: new Map(marked) };
    },
  };
}

/** A form XObject that lets through what is below it (ISO 32000-2 §11.6.4.4). */
function addMark(sink: ObjectSink, fonts: FontLibrary): PdfRef {
  const word = voidWord(fonts);
  const form = drawingWriter([word], fonts)(word, sink, [1, 0, 0, 1, 0, 0]);
  const dict = pdfDict({
    ...{ Type: pdfName("XObject"), Subtype: pdfName("Form"), BBox: [0, 0, BOX.widthPt, BOX.heightPt] },
    Resources: pdfDict({
      ExtGState: pdfDict({ Through: pdfDict({ ca: OPACITY, CA: OPACITY }) }),
      XObject: pdfDict({ Word: form }),
    }),
  });
  return sink.add(new PdfStream(dict, fromLatin1("/Through gs /Word Do\n")));
}

/** Upright as the page is displayed. */
function across(page: PageBox): string {
  const { widthPt, heightPt } = displayedSize(page);
  const { angle, scale } = spread(widthPt, heightPt);
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [midX, midY] = [BOX.widthPt / 2, BOX.heightPt / 2];
  const turned = [
    ...[cos, sin, -sin, cos],
    ...[widthPt / 2 - cos * midX + sin * midY, heightPt / 2 - sin * midX - cos * midY],
  ];
  const [a, b, c, d, e, f] = uprightMatrix(page.rotation, widthPt, heightPt);
  const cm = (numbers: readonly number[]) =>
    `${numbers.map((value) => numberSyntax(Number(value.toFixed(4)))).join(" ")} cm `;
  return `q ${cm([a, b, c, d, e + page.left, f + page.bottom])}${cm(turned)}/WhereofVoid Do Q\n`;
}

/** The same for a page's picture: an SVG that is laid over it. */
export function voidSvg(widthPx: number, heightPx: number, fonts: FontLibrary): string {
  const { angle, scale } = spread(widthPx, heightPx);
  const turned = [
    `translate(${widthPx / 2} ${heightPx / 2}) rotate(${(-angle * 180) / Math.PI}) scale(${scale})`,
    `translate(${-BOX.widthPt / 2} ${-BOX.heightPt / 2})`,
  ].join(" ");
  const size = `width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><g opacity="${OPACITY}" transform="${turned}">${drawingSvg(voidWord(fonts), fonts)}</g></svg>`;
}
