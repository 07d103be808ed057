import { fromLatin1 } from "#lib/bytes.ts";
import type { Color, Drawing, ImagePart, PathPart, TextPart } from "#lib/pdf/drawing/drawing.ts";
import { addImage, type RasterImage } from "#lib/pdf/drawing/image.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { type EmbeddedFonts, embedFonts } from "#lib/pdf/fonts/embed.ts";
import {
  numberSyntax,
  type PdfObject,
  type PdfRef,
  pdfDict,
  pdfName,
  pdfText,
  serialize,
} from "#lib/pdf/objects.ts";
import type { PdfMatrix } from "#lib/pdf/placement.ts";
import { textOperators } from "#lib/pdf/text/draw-pdf.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

/** Writes one drawing as a form XObject; the matrix turns it upright on a page that is displayed rotated. */
export type DrawingWriter = (drawing: Drawing, sink: ObjectSink, matrix: PdfMatrix) => PdfRef;

/**
 * Makes a writer for all drawings of one update, which share the fonts and pictures they have in common. The
 * fonts are embedded with the first drawing that is written.
 *
 * @param drawings all that may be written; what they say decides which glyphs the fonts hold.
 * @see ISO 32000-2 §8.10 (form XObjects), §12.5.5 (appearance streams)
 */
export function drawingWriter(drawings: readonly Drawing[], fonts: FontLibrary): DrawingWriter {
  const texts = drawings.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === "text" ? [part.layout] : [])),
  );
  let shared: Shared | undefined;
  return (drawing, sink, matrix) => {
    shared ??= { fonts, sink, embedded: embedFonts(texts, fonts, sink), images: new Map() };
    if (shared.sink !== sink) throw new TypeError("fonts cannot be shared between two updates");
    return writeForm(drawing, matrix, shared);
  };
}

interface Shared {
  readonly fonts: FontLibrary;
  readonly sink: ObjectSink;
  readonly embedded: EmbeddedFonts;
  readonly images: Map<RasterImage, PdfRef>;
}

function writeForm(drawing: Drawing, matrix: PdfMatrix, shared: Shared): PdfRef {
  const faces = new Resources<FaceName>("F");
  const images = new Resources<RasterImage>("I");
  const content = drawing.parts.map((part) => {
    if (part.kind === "path") return pathOperators(part);
    if (part.kind === "image") return imageOperators(part, images.name(part.image));
    return textPartOperators(part, faces, shared);
  });
  const resources = pdfDict({
    Font: faces.dict((face) => shared.embedded.get(face)!.ref),
    XObject: images.dict((image) => imageRef(image, shared)),
  });
  return shared.sink.add(
    flateStream(fromLatin1(spoken(content.join(""), drawing.alternative)), {
      Type: pdfName("XObject"),
      Subtype: pdfName("Form"),
      BBox: [0, 0, drawing.widthPt, drawing.heightPt],
      Matrix: [...matrix],
      Resources: resources,
    }),
  );
}

/** §14.9.3: the description of marked content tagged Span. */
function spoken(content: string, alternative: string | undefined): string {
  if (alternative === undefined) return content;
  const said = pdfDict({ Lang: pdfText("en"), Alt: pdfText(alternative) });
  return `/Span ${serialize(said)} BDC\n${content}EMC\n`;
}

/** Names for what a content stream uses, in order of use. */
class Resources<Used> {
  readonly #prefix: string;
  readonly #names = new Map<Used, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  name(used: Used): string {
    const name = this.#names.get(used) ?? `${this.#prefix}${this.#names.size}`;
    this.#names.set(used, name);
    return name;
  }

  dict(refOf: (used: Used) => PdfRef): PdfObject | undefined {
    if (this.#names.size === 0) return undefined;
    return pdfDict(Object.fromEntries([...this.#names].map(([used, name]) => [name, refOf(used)])));
  }
}

function imageRef(image: RasterImage, { images, sink }: Shared): PdfRef {
  const ref = images.get(image) ?? addImage(image, sink);
  images.set(image, ref);
  return ref;
}

function textPartOperators(
  { layout, color, xPt, yPt }: TextPart,
  faces: Resources<FaceName>,
  { embedded, fonts }: Shared,
): string {
  const text = textOperators(layout, embedded, (face) => faces.name(face), fonts);
  return text && `q\n${rgb(color)} rg\n1 0 0 1 ${numbers([xPt, yPt])} cm\n${text}Q\n`;
}

const PATH_OPERATORS = { M: "m", L: "l", C: "c", Z: "h" } as const;

function pathOperators({ segments, color, strokeWidthPt }: PathPart): string {
  const path = segments.map(([operator, ...operands]) => {
    const written = numbers(operands as number[]);
    return `${written}${written && " "}${PATH_OPERATORS[operator]}\n`;
  });
  if (strokeWidthPt === undefined) return `q\n${rgb(color)} rg\n${path.join("")}f\nQ\n`;
  return `q\n${rgb(color)} RG\n${numbers([strokeWidthPt])} w\n1 J\n1 j\n${path.join("")}S\nQ\n`;
}

const imageOperators = ({ xPt, yPt, widthPt, heightPt }: ImagePart, name: string) =>
  `q\n${numbers([widthPt, 0, 0, heightPt, xPt, yPt])} cm\n/${name} Do\nQ\n`;

const rgb = (color: Color): string =>
  numbers([1, 3, 5].map((index) => Number.parseInt(color.slice(index, index + 2), 16) / 255));

const numbers = (values: readonly number[]): string =>
  values.map((value) => numberSyntax(Number(value.toFixed(4)))).join(" ");
