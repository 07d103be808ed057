import { fromLatin1, sha256 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type ChangeCounts, cleaner, isProgram, type NormalizationChange } from "./clean.ts";
import { PageContents } from "./content.ts";
import { pdfError } from "./errors.ts";
import type { FormWriter, PageForm } from "./fields.ts";
import {
  drawDecoration,
  fateOf,
  isShown,
  isUnsettled,
  normalAppearance,
  placeAppearance,
  settledFlags,
  withXObjects,
} from "./flatten.ts";
import { certifiedLevel, signatureFieldsOf } from "./form.ts";
import { FormTags } from "./form-tags.ts";
import { type Layers, layersOf } from "./layers.ts";
import { PDF_LIMITS } from "./limits.ts";
import {
  isDict,
  isName,
  type PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  pdfDict,
  pdfName,
  pdfText,
} from "./objects.ts";
import { type Page, pageBoxOf, pagesOf } from "./pages.ts";
import type { PageBox } from "./placement.ts";
import type { PdfFile } from "./reader.ts";
import { Rewrite } from "./rewrite.ts";

export interface NormalizePlan {
  /** 32 random bytes: the file's new identity. */
  readonly seed: Uint8Array;
  /** Adds the product's fields, and what it prints on pages. */
  readonly form?: FormWriter;
  /** What the file is said to be, where it does not say so itself. */
  readonly named?: {
    readonly title: string;
    /** BCP 47; null when nobody knows. */
    readonly language: string | null;
  };
  /** An earlier signature's marks become plain drawing; without it a signed file is refused. */
  readonly flattenSignatures?: boolean;
  /** Of more than this nothing is rewritten. */
  readonly maxPages?: number;
  /** Draws the value of a form field that has none drawn; null leaves it blank. */
  readonly drawValue?: DrawValue;
}

/** Gives a form XObject for a field's text, or null when it cannot be drawn. */
export type DrawValue = (
  sink: Rewrite,
  value: {
    readonly text: string;
    readonly widthPt: number;
    readonly heightPt: number;
    readonly isMultiline: boolean;
  },
) => PdfRef | null;

export interface Normalized {
  readonly sizeBytes: number;
  readonly objects: number;
  readonly pages: readonly PageBox[];
  /** What was taken away or settled, and how often. */
  readonly changes: Readonly<Partial<Record<NormalizationChange, number>>>;
}

/**
 * Rewrites an uploaded file as one revision with nothing hidden in it: no scripts, no left-over revisions, no
 * encryption, no form of its own; page content stays byte for byte.
 *
 * @returns the new file in pieces, then what was done.
 * @throws pdf/no-pages, too-many-pages, dynamic-xfa, already-signed, no-changes-allowed, too-complex
 */
export function* normalize(file: PdfFile, plan: NormalizePlan): Generator<Uint8Array, Normalized> {
  const changes: ChangeCounts = new Map();
  const note = (change: NormalizationChange, count = 1) => {
    if (count > 0) changes.set(change, (changes.get(change) ?? 0) + count);
  };
  requireRewritable(file, plan);
  if (file.condition.isDamaged) note("repaired");
  if (file.condition.isEncrypted) note("encryption-removed");
  const signatures = signatureFieldsOf(file).length;
  note("signatures-flattened", signatures);
  const layers = layersOf(file);
  const rewrite = new Rewrite(file, cleaner(file, changes, layers.settled));
  const pages = [...pagesOf(file)];
  if (pages.length === 0) throw pdfError("no-pages", "the page tree holds no page");
  const { maxPages = Number.POSITIVE_INFINITY } = plan;
  if (pages.length > maxPages) throw pdfError("too-many-pages", `${pages.length} pages, ${maxPages} at most`);
  const boxes = pages.map((page) => pageBoxOf(file, page));
  const tree = new PageTree(rewrite, pages);
  const tags = plan.form ? FormTags.of(rewrite, pages, tree.refs) : null;
  const form = plan.form?.begin(rewrite, boxes, tree.refs, tags) ?? null;
  const contents = new PageContents(file);
  for (const [index, page] of pages.entries()) {
    const work = { file, rewrite, page, box: boxes[index]!, contents, plan, note, layers };
    const dict = pageDict(work, form?.pages.get(index));
    tree.fill(index, dict);
  }
  const catalogEntries = catalogDict(file, tree.finish(), form?.form ?? null, rewrite, note, layers);
  if (tags) catalogEntries.set("StructTreeRoot", tags.finish());
  if (plan.named) nameDocument(file, catalogEntries, plan.named);
  const catalog = rewrite.add(catalogEntries);
  const info = infoDict(file, plan.named?.title);
  const written = yield* rewrite.write(
    file.version > "1.7" ? file.version : "1.7",
    catalog,
    info ? rewrite.add(info) : null,
    plan.seed,
  );
  return { ...written, pages: boxes, changes: Object.fromEntries(changes) };
}

