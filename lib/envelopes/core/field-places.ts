import type { FieldType } from "./fields/field-types.ts";

/** A box as fractions 0–1 of its page as displayed; origin top left. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A page as displayed, in points. */
export interface PageSize {
  readonly widthPt: number;
  readonly heightPt: number;
}

/** How large a field is when it is put on a page, in points. */
const USUAL_PT: Readonly<Record<FieldType, PageSize>> = {
  signature: { widthPt: 180, heightPt: 54 },
  initials: { widthPt: 72, heightPt: 40 },
  stamp: { widthPt: 110, heightPt: 70 },
  date: { widthPt: 110, heightPt: 24 },
  name: { widthPt: 170, heightPt: 24 },
  forename: { widthPt: 120, heightPt: 24 },
  surname: { widthPt: 120, heightPt: 24 },
  title: { widthPt: 150, heightPt: 24 },
  company: { widthPt: 170, heightPt: 24 },
  text: { widthPt: 170, heightPt: 24 },
  cells: { widthPt: 160, heightPt: 24 },
  day: { widthPt: 110, heightPt: 24 },
  number: { widthPt: 100, heightPt: 24 },
  amount: { widthPt: 120, heightPt: 24 },
  email: { widthPt: 190, heightPt: 24 },
  phone: { widthPt: 140, heightPt: 24 },
  ssn: { widthPt: 110, heightPt: 24 },
  ein: { widthPt: 110, heightPt: 24 },
  zip: { widthPt: 90, heightPt: 24 },
  pattern: { widthPt: 140, heightPt: 24 },
  checkbox: { widthPt: 16, heightPt: 16 },
  radio: { widthPt: 16, heightPt: 16 },
  dropdown: { widthPt: 160, heightPt: 24 },
  attachment: { widthPt: 190, heightPt: 24 },
  image: { widthPt: 140, heightPt: 100 },
  payment: { widthPt: 140, heightPt: 30 },
  formula: { widthPt: 120, heightPt: 24 },
  link: { widthPt: 170, heightPt: 24 },
  note: { widthPt: 200, heightPt: 40 },
  approve: { widthPt: 120, heightPt: 30 },
  decline: { widthPt: 120, heightPt: 30 },
};

/** Below this, what belongs into a field cannot be read any more; in points. */
const LEAST_PT: Readonly<Record<FieldType, PageSize>> = {
  signature: { widthPt: 60, heightPt: 28 },
  initials: { widthPt: 28, heightPt: 20 },
  stamp: { widthPt: 40, heightPt: 28 },
  date: { widthPt: 40, heightPt: 12 },
  name: { widthPt: 40, heightPt: 12 },
  forename: { widthPt: 40, heightPt: 12 },
  surname: { widthPt: 40, heightPt: 12 },
  title: { widthPt: 40, heightPt: 12 },
  company: { widthPt: 40, heightPt: 12 },
  text: { widthPt: 20, heightPt: 12 },
  cells: { widthPt: 20, heightPt: 12 },
  day: { widthPt: 40, heightPt: 12 },
  number: { widthPt: 20, heightPt: 12 },
  amount: { widthPt: 40, heightPt: 12 },
  email: { widthPt: 40, heightPt: 12 },
  phone: { widthPt: 40, heightPt: 12 },
  ssn: { widthPt: 40, heightPt: 12 },
  ein: { widthPt: 40, heightPt: 12 },
  zip: { widthPt: 40, heightPt: 12 },
  pattern: { widthPt: 40, heightPt: 12 },
  checkbox: { widthPt: 8, heightPt: 8 },
  radio: { widthPt: 8, heightPt: 8 },
  dropdown: { widthPt: 40, heightPt: 12 },
  attachment: { widthPt: 60, heightPt: 12 },
  image: { widthPt: 24, heightPt: 24 },
  payment: { widthPt: 40, heightPt: 12 },
  formula: { widthPt: 40, heightPt: 12 },
  link: { widthPt: 40, heightPt: 12 },
  note: { widthPt: 40, heightPt: 12 },
  approve: { widthPt: 40, heightPt: 12 },
  decline: { widthPt: 40, heightPt: 12 },
};

