import { pdfError } from "./errors.ts";
import { PDF_LIMITS } from "./limits.ts";
import { isName, numberOf, type PdfDict, type PdfObject, PdfRef } from "./objects.ts";
import type { PageBox } from "./placement.ts";
import type { PdfFile } from "./reader.ts";

const INHERITED = ["MediaBox", "CropBox", "Rotate", "Resources"] as const;
type Inherited = (typeof INHERITED)[number];

export interface Page {
  /** Null when the page is written inside its parent's Kids, which the standard forbids and files do. */
  readonly ref: PdfRef | null;
  readonly dict: PdfDict;
  /** The attributes a page may have from its ancestors (ISO 32000-2 §7.7.3.4), its own first. */
  readonly inherited: Readonly<Partial<Record<Inherited, PdfObject>>>;
}

/**
 * The pages in order (§7.7.3), one that is listed twice twice; cycles and what is no page are passed over.
 *
 * @throws pdf/too-many-pages, and pdf/too-complex for a tree too deep or too wide to have been walked whole.
 */
export function* pagesOf(file: PdfFile): Generator<Page> {
  const above = new Set<number>();
  let count = 0;
  let visits = 0;
  function* walk(node: PdfObject | undefined, parent: Page["inherited"], depth: number): Generator<Page> {
    if (++visits > 4 * PDF_LIMITS.pages) throw pdfError("too-complex", "too many nodes in the page tree");
    const number = node instanceof PdfRef ? node.number : -1;
    const dict = file.dict(node);
    if (!dict || above.has(number)) return;
    if (depth > PDF_LIMITS.treeDepth) throw pdfError("too-complex", "the page tree is too deep");
    const inherited = { ...parent };
    for (const key of INHERITED) {
      const own = dict.get(key);
      if (own !== undefined && file.resolve(own) !== null) inherited[key] = own;
    }
    const kids = file.resolve(dict.get("Kids"));
    if (Array.isArray(kids) && !isName(file.resolve(dict.get("Type")), "Page")) {
      if (node instanceof PdfRef) above.add(number);
      for (const kid of kids) yield* walk(kid, inherited, depth + 1);
      above.delete(number);
      return;
    }
    if (++count > PDF_LIMITS.pages) throw pdfError("too-many-pages", `more than ${PDF_LIMITS.pages} pages`);
    yield { ref: node instanceof PdfRef ? node : null, dict, inherited };
  }
  yield* walk(file.catalog.get("Pages"), {}, 0);
}

const LETTER: readonly [number, number, number, number] = [0, 0, 612, 792];

/** The page as it is displayed: its CropBox within its MediaBox, in points, and its rotation (§7.7.3.3). */
export function pageBoxOf(file: PdfFile, page: Page): PageBox {
  const media = rectangle(file, page.inherited.MediaBox) ?? LETTER;
  const crop = rectangle(file, page.inherited.CropBox);
  const visible = crop ? intersection(media, crop) : null;
  const [left, bottom, right, top] = visible ?? media;
  const turns = Math.round((file.number(page.inherited.Rotate) ?? 0) / 90);
  const unit = file.number(page.dict.get("UserUnit")) ?? 1;
  return {
    left,
    bottom,
    widthPt: right - left,
    heightPt: top - bottom,
    rotation: ((((turns % 4) + 4) % 4) * 90) as PageBox["rotation"],
    userUnit: unit > 0 && unit <= 75_000 ? unit : 1,
  };
}

type Corners = readonly [left: number, bottom: number, right: number, top: number];

/** A rectangle with its corners in order (§7.9.5), or null when it is none or has no area. */
export function rectangle(file: PdfFile, object: PdfObject | undefined): Corners | null {
  const numbers = file.array(object).map((item) => numberOf(file.resolve(item)));
  if (
    numbers.length < 4 ||
    numbers.slice(0, 4).some((value) => value === undefined || !Number.isFinite(value))
  )
    return null;
  const [a, b, c, d] = numbers as [number, number, number, number];
  const corners: Corners = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  return corners[2] - corners[0] > 0 && corners[3] - corners[1] > 0 ? corners : null;
}

function intersection(a: Corners, b: Corners): Corners | null {
  const corners: Corners = [
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ];
  return corners[2] > corners[0] && corners[3] > corners[1] ? corners : null;
}
