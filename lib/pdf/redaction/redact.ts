import { fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { layersOf, PAGE_KEYS } from "#lib/pdf/assemble.ts";
import { openStates } from "#lib/pdf/content.ts";
import { Copier, GONE, type LookAt } from "#lib/pdf/copier.ts";
import { pdfError } from "#lib/pdf/errors.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { PDF_LIMITS } from "#lib/pdf/limits.ts";
import { NewFile } from "#lib/pdf/new-file.ts";
import {
  isDict,
  isName,
  numberSyntax,
  type PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
  pdfDict,
  pdfName,
  pdfText,
  textOf,
} from "#lib/pdf/objects.ts";
import { type Page, pageBoxOf, pagesOf, rectangle } from "#lib/pdf/pages.ts";
import { srgbProfile } from "#lib/pdf/pdfa/srgb-profile.ts";
import { displayedSize, type PageBox, type PdfRect } from "#lib/pdf/placement.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";
import { blankPicture, type PictureCodec } from "./blank-picture.ts";
import { overlaps } from "./geometry.ts";
import { OutFile } from "./out-file.ts";
import { type DrawnCodes, holdsWord, usedResources, withDrawnGlyphs } from "./prune.ts";
import { ContentRewriter, contentOf, type RewrittenContent, withMore } from "./rewrite-content.ts";
import { firstState } from "./state.ts";
import { type Hardness, TooHard } from "./too-hard.ts";

/** A page as a picture of itself, without what was marked. */
export interface PageAsPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: { readonly jpeg: Uint8Array } | { readonly rgb: Uint8Array };
}

/** What is drawn onto a page after everything else, in its user space. */
export interface Overlay {
  readonly operators: string;
  readonly xObjects: ReadonlyMap<string, PdfRef>;
  readonly states?: ReadonlyMap<string, PdfDict>;
}

export interface RedactionPlan {
  /** What is marked, by page from 0, in each page's user space. */
  readonly areas: ReadonlyMap<number, readonly PdfRect[]>;
  readonly pictures: ReadonlyMap<number, PageAsPicture>;
  /** @param box the page as it is in the new file. */
  readonly overlay: (page: number, box: PageBox, sink: ObjectSink) => Overlay | null;
  /** What the marks cover, as a reader of text has it: not to be left in descriptions either. */
  readonly words: readonly string[];
  readonly codec: PictureCodec;
  /** 32 bytes for the file's ID. */
  readonly seed: Uint8Array;
}

export type Redacted =
  | { readonly isDone: true; readonly bytes: Uint8Array }
  /** Pages whose content cannot be taken apart for certain. */
  | { readonly isDone: false; readonly hard: ReadonlyMap<number, Hardness> };

/**
 * Writes a file anew without what is marked on its pages, and with more drawn onto them. Bookmarks, tags, document
 * information, attachments and scripts of the old file stay behind.
 *
 * @param file a normalized copy: nothing signed, no form of its own.
 */
export async function redact(file: PdfFile, plan: RedactionPlan): Promise<Redacted> {
  const made = new NewFile();
  const tree = made.reserve();
  const pages = [...pagesOf(file)];
  if (pages.length === 0) throw pdfError("no-pages", "the page tree holds no page");
  const kids = pages.map(() => made.reserve());
  const places = new Map<number, PdfRef>();
  for (const [index, { ref }] of pages.entries())
    if (ref && !places.has(ref.number)) places.set(ref.number, kids[index]!);
  for (const ref of touchedNotes(file, pages, plan)) places.set(ref.number, GONE);
  const isMarked = plan.areas.size > 0;
  const drawn: DrawnCodes = new Map();
  const out = new OutFile(
    made,
    new Copier(file, made, places, isMarked ? lookAt(file, plan.words, drawn) : undefined),
  );
  const shared = { isMarked, out, drawn, words: plan.words.map((word) => word.toLowerCase()) };
  const hard = new Map<number, Hardness>();
  const attempt = <T>(page: number, work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TooHard)) throw error;
      hard.set(page, error.why);
      return null;
    }
  };
  const contents = pages.map((page, index) => {
    if (plan.pictures.has(index)) return null;
    return attempt(index, () => {
      out.page = index;
      return pageContent(file, page, plan.areas.get(index) ?? [], shared);
    });
  });
  if (hard.size > 0) return { isDone: false, hard };
  for (const [index, page] of pages.entries()) {
    const picture = plan.pictures.get(index);
    const dict = picture
      ? picturePage(file, page, picture, out, index, plan)
      : contentPage(file, page, contents[index]!, out, index, plan);
    made.fill(kids[index]!, dict.set("Parent", tree));
  }
  out.copier.finish();
  for (const job of out.jobs)
    try {
      await blankPicture(file, out, job, plan.codec);
    } catch (error) {
      if (!(error instanceof TooHard)) throw error;
      hard.set(job.page, error.why);
    }
  if (hard.size > 0) return { isDone: false, hard };
  made.fill(tree, pdfDict({ Type: pdfName("Pages"), Kids: kids, Count: kids.length }));
  const layers = layersOf([file], [out.copier]);
  const catalog = made.add(pdfDict({ Type: pdfName("Catalog"), Pages: tree, ...layers }));
  out.copier.finish();
  const info = made.add(pdfDict({ Producer: pdfText("Whereof") }));
  return { isDone: true, bytes: made.bytes("1.7", catalog, info, plan.seed) };
}

