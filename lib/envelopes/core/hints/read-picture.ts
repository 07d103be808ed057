import type { Box } from "../field-places.ts";

/** A page as a picture: one byte for each pixel, 0 is black, rows from the top. */
export interface GreyPage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Pixels to a point. */
  readonly scale: number;
}

/** A line or a box as a scanner saw it, as fractions of the page. */
export interface PicturedBox extends Box {
  readonly kind: "line" | "box";
  /** Where something is written beside it; nothing says what. */
  readonly label: "before" | "below";
}

interface Run {
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

interface Stroke {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Where it ended in the row that was looked at last. */
  last: Run;
}

const LINE_PT = { piece: 14, least: 60, gap: 2, thickest: 3, room: 13, near: 16 };
const BOX_PT = { least: 7, most: 20 };
const MOST_FOUND = 200;

/**
 * Lines with room to write above them and something written beside or below, and hollow squares, in a scanned page.
 * A sheet that lay up to a degree askew is read too.
 */
export function readPicture(page: GreyPage): PicturedBox[] {
  const { width, height, scale } = page;
  const isDark = darkness(page);
  const ink = inkTable(isDark, width, height);
  const found: PicturedBox[] = [];
  const add = (kind: "line" | "box", label: PicturedBox["label"], edges: Omit<Stroke, "last">) =>
    found.push({
      ...{ kind, label, x: edges.left / width, y: edges.top / height },
      ...{ width: (edges.right - edges.left) / width, height: (edges.bottom - edges.top) / height },
    });
  for (const stroke of strokesOf(isDark, width, height, scale)) {
    const label = labelOf(stroke, ink, page);
    if (label) add("line", label, stroke);
  }
  for (const square of squaresOf(isDark, ink, page)) add("box", "before", square);
  return found.slice(0, MOST_FOUND);
}

/** Darker than half way between the paper and black, whatever the paper is. */
function darkness({ pixels }: GreyPage): Uint8Array {
  const counts = new Uint32Array(256);
  for (const value of pixels) counts[value]!++;
  let seen = 0;
  let paper = 255;
  for (let value = 255; value >= 0; value--) {
    seen += counts[value]!;
    if (seen < pixels.length / 2) continue;
    paper = value;
    break;
  }
  return pixels.map((value) => (value < paper * 0.6 ? 1 : 0));
}

type Ink = (left: number, top: number, right: number, bottom: number) => number;

/** @returns how much of a rectangle is dark, from 0 to 1; nothing of one outside the page. */
function inkTable(isDark: Uint8Array, width: number, height: number): Ink {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0, row = 0; x < width; x++) {
      row += isDark[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  const at = (x: number, y: number) => sums[y * (width + 1) + x]!;
  const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  return (left, top, right, bottom) => {
    const [x0, x1] = [within(left, width), within(right, width)];
    const [y0, y1] = [within(top, height), within(bottom, height)];
    const area = (x1 - x0) * (y1 - y0);
    return area > 0 ? (at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0)) / area : 0;
  };
}

/** Pieces of level lines in one row after another, joined where one goes on with the other. */
function strokesOf(isDark: Uint8Array, width: number, height: number, scale: number): Stroke[] {
  const least = LINE_PT.piece * scale;
  const gap = Math.ceil(LINE_PT.gap * scale);
  let open: Stroke[] = [];
  const done: Stroke[] = [];
  for (let y = 0; y < height; y++) {
    const still: Stroke[] = [];
    for (const run of runsOf(isDark, width, y, gap)) {
      if (run.right - run.left < least) continue;
      const before = open.find(({ last }) => run.left <= last.right + gap && run.right >= last.left - gap);
      if (!before) {
        still.push({ left: run.left, right: run.right, top: y, bottom: y + 1, last: run });
        continue;
      }
      before.left = Math.min(before.left, run.left);
      before.right = Math.max(before.right, run.right);
      before.bottom = y + 1;
      before.last = run;
      if (!still.includes(before)) still.push(before);
    }
    done.push(...open.filter((stroke) => !still.includes(stroke) && y - stroke.bottom >= 1));
    open = [...still, ...open.filter((stroke) => !still.includes(stroke) && y - stroke.bottom < 1)];
  }
  return [...done, ...open].filter(({ left, right, top, bottom }) => {
    const length = right - left;
    // A sheet askew by a degree lets a line climb by a sixtieth of its length.
    const isThin = bottom - top <= LINE_PT.thickest * scale + length / 55;
    return isThin && length >= LINE_PT.least * scale && length < width * 0.85;
  });
}

function* runsOf(isDark: Uint8Array, width: number, y: number, gap: number): Generator<Run> {
  let left = -1;
  let last = -1;
  for (let x = 0; x < width; x++) {
    if (!isDark[y * width + x]) continue;
    if (left >= 0 && x - last > gap) {
      yield { y, left, right: last + 1 };
      left = x;
    } else if (left < 0) left = x;
    last = x;
  }
  if (left >= 0) yield { y, left, right: last + 1 };
}

/** Room above for what is written, and words below or before; null for the line under a heading, or of a table. */
function labelOf(stroke: Stroke, ink: Ink, { scale }: GreyPage): PicturedBox["label"] | null {
  const { left, right, top, bottom } = stroke;
  const room = LINE_PT.room * scale;
  const near = LINE_PT.near * scale;
  const hasRoom = ink(left + scale, top - room, right - scale, top - scale) < 0.01;
  if (!hasRoom) return null;
  if (ink(left - near * 3, top - near, left - scale, bottom + scale) > 0.03) return "before";
  return ink(left, bottom + scale, right, bottom + near) > 0.01 ? "below" : null;
}

/** Hollow squares as they stand before a sentence. */
function squaresOf(isDark: Uint8Array, ink: Ink, { width, height, scale }: GreyPage): Omit<Stroke, "last">[] {
  const found: Omit<Stroke, "last">[] = [];
  const isKnown = (x: number, y: number) =>
    found.some(
      ({ left, right, top, bottom }) => x >= left - 2 && x <= right + 2 && y >= top - 2 && y <= bottom + 2,
    );
  for (let y = 0; y < height; y++)
    for (const { left, right } of runsOf(isDark, width, y, 1)) {
      const side = right - left;
      if (side < BOX_PT.least * scale || side > BOX_PT.most * scale || isKnown(left, y)) continue;
      const edge = Math.max(1, Math.round(scale * 0.6));
      const bottom = [side - 1, side, side + 1]
        .map((tall) => y + tall)
        .find((at) => ink(left, at - edge, right, at) > 0.8);
      if (bottom === undefined) continue;
      const isFramed = ink(left, y, left + edge, bottom) > 0.8 && ink(right - edge, y, right, bottom) > 0.8;
      const inner = edge * 2 + 1;
      const isHollow = ink(left + inner, y + inner, right - inner, bottom - inner) < 0.02;
      if (isFramed && isHollow) found.push({ left, right, top: y, bottom });
    }
  return found;
}
