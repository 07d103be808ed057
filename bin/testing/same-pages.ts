import { readFileSync } from "node:fs";
import { sourceOf } from "#lib/bytes.ts";
import { pageBoxOf, pagesOf, rectangle } from "#lib/pdf/pages.ts";
import { toNormalizedBox } from "#lib/pdf/placement.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { run } from "#lib/pdf/testing.ts";

interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGB, a byte each. */
  readonly pixels: Uint8Array;
}

/** Pages are drawn no larger than this, a point a pixel otherwise. */
const LARGEST_PX = 1_000;

/** One page as MuPDF draws it; null when it cannot. */
export function drawn(file: string, page: number): Picture | null {
  const size = ["-r", "72", "-w", String(LARGEST_PX), "-h", String(LARGEST_PX)];
  const { stdout } = run("mutool", [
    "draw",
    "-q",
    ...size,
    "-c",
    "rgb",
    "-F",
    "ppm",
    "-o",
    "-",
    file,
    String(page + 1),
  ]);
  const head = /^P6\s(?:#.*\n)*(\d+)\s+(\d+)\s+255\n/.exec(stdout.subarray(0, 100).toString("latin1"));
  if (!head) return null;
  const [width, height] = [Number(head[1]), Number(head[2])];
  return { width, height, pixels: new Uint8Array(stdout.subarray(head[0].length)) };
}

/** Where the product may draw on a page: its fields, and the foot of the page, where the envelope's id stands. */
function ours(sealed: string, page: number): (x: number, y: number) => boolean {
  const file = PdfFile.open(sourceOf(new Uint8Array(readFileSync(sealed))));
  const found = [...pagesOf(file)][page]!;
  const box = pageBoxOf(file, found);
  const boxes = file.array(found.dict.get("Annots")).flatMap((annotation) => {
    const widget = file.dict(annotation);
    const rect = rectangle(file, widget?.get("Rect"));
    return rect && file.name(widget!.get("Subtype")) === "Widget" ? [toNormalizedBox(rect, box)] : [];
  });
  const isTurned = box.rotation % 180 !== 0;
  const [width, height] = isTurned ? [box.heightPt, box.widthPt] : [box.widthPt, box.heightPt];
  const slack = { x: 2 / Math.min(width, LARGEST_PX), y: 2 / Math.min(height, LARGEST_PX) };
  boxes.push({ x: 0, y: 1 - 18 / height, width: 105 / width, height: 18 / height });
  return (x, y) =>
    boxes.some(
      (box) =>
        x > box.x - slack.x &&
        x < box.x + box.width + slack.x &&
        y > box.y - slack.y &&
        y < box.y + box.height + slack.y,
    );
}

/** The share of a page's pixels outside the product's fields that were changed by signing; null when it cannot be told. */
export function changedShare(original: string, sealed: string, page: number): number | null {
  const [before, after] = [drawn(original, page), drawn(sealed, page)];
  if (!before || !after) return null;
  if (before.width !== after.width || before.height !== after.height) return 1;
  const isOurs = ours(sealed, page);
  let changed = 0;
  for (let at = 0; at < before.width * before.height; at++) {
    const isSame = [0, 1, 2].every(
      (part) => Math.abs(before.pixels[at * 3 + part]! - after.pixels[at * 3 + part]!) < 48,
    );
    if (isSame) continue;
    const [x, y] = [(at % before.width) + 0.5, Math.floor(at / before.width) + 0.5];
    if (!isOurs(x / before.width, y / before.height)) changed++;
  }
  return changed / (before.width * before.height);
}