interface Shared {
  readonly isMarked: boolean;
  readonly out: OutFile;
  readonly drawn: DrawnCodes;
  /** In lower case. */
  readonly words: readonly string[];
}

interface PageContent {
  readonly made: RewrittenContent | null;
  /** As they were, when nothing is marked on the page. */
  readonly parts: readonly PdfObject[];
  readonly resources: PdfDict;
  readonly areas: readonly PdfRect[];
  readonly open: number;
}

function pageContent(
  file: PdfFile,
  page: Page,
  areas: readonly PdfRect[],
  { isMarked, out, drawn, words }: Shared,
): PageContent {
  const given = page.dict.get("Contents");
  const own = file.resolve(given);
  const parts = Array.isArray(own) ? own : given !== undefined && own instanceof PdfStream ? [given] : [];
  const resources = file.dict(page.inherited.Resources) ?? new Map();
  const content = contentOf(file, parts);
  if (areas.length === 0) {
    const kept = isMarked ? usedResources(file, resources, content, drawn) : resources;
    return { made: null, parts, resources: kept, areas, open: openStates(content) };
  }
  const made = new ContentRewriter({ file, out, areas, words }, resources, firstState()).run(content);
  const more = withMore(file, resources, made.xObjects);
  return { made, parts: [], resources: usedResources(file, more, made.bytes), areas, open: made.open };
}

function contentPage(
  file: PdfFile,
  page: Page,
  { made, parts, resources, areas, open }: PageContent,
  out: OutFile,
  index: number,
  plan: RedactionPlan,
): PdfDict {
  const box = pageBoxOf(file, page);
  const dict = pdfDict({ Type: pdfName("Page") });
  for (const key of PAGE_KEYS) {
    const value = page.dict.get(key);
    if (value !== undefined && key !== "Contents") dict.set(key, out.copier.copy(value));
  }
  const corners = [box.left, box.bottom, box.left + box.widthPt, box.bottom + box.heightPt];
  dict.set("MediaBox", corners).set("CropBox", [...corners]);
  if (box.rotation !== 0) dict.set("Rotate", box.rotation);
  const overlay = plan.overlay(index, box, out.file);
  const own: PdfObject[] = made
    ? [out.file.add(flateStream(made.bytes))]
    : parts.map((part) => out.copier.copy(part));
  const all = out.copier.copy(resources) as PdfDict;
  if (overlay) {
    own.unshift(out.file.add(flateStream(fromLatin1("q\n"))));
    own.push(out.file.add(flateStream(fromLatin1(`\n${"Q\n".repeat(open + 1)}${overlay.operators}`))));
    addNames(all, "XObject", overlay.xObjects);
    addNames(all, "ExtGState", overlay.states ?? new Map());
  }
  dict.set("Contents", own).set("Resources", all);
  const annotations = annotationsOf(file, page, areas).map((object) => out.copier.copy(object));
  if (annotations.length > 0) dict.set("Annots", annotations);
  return dict;
}

function addNames(resources: PdfDict, kind: string, added: ReadonlyMap<string, PdfObject>): void {
  if (added.size === 0) return;
  const known = resources.get(kind);
  resources.set(kind, new Map([...(isDict(known) ? known : []), ...added]));
}

/** Links and notes that no mark touches. */
function annotationsOf(file: PdfFile, page: Page, areas: readonly PdfRect[]): PdfObject[] {
  return file
    .array(page.dict.get("Annots"))
    .slice(0, PDF_LIMITS.fields)
    .filter((object) => {
      const annotation = file.dict(object);
      if (!annotation || isName(file.resolve(annotation.get("Subtype")), "Widget")) return false;
      const rect = rectangle(file, annotation.get("Rect"));
      return areas.length === 0 || (rect !== null && !areas.some((area) => overlaps(rect, area)));
    });
}

/** Notes that go: nothing else may lead to them either. */
function* touchedNotes(
  file: PdfFile,
  pages: readonly Page[],
  { areas, pictures }: RedactionPlan,
): Generator<PdfRef> {
  for (const [index, page] of pages.entries()) {
    const marks = areas.get(index) ?? [];
    if (marks.length === 0 && !pictures.has(index)) continue;
    const kept = new Set(pictures.has(index) ? [] : annotationsOf(file, page, marks));
    for (const object of file.array(page.dict.get("Annots")).slice(0, PDF_LIMITS.fields))
      if (object instanceof PdfRef && !kept.has(object)) yield object;
  }
}