function requireRewritable(file: PdfFile, plan: NormalizePlan): void {
  if (isDynamicXfa(file)) throw pdfError("dynamic-xfa", "the pages are made by an XFA form");
  if (plan.flattenSignatures) return;
  if (certifiedLevel(file) === 1) throw pdfError("no-changes-allowed", "certified: no changes allowed");
  if (signatureFieldsOf(file).length > 0) throw pdfError("already-signed", "it has signatures");
}

/** An XFA form whose pages are only made by the program that runs it (ISO 32000-1 §12.7.8). */
export function isDynamicXfa(file: PdfFile): boolean {
  const form = file.dict(file.catalog.get("AcroForm"));
  const xfa = file.resolve(form?.get("XFA"));
  if (xfa === null) return false;
  if (file.resolve(file.catalog.get("NeedsRendering")) === true) return true;
  if (file.array(form?.get("Fields")).length === 0) return true;
  const packets = Array.isArray(xfa) ? xfa.map((item) => file.resolve(item)) : [xfa];
  return packets.some((packet) => packet instanceof PdfStream && requiresRendering(file, packet));
}

function requiresRendering(file: PdfFile, packet: PdfStream): boolean {
  try {
    const text = new TextDecoder().decode(file.decoded(packet, 16 << 20));
    return /<dynamicRender>\s*required\s*<\/dynamicRender>/.test(text);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** A balanced page tree, every page with what it had from its ancestors (§7.7.3). */
class PageTree {
  static readonly #WIDTH = 48;
  readonly refs: readonly PdfRef[];
  readonly #rewrite: Rewrite;
  readonly #root: PdfRef;
  readonly #parents: PdfRef[] = [];

  constructor(rewrite: Rewrite, pages: readonly Page[]) {
    this.#rewrite = rewrite;
    this.#root = rewrite.reserve();
    this.refs = pages.map(() => rewrite.reserve());
    const isFlat = pages.length <= PageTree.#WIDTH;
    const groups = isFlat ? 0 : Math.ceil(pages.length / PageTree.#WIDTH);
    for (let group = 0; group < groups; group++) this.#parents.push(rewrite.reserve());
    const redirected = new Set<number>();
    for (const [index, page] of pages.entries()) {
      if (!page.ref || redirected.has(page.ref.number)) continue;
      redirected.add(page.ref.number);
      rewrite.redirect(page.ref, this.refs[index]!);
    }
  }

  #parentOf(index: number): PdfRef {
    return this.#parents[Math.floor(index / PageTree.#WIDTH)] ?? this.#root;
  }

  fill(index: number, dict: PdfDict): void {
    this.#rewrite.fill(this.refs[index]!, dict.set("Parent", this.#parentOf(index)));
  }

  finish(): PdfRef {
    for (const [group, ref] of this.#parents.entries()) {
      const kids = this.refs.slice(group * PageTree.#WIDTH, (group + 1) * PageTree.#WIDTH);
      this.#rewrite.fill(
        ref,
        pdfDict({ Type: pdfName("Pages"), Parent: this.#root, Kids: kids, Count: kids.length }),
      );
    }
    const kids = this.#parents.length > 0 ? this.#parents : this.refs;
    this.#rewrite.fill(
      this.#root,
      pdfDict({ Type: pdfName("Pages"), Kids: [...kids], Count: this.refs.length }),
    );
    return this.#root;
  }
}

interface PageWork {
  readonly file: PdfFile;
  readonly rewrite: Rewrite;
  readonly page: Page;
  readonly box: PageBox;
  readonly contents: PageContents;
  readonly plan: NormalizePlan;
  readonly note: (change: NormalizationChange, count?: number) => void;
  readonly layers: Layers;
}

const PAGE_KEYS = [
  ...["BleedBox", "TrimBox", "ArtBox", "BoxColorInfo", "Contents", "Group", "Dur", "Trans", "Metadata"],
  ...["StructParents", "ID", "PZ", "Tabs", "LastModified", "UserUnit", "VP", "OutputIntents"],
];

function pageDict(work: PageWork, own: PageForm | undefined): PdfDict {
  const { file, page, box } = work;
  const dict = pdfDict({ Type: pdfName("Page") });
  for (const key of PAGE_KEYS) {
    const value = page.dict.get(key);
    if (value !== undefined) dict.set(key, value);
  }
  dict.set("MediaBox", numbers(file, page.inherited.MediaBox) ?? [0, 0, 612, 792]);
  dict.set("CropBox", [box.left, box.bottom, box.left + box.widthPt, box.bottom + box.heightPt]);
  if (box.rotation !== 0) dict.set("Rotate", box.rotation);
  const { annotations, drawing, xObjects } = annotationsOf(work);
  const parts = contentParts(work);
  // Asked of every page: what cannot be prepared must be refused at upload already.
  const open = work.contents.openStates(parts);
  dict.set("Resources", page.inherited.Resources ?? new Map());
  const extra = concatText(drawing, own?.drawing ?? "");
  for (const [name, ref] of own?.xObjects ?? []) xObjects.set(name, ref);
  if (extra !== "") {
    dict.set("Resources", withXObjects(file, page, xObjects));
    dict.set("Contents", surrounded(work, parts, open, extra));
  }
  const all = [...annotations, ...(own?.widgets ?? [])];
  if (all.length > 0) dict.set("Annots", all);
  if (own && own.widgets.length > 0) dict.set("Tabs", pdfName("S"));
  if (!file.catalog.has("StructTreeRoot") && isName(dict.get("Tabs"), "S")) dict.set("Tabs", pdfName("R"));
  return dict;
}

function numbers(file: PdfFile, object: PdfObject | undefined): PdfObject[] | null {
  const found = file.array(object).map((item) => file.resolve(item));
  return found.length === 4 ? found : null;
}

const concatText = (...parts: readonly string[]) => parts.join("");

/** The streams of the page's own content. */
function contentParts({ file, page }: PageWork): readonly PdfObject[] {
  const given = page.dict.get("Contents");
  const own = file.resolve(given);
  if (Array.isArray(own)) return own;
  return given instanceof PdfRef && own instanceof PdfStream ? [given] : [];
}

/** The page's own content between two streams of ours, so that ours starts from a fresh graphics state. */
function surrounded(
  { file, rewrite }: PageWork,
  parts: readonly PdfObject[],
  closing: number,
  drawing: string,
) {
  const stream = (text: string) => rewrite.add(new PdfStream(new Map(), fromLatin1(text)));
  const isTagged = file.catalog.has("StructTreeRoot");
  const drawn = isTagged ? `/Artifact BMC\n${drawing}EMC\n` : drawing;
  return [stream("q\n"), ...parts, stream(`\n${"Q ".repeat(1 + closing)}\n${drawn}`)];
}

interface PageAnnotations {
  readonly annotations: PdfObject[];
  readonly drawing: string;
  readonly xObjects: Map<string, PdfObject>;
}

function annotationsOf(work: PageWork): PageAnnotations {
  const { file, rewrite, page, note, layers } = work;
  const annotations: PdfObject[] = [];
  const xObjects = new Map<string, PdfObject>();
  let drawing = "";
  const seen = new Set<number>();
  for (const object of file.array(page.dict.get("Annots")).slice(0, PDF_LIMITS.fields)) {
    if (object instanceof PdfRef && seen.has(object.number)) continue;
    if (object instanceof PdfRef) seen.add(object.number);
    const dict = file.dict(object);
    // A window that a reader opens beside the page; what it would show stands in the annotation it belongs to.
    if (!dict || isName(file.resolve(dict.get("Subtype")), "Popup")) continue;
    // Not every reader asks an annotation for its layer: what is shown is, and what is not goes.
    if (!layers.isShown(dict.get("OC"))) {
      note("hidden-annotations-removed");
      continue;
    }
    const specification = file.dict(dict.get("FS"));
    const fate = fateOf(file, dict, specification !== null && isProgram(file, specification));
    if (fate === "kept") {
      if (isUnsettled(file, dict)) note("annotations-settled");
      const settled = settle(file, dict);
      if (object instanceof PdfRef) rewrite.replace(object, settled);
      annotations.push(object instanceof PdfRef ? object : settled);
      continue;
    }
    if (fate === "hidden") note("hidden-annotations-removed");
    if (fate === "undrawn") note("undrawn-annotations-removed");
    if (fate === "program") note("attachments-removed");
    if (fate === "flattened-media") note("media-removed");
    if (fate === "flattened-field") note("form-flattened");
    if (fate === "hidden" || fate === "undrawn" || fate === "program" || !isShown(file, dict)) continue;
    const appearance = normalAppearance(file, dict);
    if (!appearance && fate === "flattened-field") drawing += drawDecoration(file, dict);
    const shown = appearance ?? drawnValue(work, dict);
    if (!shown) continue;
    const name = `WhereofFlat${xObjects.size}`;
    const placed = placeAppearance(file, dict, shown.stream.dict, name);
    if (!placed) continue;
    drawing += placed;
    xObjects.set(name, shown.ref);
    if (!isName(file.resolve(shown.stream.dict.get("Subtype")), "Form") && shown.stream.ref)
      rewrite.replace(shown.ref, asForm(shown.stream));
  }
  return { annotations, drawing, xObjects };
}

/** An appearance stream may leave out what a form XObject must say of itself. */
function asForm(stream: PdfStream): PdfStream {
  const dict = new Map(stream.dict).set("Type", pdfName("XObject")).set("Subtype", pdfName("Form"));
  return new PdfStream(dict, stream.data, stream.ref);
}

function settle(file: PdfFile, annotation: PdfDict): PdfDict {
  const settled = new Map(annotation);
  settled.set("F", settledFlags(file.number(annotation.get("F")) ?? 0));
  settled.delete("Parent");
  settled.delete("Popup");
  settled.delete("OC");
  // What it would look like under the pointer, or in another state, nobody was shown.
  const appearance = normalAppearance(file, annotation);
  if (appearance) settled.set("AP", pdfDict({ N: appearance.ref })).delete("AS");
  else settled.delete("AP");
  return settled;
}

/** A field's value drawn by us, when the form left that to the reader (NeedAppearances). */
function drawnValue(
  { file, rewrite, plan }: PageWork,
  widget: PdfDict,
): { ref: PdfRef; stream: PdfStream } | null {
  const inherited = (key: string): PdfObject => {
    let dict: PdfDict | null = widget;
    for (let depth = 0; dict && depth < PDF_LIMITS.treeDepth; depth++) {
      const value = file.resolve(dict.get(key));
      if (value !== null) return value;
      dict = file.dict(dict.get("Parent"));
    }
    return null;
  };
  const type = inherited("FT");
  const text = file.text(inherited("V"))?.trim();
  if (!plan.drawValue || !text || !(isName(type, "Tx") || isName(type, "Ch"))) return null;
  const corners = file.array(widget.get("Rect")).map((item) => file.number(item) ?? 0);
  const [widthPt, heightPt] = [Math.abs(corners[2]! - corners[0]!), Math.abs(corners[3]! - corners[1]!)];
  if (!(widthPt > 0 && heightPt > 0)) return null;
  const isMultiline = ((file.number(inherited("Ff")) ?? 0) & (1 << 12)) !== 0;
  const ref = plan.drawValue(rewrite, { text, widthPt, heightPt, isMultiline });
  const box: PdfDict = pdfDict({ BBox: [0, 0, widthPt, heightPt], Subtype: pdfName("Form") });
  return ref ? { ref, stream: new PdfStream(box, new Uint8Array()) } : null;
}

const CATALOG_KEYS = [
  ...[
    "PageLabels",
    "Dests",
    "ViewerPreferences",
    "PageLayout",
    "Outlines",
    "URI",
    "StructTreeRoot",
    "MarkInfo",
  ],
  ...["Lang", "OutputIntents", "Metadata"],
];

function catalogDict(
  file: PdfFile,
  pages: PdfRef,
  form: PdfRef | null,
  rewrite: Rewrite,
  note: (change: NormalizationChange, count?: number) => void,
  { properties }: Layers,
): PdfDict {
  const old = file.catalog;
  const catalog = pdfDict({ Type: pdfName("Catalog"), Pages: pages });
  for (const key of CATALOG_KEYS) {
    const value = old.get(key);
    if (value !== undefined && value !== null) catalog.set(key, value);
  }
  const opening = file.dict(old.get("OpenAction"));
  if (opening)
    note(isName(file.resolve(opening.get("S")), "JavaScript") ? "scripts-removed" : "actions-removed");
  if (file.resolve(file.dict(old.get("AcroForm"))?.get("XFA")) !== null) note("xfa-removed");
  const names = namesDict(file, note);
  if (names.size > 0) catalog.set("Names", names);
  if (properties) {
    catalog.set("OCProperties", properties);
    note("layers-frozen");
  }
  if (form) catalog.set("AcroForm", form);
  // EN 319 142-1 §5.4: the DSS is an extension to PDF 1.7.
  const extension = pdfDict({
    Type: pdfName("DeveloperExtensions"),
    BaseVersion: pdfName("1.7"),
    ExtensionLevel: 1,
  });
  catalog.set("Extensions", pdfDict({ ESIC: rewrite.add(extension) }));
  return catalog;
}

/** Of the name dictionary (§7.7.4), the destinations and what attachments are no programs. */
function namesDict(file: PdfFile, note: (change: NormalizationChange, count?: number) => void): PdfDict {
  const old = file.dict(file.catalog.get("Names"));
  const names: PdfDict = new Map();
  const destinations = old?.get("Dests");
  if (destinations !== undefined) names.set("Dests", destinations);
  if (old?.has("JavaScript")) note("scripts-removed");
  const files: PdfObject[] = [];
  for (const [name, specification] of nameTree(file, old?.get("EmbeddedFiles"))) {
    const dict = file.dict(specification);
    if (!dict || isProgram(file, dict)) note("attachments-removed");
    else files.push(pdfText(name), specification);
  }
  if (files.length > 0) names.set("EmbeddedFiles", pdfDict({ Names: files }));
  return names;
}

/** The entries of a name tree (§7.9.6) in order, each node once. */
function* nameTree(file: PdfFile, root: PdfObject | undefined): Generator<[string, PdfObject]> {
  const seen = new Set<number>();
  let count = 0;
  function* walk(object: PdfObject | undefined, depth: number): Generator<[string, PdfObject]> {
    const number = object instanceof PdfRef ? object.number : -1;
    const node = file.dict(object);
    if (!node || seen.has(number) || depth > PDF_LIMITS.treeDepth) return;
    if (number >= 0) seen.add(number);
    const pairs = file.array(node.get("Names"));
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      if (++count > PDF_LIMITS.names) throw pdfError("too-complex", "too many entries in a name tree");
      yield [file.text(pairs[index]) ?? "", pairs[index + 1]!];
    }
    for (const kid of file.array(node.get("Kids"))) yield* walk(kid, depth + 1);
  }
  yield* walk(root, 0);
}

/** Readers show the title instead of the file's name, and read aloud in the language it names (§14.9.2, §12.2). */
function nameDocument(
  file: PdfFile,
  catalog: PdfDict,
  { language }: NonNullable<NormalizePlan["named"]>,
): void {
  if (language !== null && !file.text(catalog.get("Lang"))?.trim()) catalog.set("Lang", pdfText(language));
  const preferences: PdfDict = new Map(file.dict(catalog.get("ViewerPreferences")) ?? []);
  catalog.set("ViewerPreferences", preferences.set("DisplayDocTitle", true));
}

/** The document information with its texts only (§14.3.3). @param title for a file that has none. */
function infoDict(file: PdfFile, title?: string): PdfDict | null {
  const old = file.dict(file.trailer.get("Info"));
  const info: PdfDict = new Map();
  for (const [key, value] of old ?? []) {
    const found = file.resolve(value);
    if (!isDict(found) && !Array.isArray(found) && !(found instanceof PdfStream)) info.set(key, found);
  }
  if (title && !file.text(info.get("Title"))?.trim()) info.set("Title", pdfText(title));
  return info.size > 0 ? info : null;
}

/** 32 bytes for one purpose, from a seed of 32. */
export const derivedSeed = (seed: Uint8Array, purpose: string): Uint8Array =>
  sha256(seed, fromLatin1(purpose));
