import { PDFiumLibrary } from "@hyzyla/pdfium";
import sharp from "sharp";
import { blankJpeg } from "./blank-jpeg.ts";
import { sourceOf, toHex } from "./bytes.ts";
import {
  drawAddition,
  drawMark,
  invisibleWords,
  overlayWriter,
  type PlacedDrawing,
} from "./envelopes/core/documents/draw-edits.ts";
import { findWords, textsThere } from "./envelopes/core/documents/find-words.ts";
import {
  EDIT_LIMITS,
  type FoundPlace,
  type PageEdits,
  type PageSearch,
} from "./envelopes/core/documents/page-edits.ts";
import { coveredPhrases, keptWords, whatIsWrong } from "./envelopes/core/documents/redaction-check.ts";
import { envelopesError } from "./envelopes/errors.ts";
import { MOST_CHARACTERS, readPageText } from "./page-text.ts";
import type { RasterImage } from "./pdf/drawing/image.ts";
import type { PageCharacter } from "./pdf/page-text/text-blocks.ts";
import { pageBoxOf, pagesOf } from "./pdf/pages.ts";
import { displayedSize, type PageBox, toPdfRect } from "./pdf/placement.ts";
import { PdfFile } from "./pdf/reader.ts";
import { type PageAsPicture, redact } from "./pdf/redaction/redact.ts";
import type { FontLibrary } from "./ports/fonts.ts";

export interface EditPagesInput {
  readonly bytes: Uint8Array;
  readonly edits: PageEdits;
  /** Pages that cannot be taken apart for certain may become pictures of themselves. */
  readonly asPictures: boolean;
  readonly seed: Uint8Array;
}

export type EditedPages =
  | {
      readonly isDone: true;
      readonly bytes: Uint8Array;
      /** Pages that are pictures now, from 0. */
      readonly pictures: readonly number[];
      /** What was taken out and still stands somewhere else. */
      readonly elsewhere: readonly { readonly text: string; readonly pages: readonly number[] }[];
    }
  /** Nothing was made: these pages would have to become pictures, from 0. */
  | { readonly isDone: false; readonly needPictures: readonly number[] };

const MOST_ATTEMPTS = 4;

/**
 * Takes out what is marked and draws what is added. What PDFium reads of the result has to be what it read before,
 * without what was marked; a page of which that is not so becomes a picture, or nothing is made.
 *
 * @throws envelopes/page-not-found, text-not-drawable, text-too-long, picture-unreadable
 */
export async function editPages(
  { bytes, edits, asPictures, seed }: EditPagesInput,
  fonts: FontLibrary,
): Promise<EditedPages> {
  const file = PdfFile.open(sourceOf(bytes));
  const boxes = [...pagesOf(file)].map((page) => pageBoxOf(file, page));
  for (const { page } of [...edits.marks, ...edits.additions])
    if (page >= boxes.length) throw envelopesError("page-not-found", `page ${page} of ${boxes.length}`);
  const marked = [...new Set(edits.marks.map(({ page }) => page))].sort((a, b) => a - b);
  const marks = Map.groupBy(edits.marks, ({ page }) => page);
  const marksOn = (page: number) => marks.get(page) ?? [];
  const covered = new Set<string>();
  // More than is read cannot be checked.
  const needed = new Set<number>();
  await onPages(bytes, marked, (page, characters) => {
    if (characters.length >= MOST_CHARACTERS) needed.add(page);
    for (const phrase of coveredPhrases(characters, marksOn(page))) covered.add(phrase);
  });
  const phrases = [...covered];
  const drawings = await drawingsOf(edits, boxes, fonts);
  const areas = new Map(
    marked.map((page) => [page, marksOn(page).map((mark) => toPdfRect(mark, boxes[page]!))]),
  );

  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (needed.size > 0 && !asPictures) return { isDone: false, needPictures: inOrder(needed) };
    const pictures = await drawPictures(bytes, inOrder(needed), edits, boxes);
    const words: PlacedDrawing[] = [];
    await onPages(bytes, inOrder(needed), (page, characters) => {
      words.push(...invisibleWords(keptWords(characters, marksOn(page)), page, boxes[page]!, fonts));
    });
    const made = await redact(file, {
      ...{ areas, pictures, seed, words: phrases },
      overlay: overlayWriter([...words, ...drawings], `W${toHex(seed).slice(0, 10)}n`, fonts),
      codec: { blankJpeg },
    });
    if (!made.isDone) {
      for (const page of made.hard.keys()) needed.add(page);
      continue;
    }
    const wrong: number[] = [];
    for (const some of batchesOf(marked))
      await withDocument(bytes, (old) =>
        onPages(made.bytes, some, (page, after) => {
          const before = readPageText(old.getPage(page)).characters;
          const how = { isPicture: needed.has(page), drawn: writtenOn(edits, page) };
          if (whatIsWrong(before, after, marksOn(page), how) !== null) wrong.push(page);
        }),
      );
    if (wrong.length === 0) {
      const elsewhere = await stillThere(made.bytes, phrases, boxes.length);
      return { isDone: true, bytes: made.bytes, pictures: inOrder(needed), elsewhere };
    }
    if (wrong.some((page) => needed.has(page))) break;
    for (const page of wrong) needed.add(page);
  }
  throw envelopesError("redaction-uncertain", "what is under a mark could not be shown to be gone");
}

