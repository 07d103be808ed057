import { Copier, GONE } from "./copier.ts";
import { pdfError } from "./errors.ts";
import { PDF_LIMITS } from "./limits.ts";
import { NewFile } from "./new-file.ts";
import { isName, type PdfDict, type PdfObject, PdfRef, pdfDict, pdfName, pdfText } from "./objects.ts";
import { type Page, pageBoxOf, pagesOf } from "./pages.ts";
import type { PdfFile } from "./reader.ts";

/** A page to take: from which file, which of its pages, turned clockwise by how much more. */
export interface TakenPage {
  readonly file: number;
  /** From 0. */
  readonly page: number;
  readonly turn: 0 | 90 | 180 | 270;
}

export const PAGE_KEYS = [
  ...["Contents", "Group", "UserUnit", "BleedBox", "TrimBox", "ArtBox", "BoxColorInfo"],
] as const;

/**
 * A new file with just these pages: what only a left-out page shows is not in it. Links to pages that stay keep
 * leading there; bookmarks, tags and form fields of the files are not taken over.
 *
 * @param files normalized copies: nothing signed, no forms of their own.
 * @param seed 32 bytes for the file's ID.
 * @throws pdf/no-pages, too-many-pages, too-complex
 */
export function assemble(
  files: readonly PdfFile[],
  taken: readonly TakenPage[],
  seed: Uint8Array,
): Uint8Array {
  if (taken.length === 0) throw pdfError("no-pages", "no page is left");
  if (taken.length > PDF_LIMITS.pages) throw pdfError("too-many-pages", `${taken.length} pages`);
  const file = new NewFile();
  const tree = file.reserve();
  const pages = files.map((one) => [...pagesOf(one)]);
  const kids = taken.map(() => file.reserve());
  const copiers = files.map((one, index) => {
    const places = new Map<number, PdfRef>();
    for (const { ref } of pages[index]!) if (ref) places.set(ref.number, GONE);
    for (const [at, { file: from, page }] of taken.entries()) {
      const ref = from === index ? pages[index]![page]?.ref : null;
      if (ref && places.get(ref.number) === GONE) places.set(ref.number, kids[at]!);
    }
    return new Copier(one, file, places);
  });
  for (const [at, { file: from, page, turn }] of taken.entries()) {
    const source = pages[from]?.[page];
    if (!source) throw pdfError("no-pages", `file ${from} has no page ${page}`);
    file.fill(kids[at]!, pageDict(files[from]!, source, turn, copiers[from]!, tree));
  }
  for (const copier of copiers) copier.finish();
  file.fill(tree, pdfDict({ Type: pdfName("Pages"), Kids: kids, Count: kids.length }));
  const catalog = file.add(pdfDict({ Type: pdfName("Catalog"), Pages: tree, ...layersOf(files, copiers) }));
  for (const copier of copiers) copier.finish();
  return file.bytes("1.7", catalog, file.add(pdfDict({ Producer: pdfText("Whereof") })), seed);
}

function pageDict(file: PdfFile, page: Page, turn: number, copier: Copier, tree: PdfRef): PdfDict {
  const box = pageBoxOf(file, page);
  const dict = pdfDict({ Type: pdfName("Page"), Parent: tree });
  for (const key of PAGE_KEYS) {
    const value = page.dict.get(key);
    if (value !== undefined) dict.set(key, copier.copy(value));
  }
  const corners = [box.left, box.bottom, box.left + box.widthPt, box.bottom + box.heightPt];
  dict.set("MediaBox", corners).set("CropBox", [...corners]);
  dict.set("Resources", copier.copy(page.inherited.Resources ?? new Map()));
  const rotation = (box.rotation + turn) % 360;
  if (rotation !== 0) dict.set("Rotate", rotation);
  const annotations = file
    .array(page.dict.get("Annots"))
    .slice(0, PDF_LIMITS.fields)
    .flatMap((object) => {
      const annotation = file.dict(object);
      if (!annotation || isName(file.resolve(annotation.get("Subtype")), "Widget")) return [];
      return [copier.copy(object)];
    });
  if (annotations.length > 0) dict.set("Annots", annotations);
  return dict;
}

/** Layers of the files, as they are shown now: a layer that is off stays off (§8.11). */
export function layersOf(files: readonly PdfFile[], copiers: readonly Copier[]): { OCProperties?: PdfDict } {
  const groups: PdfObject[] = [];
  const off: PdfObject[] = [];
  for (const [index, file] of files.entries()) {
    const layers = file.dict(file.catalog.get("OCProperties"));
    if (!layers) continue;
    const copy = (object: PdfObject) => copiers[index]!.copy(object);
    groups.push(...file.array(layers.get("OCGs")).map(copy));
    const defaults = file.dict(layers.get("D"));
    const isAllOff = isName(file.resolve(defaults?.get("BaseState")), "OFF");
    const on = new Set(
      file.array(defaults?.get("ON")).map((ref) => (ref instanceof PdfRef ? ref.number : -1)),
    );
    const hidden = isAllOff
      ? file.array(layers.get("OCGs")).filter((ref) => !(ref instanceof PdfRef && on.has(ref.number)))
      : file.array(defaults?.get("OFF"));
    off.push(...hidden.map(copy));
  }
  if (groups.length === 0) return {};
  return { OCProperties: pdfDict({ OCGs: groups, D: pdfDict({ OFF: off, Locked: [...groups] }) }) };
}