function picturePage(
  file: PdfFile,
  page: Page,
  { widthPx, heightPx, pixels }: PageAsPicture,
  out: OutFile,
  index: number,
  plan: RedactionPlan,
): PdfDict {
  const old = pageBoxOf(file, page);
  const { widthPt, heightPt } = displayedSize(old);
  const box: PageBox = { left: 0, bottom: 0, widthPt, heightPt, rotation: 0, userUnit: old.userUnit };
  const entries = {
    ...{ Type: pdfName("XObject"), Subtype: pdfName("Image"), Width: widthPx, Height: heightPx },
    ...{ ColorSpace: pdfName("DeviceRGB"), BitsPerComponent: 8 },
  };
  const image =
    "rgb" in pixels
      ? flateStream(pixels.rgb, entries)
      : new PdfStream(pdfDict({ ...entries, Filter: pdfName("DCTDecode") }), pixels.jpeg);
  const overlay = plan.overlay(index, box, out.file);
  const [width, height] = [numberSyntax(widthPt), numberSyntax(heightPt)];
  const content = `q ${width} 0 0 ${height} 0 0 cm /Page Do Q\n${overlay?.operators ?? ""}`;
  const resources = pdfDict({
    XObject: new Map([["Page", out.file.add(image)], ...(overlay?.xObjects ?? [])]),
  });
  addNames(resources, "ExtGState", overlay?.states ?? new Map());
  return pdfDict({
    ...{ Type: pdfName("Page"), MediaBox: [0, 0, widthPt, heightPt], Resources: resources },
    Contents: out.file.add(flateStream(fromLatin1(content))),
    UserUnit: old.userUnit === 1 ? undefined : old.userUnit,
  });
}

/** Private data, descriptions, and doors to what no page shows. */
const DROPPED = ["Metadata", "PieceInfo", "LastModified", "Alternates", "OPI", "AF", "Thumb"];

/** What readers know of these; under any other name something may be kept that no page shows. */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  Form: new Set([
    ...["Type", "Subtype", "FormType", "BBox", "Matrix", "Resources", "Group", "OC"],
    ...["Filter", "DecodeParms", "Length"],
  ]),
  Image: new Set([
    ...[
      "Type",
      "Subtype",
      "Width",
      "Height",
      "ColorSpace",
      "BitsPerComponent",
      "Intent",
      "ImageMask",
      "Mask",
    ],
    ...["Decode", "Interpolate", "SMask", "SMaskInData", "OC", "Filter", "DecodeParms", "Length"],
  ]),
  Font: new Set([
    ...[
      "Type",
      "Subtype",
      "BaseFont",
      "Name",
      "FirstChar",
      "LastChar",
      "Widths",
      "FontDescriptor",
      "Encoding",
    ],
    ...["ToUnicode", "DescendantFonts", "CharProcs", "FontBBox", "FontMatrix", "Resources", "CIDSystemInfo"],
    ...["DW", "W", "DW2", "W2", "CIDToGIDMap"],
  ]),
};

const onlyKnown = (dict: PdfDict, kind: string): PdfDict =>
  new Map([...dict].filter(([key]) => KNOWN[kind]!.has(key)));

/** Looks at everything that is taken over: unused resources, glyphs and descriptions with a removed word stay behind. */
function lookAt(file: PdfFile, words: readonly string[], drawn: DrawnCodes): LookAt {
  const lower = words.map((word) => word.toLowerCase());
  return (object) => {
    if (object instanceof PdfString) {
      const text = textOf(object).toLowerCase();
      return lower.some((word) => text.includes(word)) ? new PdfString(new Uint8Array()) : object;
    }
    if (object instanceof PdfStream) return cleanStream(file, object, words);
    if (!isDict(object)) return object;
    if (isName(object.get("Type"), "Font")) {
      const font = isName(object.get("Subtype"), "Type3") ? withDrawnGlyphs(file, object, drawn) : object;
      return onlyKnown(font, "Font");
    }
    if (!DROPPED.some((key) => object.has(key))) return object;
    return new Map([...object].filter(([key]) => !DROPPED.includes(key)));
  };
}

function cleanStream(file: PdfFile, stream: PdfStream, words: readonly string[]): PdfStream {
  const isPattern = file.number(stream.dict.get("PatternType")) === 1;
  const kind = file.name(stream.dict.get("Subtype"));
  if (kind === "Form" || isPattern) {
    const dict = isPattern ? new Map(stream.dict) : onlyKnown(stream.dict, "Form");
    const resources = file.dict(stream.dict.get("Resources"));
    if (resources) dict.set("Resources", usedResources(file, resources, contentOf(file, [stream])));
    return new PdfStream(dict, stream.data, stream.ref);
  }
  if (kind === "Image") return new PdfStream(onlyKnown(stream.dict, "Image"), stream.data, stream.ref);
  if (words.length === 0) return stream;
  let bytes: Uint8Array;
  try {
    bytes = file.decoded(stream);
  } catch (error) {
    if (isRefusal(error)) return stream;
    throw error;
  }
  const isProfile = toLatin1(bytes.subarray(36, 40)) === "acsp";
  if (!isProfile || !holdsWord(bytes, words)) return stream;
  const components = file.number(stream.dict.get("N"));
  return flateStream(components === 3 ? srgbProfile() : new Uint8Array(), { N: components ?? 3 });
}