const writtenOn = ({ marks, additions }: PageEdits, page: number): string =>
  [
    ...marks.map((mark) => (mark.page === page ? mark.label : "")),
    ...additions.map((one) => (one.kind === "text" && one.page === page ? one.text : "")),
  ].join("");

const inOrder = (pages: ReadonlySet<number>) => [...pages].sort((a, b) => a - b);

async function drawingsOf(
  { marks, additions }: PageEdits,
  boxes: readonly PageBox[],
  fonts: FontLibrary,
): Promise<PlacedDrawing[]> {
  const found: PlacedDrawing[] = [];
  for (const addition of additions) {
    const picture = addition.kind === "picture" ? await rasterOf(addition.file) : null;
    const drawn = drawAddition(addition, boxes[addition.page]!, picture, fonts);
    if (!("reason" in drawn)) found.push(drawn);
    else if (drawn.reason === "overflow")
      throw envelopesError("text-too-long", `a text on page ${drawn.page + 1} is too long for its box`);
    else throw envelopesError("text-not-drawable", `a text on page ${drawn.page + 1}: ${drawn.reason}`);
  }
  const boxed = marks.filter(({ isBare }) => !isBare);
  return [...boxed.map((mark) => drawMark(mark, boxes[mark.page]!, fonts)), ...found];
}

const PICTURE_PX = 2_000;

async function rasterOf(base64: string): Promise<RasterImage> {
  try {
    const picture = sharp(Buffer.from(base64, "base64"), { limitInputPixels: 60_000_000, failOn: "error" });
    const { format } = await picture.metadata();
    if (format !== "png" && format !== "jpeg") throw new Error(`a picture of kind ${format}`);
    const { data, info } = await picture
      .rotate()
      .resize({ width: PICTURE_PX, height: PICTURE_PX, fit: "inside", withoutEnlargement: true })
      .toColorspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { widthPx: info.width, heightPx: info.height, rgba: new Uint8Array(data) };
  } catch (cause) {
    throw envelopesError("picture-unreadable", "not a PNG or JPEG picture that can be read", { cause });
  }
}

let library: Promise<PDFiumLibrary> | null = null;

async function withDocument<T>(
  bytes: Uint8Array,
  work: (document: Awaited<ReturnType<PDFiumLibrary["loadDocument"]>>) => Promise<T> | T,
): Promise<T> {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(bytes);
  try {
    return await work(document);
  } finally {
    document.destroy();
  }
}

/** PDFium holds every page it has opened until its document is closed. */
const OPEN_PAGES = 25;

function* batchesOf(pages: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < pages.length; at += OPEN_PAGES) yield pages.slice(at, at + OPEN_PAGES);
}

/** Reads pages one after the other: the characters of many are more than a process may hold. */
async function onPages(
  bytes: Uint8Array,
  pages: readonly number[],
  work: (page: number, characters: readonly PageCharacter[]) => void,
): Promise<void> {
  for (const some of batchesOf(pages))
    await withDocument(bytes, (document) => {
      for (const page of some) work(page, readPageText(document.getPage(page)).characters);
    });
}

