import { drawingWriter } from "#lib/pdf/drawing/draw-pdf.ts";
import type { Color, Drawing, PathSegment } from "#lib/pdf/drawing/drawing.ts";
import type { RasterImage } from "#lib/pdf/drawing/image.ts";
import { textPart } from "#lib/pdf/drawing/mark.ts";
import { numberSyntax, type PdfDict, type PdfRef, pdfDict, pdfName } from "#lib/pdf/objects.ts";
import {
  displayedSize,
  type NormalizedBox,
  type PageBox,
  toPdfRect,
  uprightMatrix,
} from "#lib/pdf/placement.ts";
import type { Overlay } from "#lib/pdf/redaction/redact.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import { EDIT_COLORS, type PageAddition, type PageMark } from "./page-edits.ts";

/** Something to be drawn on a page, in its box as displayed. */
export interface PlacedDrawing {
  readonly page: number;
  readonly box: NormalizedBox;
  readonly drawing: Drawing;
  /** Lets what is below shine through, as a marker does. */
  readonly isMarker?: boolean;
  /** Found and copied, never seen. */
  readonly isInvisible?: boolean;
}

/** Why something cannot be drawn. */
export interface EditRefusal {
  readonly reason: "overflow" | "missing-glyph" | "hidden-character";
  readonly page: number;
}

const BLACK: Color = "#000000";
const WHITE: Color = "#ffffff";
const KAPPA = 0.5522847498;

const rectangle = (x: number, y: number, width: number, height: number): PathSegment[] => [
  ...([
    ["M", x, y],
    ["L", x + width, y],
  ] as const),
  ...([["L", x + width, y + height], ["L", x, y + height], ["Z"]] as const),
];

function ellipse(x: number, y: number, width: number, height: number): PathSegment[] {
  const [rx, ry] = [width / 2, height / 2];
  const [cx, cy, kx, ky] = [x + rx, y + ry, rx * KAPPA, ry * KAPPA];
  return [
    ["M", cx + rx, cy],
    ["C", cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry],
    ["C", cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy],
    ["C", cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry],
    ["C", cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy],
    ["Z"],
  ];
}

/** The black box that stays, with its label where it fits. */
export function drawMark(mark: PageMark, page: PageBox, fonts: FontLibrary): PlacedDrawing {
  const { widthPt, heightPt } = sizeOf(mark, page);
  const black = { kind: "path", segments: rectangle(0, 0, widthPt, heightPt), color: BLACK } as const;
  const label =
    mark.label === ""
      ? null
      : textPart(
          {
            text: mark.label,
            lines: "single",
            preferredSizePt: Math.min(9, heightPt * 0.7),
            minimumSizePt: 3,
          },
          { xPt: 0, yPt: 0, widthPt, heightPt, anchor: 0.5 },
          ...([WHITE, fonts] as const),
        );
  const parts = label && !isRefused(label) ? [black, label] : [black];
  return { page: mark.page, box: mark, drawing: { widthPt, heightPt, parts } };
}

/** @param pictures of the additions that are pictures, by their place among all. */
export function drawAddition(
  addition: PageAddition,
  page: PageBox,
  picture: RasterImage | null,
  fonts: FontLibrary,
): PlacedDrawing | EditRefusal {
  const box = boxOf(addition, page);
  const { widthPt, heightPt } = sizeOf(box, page);
  const placed = (parts: Drawing["parts"], more: Partial<PlacedDrawing> & { alternative?: string } = {}) => ({
    ...{ page: addition.page, box, isMarker: more.isMarker ?? false },
    drawing: { widthPt, heightPt, parts, ...(more.alternative ? { alternative: more.alternative } : {}) },
  });
  switch (addition.kind) {
    case "text": {
      const part = textPart(
        {
          ...{ text: addition.text, lines: "multiple", verticalAlign: "top" },
          ...{ preferredSizePt: addition.sizePt, minimumSizePt: Math.max(4, addition.sizePt * 0.6) },
        },
        { xPt: 0, yPt: 0, widthPt, heightPt, anchor: 0 },
        EDIT_COLORS[addition.color],
        fonts,
      );
      return isRefused(part) ? { reason: part.reason, page: addition.page } : placed([part]);
    }
    case "picture": {
      const image = { kind: "image", image: picture!, xPt: 0, yPt: 0, widthPt, heightPt } as const;
      return placed([image], { alternative: addition.alternative });
    }
    case "highlight":
      return placed(
        [{ kind: "path", segments: rectangle(0, 0, widthPt, heightPt), color: EDIT_COLORS[addition.color] }],
        { isMarker: true },
      );
    case "rectangle":
    case "ellipse": {
      const inset = addition.isFilled ? 0 : Math.min(addition.strokeWidthPt / 2, widthPt / 2, heightPt / 2);
      const shape = addition.kind === "ellipse" ? ellipse : rectangle;
      const segments = shape(inset, inset, widthPt - 2 * inset, heightPt - 2 * inset);
      const stroke = addition.isFilled ? {} : { strokeWidthPt: addition.strokeWidthPt };
      return placed([{ kind: "path", segments, color: EDIT_COLORS[addition.color], ...stroke }]);
    }
    case "line":
    case "drawing": {
      const size = displayedSize(page);
      const segments = addition.points.map(
        ([x, y], index): PathSegment => [
          ...([index === 0 ? "M" : "L"] as const),
          (x - box.x) * size.widthPt,
          heightPt - (y - box.y) * size.heightPt,
        ],
      );
      const { strokeWidthPt } = addition;
      return placed([{ kind: "path", segments, color: EDIT_COLORS[addition.color], strokeWidthPt }]);
    }
  }
}

