/** A page as displayed: its visible box in user space, before the clockwise rotation is applied. */
export interface PageBox {
  /** Lower left corner, in default user space units. */
  readonly left: number;
  readonly bottom: number;
  /** In default user space units: points, unless UserUnit says otherwise. */
  readonly widthPt: number;
  readonly heightPt: number;
  readonly rotation: 0 | 90 | 180 | 270;
  /** Points in one user space unit (ISO 32000-2 §8.3.2.3). */
  readonly userUnit: number;
}

/** A box as fractions 0–1 of the page as displayed; origin top left. */
export interface NormalizedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lower left, then upper right corner, in user space. */
export type PdfRect = readonly [left: number, bottom: number, right: number, top: number];

/** A transformation matrix `a b c d e f` (ISO 32000-2 §8.3.3). */
export type PdfMatrix = readonly [number, number, number, number, number, number];

/** Width and height of the page as displayed, in user space units. */
export function displayedSize(page: PageBox): { widthPt: number; heightPt: number } {
  const isTurned = page.rotation === 90 || page.rotation === 270;
  return isTurned ? { widthPt: page.heightPt, heightPt: page.widthPt } : page;
}

const SLACK = 1e-6;

/**
 * Turns a box drawn on screen into a rectangle in PDF user space.
 *
 * @param box fractions 0–1 of the page as displayed; origin top left.
 * @param page CropBox in user space units and its clockwise /Rotate, in degrees.
 * @returns user space units, before rotation; lower left then upper right corner.
 * @throws RangeError if the box leaves the page: a caller's bug, not a person's mistake
 * @see ISO 32000-2 §7.7.3.3 (CropBox, Rotate), §8.3.2.3 (user space)
 */
export function toPdfRect(box: NormalizedBox, page: PageBox): PdfRect {
  const { x, y, width, height } = box;
  const isInside =
    x >= -SLACK &&
    y >= -SLACK &&
    width > 0 &&
    height > 0 &&
    x + width <= 1 + SLACK &&
    y + height <= 1 + SLACK;
  if (!isInside) throw new RangeError("the box leaves the page");
  const size = displayedSize(page);
  const [left, top] = [x * size.widthPt, y * size.heightPt];
  const [right, bottom] = [left + width * size.widthPt, top + height * size.heightPt];
  const farX = page.left + page.widthPt;
  const farY = page.bottom + page.heightPt;
  switch (page.rotation) {
    case 0:
      return rounded([page.left + left, farY - bottom, page.left + right, farY - top]);
    case 90:
      return rounded([page.left + top, page.bottom + left, page.left + bottom, page.bottom + right]);
    case 180:
      return rounded([farX - right, page.bottom + top, farX - left, page.bottom + bottom]);
    case 270:
      return rounded([farX - bottom, farY - right, farX - top, farY - left]);
  }
}

/** A thousandth of a unit is finer than any device draws, and keeps the file readable. */
const rounded = (rect: PdfRect): PdfRect =>
  rect.map((value) => Math.round(value * 1000) / 1000) as unknown as PdfRect;

/** The other way: where a rectangle in user space is on the page as displayed, cut off at its edges. */
export function toNormalizedBox(rect: PdfRect, page: PageBox): NormalizedBox {
  const [left, bottom, right, top] = rect;
  const farX = page.left + page.widthPt;
  const farY = page.bottom + page.heightPt;
  const size = displayedSize(page);
  const edges = {
    0: [left - page.left, farY - top, right - page.left, farY - bottom],
    90: [bottom - page.bottom, left - page.left, top - page.bottom, right - page.left],
    180: [farX - right, bottom - page.bottom, farX - left, top - page.bottom],
    270: [farY - top, farX - right, farY - bottom, farX - left],
  }[page.rotation] as [number, number, number, number];
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  const [x, y] = [cut(edges[0] / size.widthPt), cut(edges[1] / size.heightPt)];
  return { x, y, width: cut(edges[2] / size.widthPt) - x, height: cut(edges[3] / size.heightPt) - y };
}

/**
 * The form matrix that makes an appearance drawn upright in a box of `widthPt` by `heightPt` stand upright on a
 * rotated page.
 *
 * @param widthPt, heightPt of the appearance's BBox, as displayed.
 * @see ISO 32000-2 §12.5.5, algorithm 8: the transformed BBox is fitted to the Rect
 */
export function uprightMatrix(rotation: PageBox["rotation"], widthPt: number, heightPt: number): PdfMatrix {
  switch (rotation) {
    case 0:
      return [1, 0, 0, 1, 0, 0];
    case 90:
      return [0, 1, -1, 0, heightPt, 0];
    case 180:
      return [-1, 0, 0, -1, widthPt, heightPt];
    case 270:
      return [0, -1, 1, 0, 0, widthPt];
  }
}