const PICTURE_DPI = 200;
const MOST_PIXELS = 16_000_000;
const QUALITY = 88;

/** Pages as PDFium draws them, black where they are marked, or white where nothing is to be seen of it. */
async function drawPictures(
  bytes: Uint8Array,
  pages: readonly number[],
  { marks }: PageEdits,
  boxes: readonly PageBox[],
): Promise<Map<number, PageAsPicture>> {
  const found = new Map<number, PageAsPicture>();
  if (pages.length === 0) return found;
  await withDocument(bytes, async (document) => {
    for (const page of pages) {
      const size = displayedSize(boxes[page]!);
      const unit = boxes[page]!.userUnit;
      const [wide, high] = [size.widthPt * unit, size.heightPt * unit].map(
        (side) => (side / 72) * PICTURE_DPI,
      );
      const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (wide! * high!)));
      const [width, height] = [wide!, high!].map((side) => Math.max(1, Math.round(side * scale))) as [
        number,
        number,
      ];
      const { data } = await document.getPage(page).render({
        ...{ width, height, renderFormFields: true },
        render: async (bitmap) => new Uint8Array(bitmap.data),
      });
      for (const mark of marks) if (mark.page === page) cover(data, width, height, mark);
      found.set(page, { widthPx: width, heightPx: height, pixels: await packed(data, width, height) });
    }
  });
  return found;
}

function cover(rgba: Uint8Array, width: number, height: number, mark: PageEdits["marks"][number]): void {
  const [left, right] = [Math.floor(mark.x * width), Math.ceil((mark.x + mark.width) * width)];
  const color = mark.isBare ? [255, 255, 255, 255] : [0, 0, 0, 255];
  const [top, bottom] = [Math.floor(mark.y * height), Math.ceil((mark.y + mark.height) * height)];
  for (let row = Math.max(0, top); row < Math.min(height, bottom); row++)
    for (let column = Math.max(0, left); column < Math.min(width, right); column++)
      rgba.set(color, (row * width + column) * 4);
}

/** Exactly where it is mostly paper, else as a photograph. */
async function packed(rgba: Uint8Array, width: number, height: number): Promise<PageAsPicture["pixels"]> {
  const picture = sharp(rgba, { raw: { width, height, channels: 4 } })
    .flatten({ background: "#fff" })
    .removeAlpha();
  const jpeg = await picture.clone().jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" }).toBuffer();
  const exact = await picture.clone().png({ compressionLevel: 6 }).toBuffer();
  if (exact.length > jpeg.length) return { jpeg: new Uint8Array(jpeg) };
  return { rgb: new Uint8Array(await picture.raw().toBuffer()) };
}

const PAGES_LOOKED_AT = 500;
const MOST_ELSEWHERE = 20;

/** On which pages something that was taken out can still be read. */
async function stillThere(bytes: Uint8Array, phrases: readonly string[], pageCount: number) {
  const sought = [...new Set(phrases.map((phrase) => phrase.trim()))].slice(0, 200);
  if (sought.length === 0) return [];
  const found = new Map<string, number[]>();
  const pages = Array.from({ length: Math.min(pageCount, PAGES_LOOKED_AT) }, (_, page) => page);
  await onPages(bytes, pages, (page, characters) => {
    for (const text of textsThere(characters, sought)) found.set(text, [...(found.get(text) ?? []), page]);
  });
  return [...found].slice(0, MOST_ELSEWHERE).map(([text, pages]) => ({ text, pages }));
}

/** Where words are, or what looks like one of the patterns, on all pages. */
export async function searchPages(bytes: Uint8Array, search: PageSearch): Promise<FoundPlace[]> {
  const found: FoundPlace[] = [];
  const count = await withDocument(bytes, (document) => document.getPageCount());
  const pages = Array.from({ length: Math.min(count, PAGES_LOOKED_AT) }, (_, page) => page);
  await onPages(bytes, pages, (page, characters) => {
    if (found.length < EDIT_LIMITS.found)
      found.push(...findWords(characters, page, search, EDIT_LIMITS.found - found.length));
  });
  return found;
}