/** Around a line and half its width on each side, as far as the page goes. */
function boxOf(addition: PageAddition, page: PageBox): NormalizedBox {
  if (!("points" in addition)) return addition;
  const size = displayedSize(page);
  const [byX, byY] = [addition.strokeWidthPt / size.widthPt, addition.strokeWidthPt / size.heightPt];
  const xs = addition.points.map(([x]) => x);
  const ys = addition.points.map(([, y]) => y);
  const [x, y] = [Math.max(0, Math.min(...xs) - byX), Math.max(0, Math.min(...ys) - byY)];
  return {
    ...{ x, y },
    width: Math.min(1, Math.max(...xs) + byX) - x,
    height: Math.min(1, Math.max(...ys) + byY) - y,
  };
}

function sizeOf({ width, height }: NormalizedBox, page: PageBox) {
  const size = displayedSize(page);
  return { widthPt: width * size.widthPt, heightPt: height * size.heightPt };
}

/** Words in the places where they were, for who searches or listens: a page that is a picture has them below it. */
export function invisibleWords(
  words: readonly { readonly text: string; readonly box: NormalizedBox }[],
  page: number,
  pageBox: PageBox,
  fonts: FontLibrary,
): PlacedDrawing[] {
  return words.flatMap(({ text, box }) => {
    const { widthPt, heightPt } = sizeOf(box, pageBox);
    const part = textPart(
      { text, lines: "single", preferredSizePt: Math.max(2, heightPt), minimumSizePt: 1 },
      { xPt: 0, yPt: 0, widthPt, heightPt: heightPt * 1.4, anchor: 0 },
      BLACK,
      fonts,
    );
    if (isRefused(part)) return [];
    return [{ page, box, drawing: { widthPt, heightPt, parts: [part] }, isInvisible: true }];
  });
}

/**
 * Writes drawings onto pages.
 *
 * @param prefix of the names the drawings get in their pages' resources: in no page there is one like it.
 */
export function overlayWriter(drawings: readonly PlacedDrawing[], prefix: string, fonts: FontLibrary) {
  const write = drawingWriter(
    drawings.map(({ drawing }) => drawing),
    fonts,
  );
  return (page: number, box: PageBox, sink: ObjectSink): Overlay | null => {
    const own = drawings.filter((one) => one.page === page);
    if (own.length === 0) return null;
    const xObjects = new Map<string, PdfRef>();
    const states = new Map<string, PdfDict>();
    const operators = own.map(({ box: place, drawing, isMarker, isInvisible }, index) => {
      const rect = toPdfRect(place, box);
      const { widthPt, heightPt } = drawing;
      xObjects.set(`${prefix}${index}`, write(drawing, sink, uprightMatrix(box.rotation, widthPt, heightPt)));
      // §11.3.5: what is below shows through as through the ink of a marker.
      if (isMarker) states.set(`${prefix}M`, pdfDict({ BM: pdfName("Multiply") }));
      const before = `${isMarker ? `/${prefix}M gs ` : ""}${isInvisible ? "3 Tr " : ""}`;
      return `q ${before}1 0 0 1 ${numberSyntax(rect[0])} ${numberSyntax(rect[1])} cm /${prefix}${index} Do Q\n`;
    });
    return { operators: operators.join(""), xObjects, states };
  };
}
