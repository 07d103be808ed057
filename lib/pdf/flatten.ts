import { numberSyntax, type PdfDict, type PdfObject, PdfRef, PdfStream } from "./objects.ts";
import { type Page, rectangle } from "./pages.ts";
import type { PdfFile } from "./reader.ts";

const HIDDEN = 1 << 1;
const PRINT = 1 << 2;
const NO_VIEW = 1 << 5;

/** Annotations that play, run or open something; what they look like may stay, they may not. */
const ACTIVE_KINDS = new Set([
  "Movie",
  "Sound",
  "Screen",
  "RichMedia",
  "3D",
  "TrapNet",
  "PrinterMark",
  "Projection",
]);

export type AnnotationFate =
  | "kept"
  | "hidden"
  | "undrawn"
  | "flattened-field"
  | "flattened-media"
  | "program";

/** What becomes of an annotation when the file is normalized. */
export function fateOf(file: PdfFile, annotation: PdfDict, carriesProgram: boolean): AnnotationFate {
  const kind = file.name(annotation.get("Subtype")) ?? "";
  const flags = file.number(annotation.get("F")) ?? 0;
  if (kind === "Widget") return "flattened-field";
  if (carriesProgram) return "program";
  if (ACTIVE_KINDS.has(kind)) return "flattened-media";
  // Seen on paper but not on screen, or on neither: nobody agreed to it.
  if ((flags & HIDDEN) !== 0 || (flags & NO_VIEW) !== 0) return "hidden";
  // Without an appearance of its own each reader draws it in its own way, or not at all (ISO 32000-2 §12.5.5).
  return kind === "Link" || normalAppearance(file, annotation) !== null ? "kept" : "undrawn";
}

/** Whether a reader shows the annotation on screen. */
export function isShown(file: PdfFile, annotation: PdfDict): boolean {
  const flags = file.number(annotation.get("F")) ?? 0;
  return (flags & (HIDDEN | NO_VIEW)) === 0;
}

/** Invisible, NoZoom, NoRotate, ToggleNoView: seen or not, larger or elsewhere, as a reader and its zoom would have it. */
const UNSETTLED = (1 << 0) | (1 << 3) | (1 << 4) | (1 << 8);

/** The flags an annotation keeps: always the same, on screen at any size and on paper (§12.5.3). */
export const settledFlags = (flags: number): number => (flags | PRINT) & ~UNSETTLED;

/** Whether it could look different by program, zoom or pointer. */
export function isUnsettled(file: PdfFile, annotation: PdfDict): boolean {
  const states = [...(file.dict(annotation.get("AP"))?.keys() ?? [])];
  return ((file.number(annotation.get("F")) ?? 0) & UNSETTLED) !== 0 || states.some((key) => key !== "N");
}

/** An annotation's normal appearance in its present state (§12.5.5); the stream's reference and itself. */
export function normalAppearance(
  file: PdfFile,
  annotation: PdfDict,
): { ref: PdfRef; stream: PdfStream } | null {
  const normal = file.dict(annotation.get("AP"))?.get("N");
  const found = file.resolve(normal);
  if (found instanceof PdfStream) return normal instanceof PdfRef ? { ref: normal, stream: found } : null;
  const state = file.name(annotation.get("AS")) ?? "Off";
  const chosen = file.dict(found)?.get(state);
  const stream = file.resolve(chosen);
  return stream instanceof PdfStream && chosen instanceof PdfRef ? { ref: chosen, stream } : null;
}

/**
 * The operators that draw a form XObject where an annotation's rectangle would show it.
 *
 * @returns null when box or rectangle have no area. @see ISO 32000-2 §12.5.5, algorithm 8
 */
export function placeAppearance(
  file: PdfFile,
  annotation: PdfDict,
  form: PdfDict,
  name: string,
): string | null {
  const rect = rectangle(file, annotation.get("Rect"));
  const box = rectangle(file, form.get("BBox"));
  if (!rect || !box) return null;
  const given = file.array(form.get("Matrix")).map((item) => file.number(item));
  const [a, b, c, d, e, f] = (
    given.length === 6 && given.every((value) => value !== undefined) ? given : [1, 0, 0, 1, 0, 0]
  ) as [number, number, number, number, number, number];
  const corners = [
    [box[0], box[1]],
    [box[2], box[1]],
    [box[0], box[3]],
    [box[2], box[3]],
  ].map(([x, y]) => [a * x! + c * y! + e, b * x! + d * y! + f] as const);
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - bottom];
  if (!(width > 0 && height > 0)) return null;
  const [scaleX, scaleY] = [(rect[2] - rect[0]) / width, (rect[3] - rect[1]) / height];
  const matrix = [scaleX, 0, 0, scaleY, rect[0] - left * scaleX, rect[1] - bottom * scaleY];
  return `q ${matrix.map(numberSyntax).join(" ")} cm /${name} Do Q\n`;
}

/** A page's resources with further form XObjects in them, as direct dictionaries of this page alone. */
export function withXObjects(file: PdfFile, page: Page, added: ReadonlyMap<string, PdfObject>): PdfDict {
  const resources: PdfDict = new Map(file.dict(page.inherited.Resources) ?? []);
  const known = file.dict(resources.get("XObject")) ?? [];
  resources.set("XObject", new Map([...known, ...added]));
  return resources;
}

/** The operators for a field's own background and border (MK, §12.5.6.19), when nobody drew it an appearance. */
export function drawDecoration(file: PdfFile, widget: PdfDict): string {
  const rect = rectangle(file, widget.get("Rect"));
  const look = file.dict(widget.get("MK"));
  if (!rect || !look) return "";
  const background = colorOperator(file, look.get("BG"), ["g", "rg", "k"]);
  const border = colorOperator(file, look.get("BC"), ["G", "RG", "K"]);
  const width = file.number(file.dict(widget.get("BS"))?.get("W")) ?? 1;
  const box = (inset: number) =>
    [rect[0] + inset, rect[1] + inset, rect[2] - rect[0] - 2 * inset, rect[3] - rect[1] - 2 * inset]
      .map(numberSyntax)
      .join(" ");
  const filled = background ? `${background} ${box(0)} re f ` : "";
  const stroked = border && width > 0 ? `${border} ${numberSyntax(width)} w ${box(width / 2)} re S ` : "";
  return filled || stroked ? `q ${filled}${stroked}Q\n` : "";
}

/** A color by its number of components: gray, RGB or CMYK; none of them means transparent. */
function colorOperator(
  file: PdfFile,
  object: PdfObject | undefined,
  operators: readonly [string, string, string],
) {
  const values = file.array(object).map((item) => file.number(item) ?? 0);
  const operator = { 1: operators[0], 3: operators[1], 4: operators[2] }[values.length];
  return operator ? `${values.map(numberSyntax).join(" ")} ${operator}` : null;
}