/** The smallest a field of that type may be, as fractions of its page. */
export function leastSize(type: FieldType, page: PageSize): { width: number; height: number } {
  return asFractions(LEAST_PT[type], page);
}

function asFractions({ widthPt, heightPt }: PageSize, page: PageSize): { width: number; height: number } {
  return { width: Math.min(1, widthPt / page.widthPt), height: Math.min(1, heightPt / page.heightPt) };
}

const between = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** The box pushed back onto its page, made smaller only when it is larger than the page. */
export function keptOnPage(box: Box): Box {
  const [width, height] = [Math.min(1, box.width), Math.min(1, box.height)];
  return { x: between(box.x, 0, 1 - width), y: between(box.y, 0, 1 - height), width, height };
}

/** A new field of the usual size with its middle at a point, on the page as a whole. */
export function boxAround(type: FieldType, page: PageSize, middle: { x: number; y: number }): Box {
  const { width, height } = asFractions(USUAL_PT[type], page);
  return keptOnPage({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
}

export const movedBy = (box: Box, dx: number, dy: number): Box =>
  keptOnPage({ ...box, x: box.x + dx, y: box.y + dy });

/** Which edges are pulled: -1 the left or upper one, 1 the right or lower one. */
export interface Pull {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

/** The box with some edges moved; the opposite ones stay, and it neither vanishes nor leaves the page. */
export function resizedBy(
  box: Box,
  pull: Pull,
  dx: number,
  dy: number,
  least: { readonly width: number; readonly height: number },
): Box {
  const [x, width] = stretched(box.x, box.width, pull.x, dx, least.width);
  const [y, height] = stretched(box.y, box.height, pull.y, dy, least.height);
  return { x, y, width, height };
}

function stretched(start: number, size: number, pull: number, by: number, least: number): [number, number] {
  const end = start + size;
  if (pull < 0) {
    const moved = between(start + by, 0, Math.max(0, end - least));
    return [moved, end - moved];
  }
  if (pull > 0) return [start, between(size + by, Math.min(least, 1 - start), 1 - start)];
  return [start, size];
}

export interface Snapped {
  readonly box: Box;
  /** Where lines show what it keeps to: fractions of the page from the left, and from the top. */
  readonly linesX: readonly number[];
  readonly linesY: readonly number[];
}

/** How near is near enough, as fractions of the page. */
type Reach = { readonly x: number; readonly y: number };

/**
 * The box moved a little so that an edge or its middle lies on that of another.
 *
 * @param drawn what the page itself shows, lines and cells: it draws only what stands before or beside it.
 */
export function snapped(box: Box, others: readonly Box[], reach: Reach, drawn: readonly Box[] = []): Snapped {
  const { linesX, linesY } = linesFor(box, others, reach, drawn);
  const x = nearest([box.x, box.x + box.width / 2, box.x + box.width], linesX, reach.x);
  const y = nearest([box.y, box.y + box.height / 2, box.y + box.height], linesY, reach.y);
  return {
    box: movedBy(box, x?.by ?? 0, y?.by ?? 0),
    linesX: x ? [x.line] : [],
    linesY: y ? [y.line] : [],
  };
}

/** The box with the pulled edges, and no other, moved a little onto an edge or a middle of another. */
export function snappedSize(
  box: Box,
  pull: Pull,
  least: { readonly width: number; readonly height: number },
  others: readonly Box[],
  reach: Reach,
  drawn: readonly Box[] = [],
): Snapped {
  const { linesX, linesY } = linesFor(box, others, reach, drawn);
  const x = pull.x === 0 ? null : nearest([pull.x < 0 ? box.x : box.x + box.width], linesX, reach.x);
  const y = pull.y === 0 ? null : nearest([pull.y < 0 ? box.y : box.y + box.height], linesY, reach.y);
  const sized = resizedBy(box, pull, x?.by ?? 0, y?.by ?? 0, least);
  // Where the least size or the page stopped it short of the line, none is shown.
  const isAt = (edge: number, line: number) => Math.abs(edge - line) < 1e-6;
  const [left, top] = [sized.x, sized.y];
  const edgeX = pull.x < 0 ? left : left + sized.width;
  const edgeY = pull.y < 0 ? top : top + sized.height;
  return {
    box: sized,
    linesX: x && isAt(edgeX, x.line) ? [x.line] : [],
    linesY: y && isAt(edgeY, y.line) ? [y.line] : [],
  };
}

function linesFor(box: Box, others: readonly Box[], reach: Reach, drawn: readonly Box[]) {
  const isOver = (one: Box) => one.x <= box.x + box.width + reach.x && box.x <= one.x + one.width + reach.x;
  const isBeside = (one: Box) =>
    one.y <= box.y + box.height + reach.y && box.y <= one.y + one.height + reach.y;
  return {
    linesX: [...others, ...drawn.filter(isBeside)].flatMap(({ x, width }) => [x, x + width / 2, x + width]),
    linesY: [...others, ...drawn.filter(isOver)].flatMap(({ y, height }) => [y, y + height / 2, y + height]),
  };
}

function nearest(
  own: readonly number[],
  lines: readonly number[],
  reach: number,
): { by: number; line: number } | null {
  let best: { by: number; line: number } | null = null;
  for (const line of lines)
    for (const edge of own) {
      const by = line - edge;
      if (Math.abs(by) <= reach && (best === null || Math.abs(by) < Math.abs(best.by))) best = { by, line };
    }
  return best;
}

const overlaps = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** A place for a new field at that height of the page, or the nearest one below or above that is still free. */
export function freePlace(type: FieldType, page: PageSize, taken: readonly Box[], height: number): Box {
  const wanted = boxAround(type, page, { x: 0.1, y: height });
  const start = { ...wanted, x: Math.min(0.1, 1 - wanted.width) };
  const step = start.height + 6 / page.heightPt;
  for (const column of [start.x, 0.5])
    for (let row = 0; row * step < 1; row++)
      for (const side of row === 0 ? [0] : [1, -1]) {
        const y = start.y + side * row * step;
        if (y < 0 || y + start.height > 1) continue;
        const box = keptOnPage({ ...start, x: column, y });
        if (!taken.some((other) => overlaps(box, other))) return box;
      }
  return keptOnPage(start);
}

interface Placed extends Box {
  readonly documentId: string;
  readonly page: number;
}

/** How far apart, as a fraction of the page, two fields may begin and still stand in one line. */
const LINE = 0.012;

/** Fields as they are read: by document and page, line by line, from the left. */
export function inReadingOrder<F extends Placed>(fields: readonly F[], documentIds: readonly string[]): F[] {
  const place = new Map(documentIds.map((id, index) => [id, index]));
  const sorted = fields.toSorted(
    (a, b) =>
      (place.get(a.documentId) ?? 0) - (place.get(b.documentId) ?? 0) ||
      a.page - b.page ||
      middle(a) - middle(b) ||
      a.x - b.x,
  );
  const lines: F[][] = [];
  for (const field of sorted) {
    const line = lines.at(-1);
    const first = line?.[0];
    const isSameLine =
      first &&
      first.documentId === field.documentId &&
      first.page === field.page &&
      middle(field) - middle(first) <= LINE;
    if (isSameLine) line!.push(field);
    else lines.push([field]);
  }
  return lines.flatMap((line) => line.toSorted((a, b) => a.x - b.x));
}

const middle = ({ y, height }: Box) => y + height / 2;
