import { PDFiumLibrary } from "@hyzyla/pdfium";
import sharp from "sharp";
import { openHandle } from "./adapters/files/encrypted-reader.ts";
import { packageFonts } from "./adapters/fonts/package-fonts.ts";
import { moving, serveTasks } from "./adapters/sandbox/serve-tasks.ts";
import { type ByteSource, concatBytes, concatSource, sourceOf } from "./bytes.ts";
import { type EditedPages, type EditPagesInput, editPages, searchPages } from "./edit-pages.ts";
import { readTable } from "./envelopes/core/bulk/read-table.ts";
import type { PageSearch } from "./envelopes/core/documents/page-edits.ts";
import type { Box } from "./envelopes/core/field-places.ts";
import { NAME_LENGTH, type PageWords } from "./envelopes/core/fields/near-words.ts";
import { readCatalogue } from "./envelopes/core/forms/read-catalogue.ts";
import type { Anchor } from "./envelopes/core/hints/anchor.ts";
import { detectPlaces } from "./envelopes/core/hints/detect-places.ts";
import { drawnLines } from "./envelopes/core/hints/drawn-lines.ts";
import {
  type FieldHint,
  HINT_LIMITS,
  type PageHints,
  type TextlessPages,
  type UnknownTag,
} from "./envelopes/core/hints/hint.ts";
import { readForm } from "./envelopes/core/hints/read-form.ts";
import { type GreyPage, readPicture } from "./envelopes/core/hints/read-picture.ts";
import { readTags } from "./envelopes/core/hints/read-tags.ts";
import { withoutDoubles } from "./envelopes/core/hints/without-doubles.ts";
import { isRefusal } from "./errors.ts";
import { checkPackage } from "./evidence/check-package.ts";
import type { AuditTrailFacts } from "./evidence/core/audit-trail-facts.ts";
import { auditTrailPdf } from "./evidence/core/audit-trail-pdf.ts";
import type { PackageFacts, PackageFile } from "./evidence/core/package/package-facts.ts";
import { type PackageFilesOptions, packageFiles } from "./evidence/core/package/package-files.ts";
import type { PackageReport } from "./evidence/core/package/package-report.ts";
import type { Paper } from "./evidence/core/paper/paper.ts";
import { type PaperPdfOptions, paperPdf } from "./evidence/core/paper/paper-pdf.ts";
import { readTrustList } from "./evidence/core/trust/read-trust-list.ts";
import { anchorsOf, type TrustTerms } from "./evidence/core/trust/trust-terms.ts";
import type { ValidationReport } from "./evidence/core/validation/validation-report.ts";
import { type EarlierReading, readEarlier } from "./evidence/read-earlier.ts";
import { type DocumentEvidence, readSignatures } from "./evidence/read-signatures.ts";
import { validateDocument } from "./evidence/validate-document.ts";
import { checkLocalPackage, validateLocalFile } from "./evidence/validate-local-file.ts";
import { checkOffice } from "./office-check.ts";
import { officeFacts } from "./office-facts.ts";
import { readPageText, readPaths } from "./page-text.ts";
import { addSignatureFields } from "./pdf/add-fields.ts";
import { drawCheckbox, drawField, drawRadio } from "./pdf/appearance.ts";
import { assemble, type TakenPage } from "./pdf/assemble.ts";
import { findSignatures } from "./pdf/changes/found-signature.ts";
import { drawingWriter } from "./pdf/drawing/draw-pdf.ts";
import { pdfError } from "./pdf/errors.ts";
import { type FormDrawing, type FormWriter, formWriter, type ProductField } from "./pdf/fields.ts";
import { fontNames } from "./pdf/font-names.ts";
import { type DrawValue, type Normalized, type NormalizePlan, normalize } from "./pdf/normalize.ts";
import { languageOf } from "./pdf/page-text/language-of.ts";
import { linesOf } from "./pdf/page-text/page-lines.ts";
import { textBlocks } from "./pdf/page-text/text-blocks.ts";
import { pictureFile } from "./pdf/picture-file.ts";
import { PdfFile } from "./pdf/reader.ts";
import { isRefused } from "./pdf/text/layout.ts";
import { voidSvg, voidWriter } from "./pdf/void-mark.ts";
import { type Certificate, readableCertificates } from "./pki/core/certificates/certificate.ts";
import { toPem } from "./pki/core/certificates/pem.ts";
import { readQualifiedStatements } from "./pki/core/certificates/qc-statements.ts";
import { parseCms } from "./pki/core/cms/parse-cms.ts";
import { type Chain, isRoot } from "./pki/core/credentials/build-chain.ts";
import { checkAnswer, checkCredential, checkForSigning } from "./pki/core/credentials/check-credential.ts";
import { type Conversion, convertCredential, openCredential } from "./pki/core/credentials/convert.ts";
import { keyAlgorithmFor } from "./pki/core/private-key.ts";
import { trustAnchorOf } from "./pki/core/validation/path.ts";
import { type Inspection, inspectCertificates } from "./pki/core/view/inspect.ts";
import { readCertificates } from "./pki/core/view/read-any.ts";
import { shortName } from "./pki/core/view/short-name.ts";
import type { FileHandle, OpenFile } from "./ports/files.ts";
import type { OfficeKind } from "./ports/office.ts";
import { readPictures } from "./read-pictures.ts";
import { type TestPage, testPage } from "./signing/core/test-page.ts";
import { signingError } from "./signing/errors.ts";

// What touches hostile bytes, in a process of its own with limits on time and memory.

const fonts = packageFonts();
// No picture comes twice in a row.
sharp.cache(false);

/** Opens a file and the updates appended to it as one, for the time of `work`. */
async function reading<T>(
  files: readonly FileHandle[],
  work: (source: ByteSource) => T,
): Promise<Awaited<T>> {
  const open: OpenFile[] = [];
  try {
    for (const handle of files) open.push(openHandle(handle));
    return await work(open.length === 1 ? open[0]! : concatSource(...open));
  } finally {
    for (const file of open) file.close();
  }
}

export interface NormalizeInput {
  readonly files: readonly FileHandle[];
  readonly seed: Uint8Array;
  readonly flattenSignatures: boolean;
  readonly maxPages: number;
  /** The product's form; null for a preview without it. */
  readonly form: {
    readonly fields: readonly ProductField[];
    readonly marginText: string | null;
    readonly isFillable?: boolean;
    /** A copy of what was withdrawn: every page says so. */
    readonly isVoid?: boolean;
  } | null;
  readonly named?: NormalizePlan["named"];
  /** Of a file that opens with one only. */
  readonly password?: string | null;
}

async function normalizeFile(input: NormalizeInput): Promise<{ bytes: Uint8Array; result: Normalized }> {
  return reading(input.files, (source) => {
    const { seed, flattenSignatures, maxPages, form, named, password } = input;
    const rewriting = normalize(openPdf(source, password ?? ""), {
      ...{ seed, flattenSignatures, maxPages },
      drawValue,
      ...(named ? { named } : {}),
      ...(form ? { form: writerOf(form) } : {}),
    });
    const parts: Uint8Array[] = [];
    for (let step = rewriting.next(); ; step = rewriting.next()) {
      if (!step.done) {
        parts.push(step.value);
        continue;
      }
      const bytes = concatBytes(parts);
      return moving({ bytes, result: step.value }, [bytes.buffer as ArrayBuffer]);
    }
  });
}

function writerOf(form: NonNullable<NormalizeInput["form"]>): FormWriter {
  const writer = formWriter(form.fields, formDrawing(form.marginText, form.isFillable ?? false));
  return form.isVoid ? voidWriter(writer, fonts) : writer;
}

/** @throws pdf/wrong-password when one was given that does not open it */
function openPdf(source: ByteSource, password: string): PdfFile {
  try {
    return PdfFile.open(source, { password });
  } catch (error) {
    if (password === "" || !isRefusal(error, "pdf/needs-password")) throw error;
    throw pdfError("wrong-password", "the password does not open it");
  }
}

interface AssembleInput {
  readonly files: readonly FileHandle[];
  readonly pages: readonly TakenPage[];
  readonly seed: Uint8Array;
}

/** Pages of several files as one. */
async function assembleFiles({ files, pages, seed }: AssembleInput): Promise<Uint8Array> {
  const open = files.map(openHandle);
  try {
    return assemble(
      open.map((file) => PdfFile.open(file)),
      pages,
      seed,
    );
  } finally {
    for (const file of open) file.close();
  }
}

type EditInput = Omit<EditPagesInput, "bytes"> & { readonly file: FileHandle };

const editFile = async ({ file, ...input }: EditInput): Promise<EditedPages> =>
  editPages({ ...input, bytes: await bytesOf(file) }, fonts);

const searchFile = async ({ file, search }: { readonly file: FileHandle; readonly search: PageSearch }) =>
  searchPages(await bytesOf(file), search);

const bytesOf = (file: FileHandle) => reading([file], (source) => source.read(0, source.size).slice());

interface PicturesInput {
  readonly file: FileHandle;
  readonly mediaType: string;
  readonly paper: "a4" | "letter";
  readonly seed: Uint8Array;
}

const picturesFile = ({ file, mediaType, paper, seed }: PicturesInput): Promise<Uint8Array> =>
  reading([file], async (source) =>
    pictureFile(await readPictures(source.read(0, source.size).slice(), mediaType), paper, seed),
  );

/** What is to be told of an office document, what it says of its looks, and its bytes in the clear. */
const officeFile = ({ file, kind }: { readonly file: FileHandle; readonly kind: OfficeKind }) =>
  reading([file], (source) => {
    const bytes = source.read(0, source.size).slice();
    return { notes: checkOffice(bytes, kind), facts: officeFacts(bytes, kind), bytes };
  });

const pdfFonts = ({ file }: { readonly file: FileHandle }) =>
  reading([file], (source) => fontNames(PdfFile.open(source)));

interface HintsInput {
  /** The copy to prepare on, and the file as it came, for its own form. */
  readonly preview: FileHandle;
  readonly original: FileHandle;
  readonly pages: readonly { readonly widthPt: number; readonly heightPt: number }[];
  /** Words of the organization's own that say where fields belong. */
  readonly anchors: readonly Anchor[];
}

/** Where a document says, or looks as if, fields belong. */
async function fieldHints({ preview, original, pages, anchors }: HintsInput): Promise<PageHints> {
  const document = await openForRendering([preview]);
  const found: FieldHint[] = [];
  const unknown: UnknownTag[] = [];
  const anchored = new Set<string>();
  let scans = 0;
  for (const [index, size] of pages.slice(0, HINT_LIMITS.pages).entries()) {
    if (found.length >= HINT_LIMITS.hints) break;
    const page = document.getPage(index);
    const { characters } = readPageText(page);
    const tags = readTags(characters, index, size.widthPt, size.heightPt, anchors);
    for (const text of tags.anchored) anchored.add(text);
    const paths = readPaths(page);
    const isScan = paths.length === 0 && scans++ < MOST_SCANS;
    const pictured = isScan ? readPicture(await greyPage(page, size)) : [];
    found.push(...tags.hints, ...detectPlaces(characters, paths, index, size, pictured));
    unknown.push(...tags.unknown);
  }
  const form = await reading([original], (source) => readForm(PdfFile.open(source)));
  return {
    hints: withoutDoubles([...form, ...found]).slice(0, HINT_LIMITS.hints),
    unknown: unknown.slice(0, HINT_LIMITS.unknown),
    absent: anchors.flatMap(({ text, mayBeAbsent }) => (mayBeAbsent || anchored.has(text) ? [] : [text])),
  };
}

/** Pages that are looked at as pictures; each takes a tenth of a second. */
const MOST_SCANS = 100;
const SCAN_SCALE = 2;

async function greyPage(
  page: ReturnType<Awaited<ReturnType<typeof openForRendering>>["getPage"]>,
  { widthPt, heightPt }: HintsInput["pages"][number],
  wanted = SCAN_SCALE,
): Promise<GreyPage> {
  const scale = Math.min(wanted, Math.sqrt(MAX_PIXELS / 4 / (widthPt * heightPt)));
  const [width, height] = [widthPt, heightPt].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const grey = ({ data }: { data: Uint8Array }) =>
    sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .greyscale()
      .raw()
      .toBuffer();
  const { data } = await page.render({ width, height, render: grey });
  return { pixels: new Uint8Array(data), width, height, scale };
}

interface LinesInput {
  readonly preview: FileHandle;
  readonly page: number;
  readonly size: HintsInput["pages"][number];
}

/** Lines and cells of one page, to line fields up with. */
async function pageLines({ preview, page: index, size }: LinesInput): Promise<Box[]> {
  const page = (await openForRendering([preview])).getPage(index);
  const [paths, { characters }] = [readPaths(page), readPageText(page)];
  // Last: drawing it closes the page.
  const pictured = paths.length === 0 ? readPicture(await greyPage(page, size)) : [];
  const seen = pictured.map(({ x, y, width, height }) => ({ x, y, width, height }));
  return drawnLines(characters, [...paths, ...seen], size);
}

interface TextlessInput {
  readonly preview: FileHandle;
  readonly pages: HintsInput["pages"];
}

/** Pages that are looked at for text. */
const MOST_TEXTLESS = 500;
const LOOK_SCALE = 0.25;
/** Of a grey page: darker than paper of whatever shade. */
const INK = 170;

/** Pages with something on them that is no text. */
async function textlessPages({ preview, pages }: TextlessInput): Promise<TextlessPages> {
  const document = await openForRendering([preview]);
  const looked = Math.min(MOST_TEXTLESS, pages.length);
  const found: number[] = [];
  for (const [index, size] of pages.slice(0, looked).entries()) {
    const page = document.getPage(index);
    const { characters } = readPageText(page);
    if (characters.some(({ text }) => /\S/u.test(text))) continue;
    const { pixels } = await greyPage(page, size, LOOK_SCALE);
    if (pixels.some((grey) => grey < INK)) found.push(index);
  }
  return { pages: found, looked };
}

const drawValue: DrawValue = (sink, { text, widthPt, heightPt, isMultiline }) => {
  const lines = isMultiline ? "multiple" : "single";
  const drawing = drawField({ kind: "text", text, lines, preferredSizePt: 10 }, { widthPt, heightPt }, fonts);
  return isRefused(drawing) ? null : drawingWriter([drawing], fonts)(drawing, sink, [1, 0, 0, 1, 0, 0]);
};

/** Wide enough for an envelope's number, or for a sentence. */
const marginMark = (text: string) => ({ widthPt: text.length > 20 ? 240 : 90, heightPt: 8 });

function formDrawing(marginText: string | null, isFillable: boolean): FormDrawing {
  return {
    isFillable,
    button(kind, sink, widthPt, heightPt, matrix) {
      const write = drawingWriter([], fonts);
      const box = { widthPt, heightPt };
      const draw = kind === "radio" ? drawRadio : drawCheckbox;
      return { on: write(draw(true, box), sink, matrix), off: write(draw(false, box), sink, matrix) };
    },
    marginMark(sink) {
      if (marginText === null) return null;
      const content = { kind: "text", text: marginText, lines: "single", preferredSizePt: 6 } as const;
      const box = marginMark(marginText);
      const drawing = drawField(content, box, fonts);
      if (isRefused(drawing)) return null;
      return { ...box, form: drawingWriter([drawing], fonts)(drawing, sink, [1, 0, 0, 1, 0, 0]) };
    },
  };
}

export interface RenderInput {
  /** Base and updates of one revision. */
  readonly files: readonly FileHandle[];
  readonly page: number;
  readonly widthPx: number;
  /** Of what was withdrawn: the picture says so. */
  readonly isVoid?: boolean;
}

export interface RenderedPage {
  /** WebP. */
  readonly image: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

const MAX_PIXELS = 16_000_000;
let library: Promise<PDFiumLibrary> | null = null;
let lastOpened: { name: string; document: Awaited<ReturnType<PDFiumLibrary["loadDocument"]>> } | null = null;

/** A page as PDFium draws it, with the fields that are filled. */
async function renderPage({ files, page, widthPx, isVoid = false }: RenderInput): Promise<RenderedPage> {
  const document = await openForRendering(files);
  const found = document.getPage(page);
  const size = found.getOriginalSize();
  const heightPx = Math.max(1, Math.round((widthPx * size.originalHeight) / size.originalWidth));
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (widthPx * heightPx)));
  const [width, height] = [
    Math.max(1, Math.round(widthPx * scale)),
    Math.max(1, Math.round(heightPx * scale)),
  ];
  const render = (bitmap: Bitmap) => encodePage(bitmap, isVoid);
  const { data } = await found.render({ width, height, render, renderFormFields: true });
  return { image: data, widthPx: width, heightPx: height };
}

/** What is written on a page, in the order in which one reads it. */
async function pageText({ files, page }: Pick<RenderInput, "files" | "page">): Promise<PageWords> {
  const document = await openForRendering(files);
  const { characters, structure } = readPageText(document.getPage(page));
  const lines = linesOf(characters).filter(({ text }) => text.length <= NAME_LENGTH);
  return { blocks: textBlocks(characters, structure), lines };
}

const PAGES_FOR_LANGUAGE = 3;

/** The language a document is written in, by its first pages; null when they do not tell. */
async function documentLanguage({ files }: Pick<RenderInput, "files">): Promise<string | null> {
  try {
    const document = await openForRendering(files);
    const pages = Math.min(PAGES_FOR_LANGUAGE, document.getPageCount());
    const texts = Array.from({ length: pages }, (_, page) =>
      readPageText(document.getPage(page))
        .characters.map(({ text }) => text)
        .join(""),
    );
    return languageOf(texts.join("\n"));
  } catch {
    // What PDFium cannot open as it was uploaded may still be rewritten, and then opens.
    return null;
  }
}

/** Lossy pages of text are larger than exact ones; pages of pictures the other way round. */
const LARGEST_EXACT = 0.12; // Bytes for each pixel.

/** Tries hardly: two thirds of the time of the library's default, for the same size of pages of text (measured). */
const EXACT = { lossless: true, effort: 1 } as const;

interface Bitmap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** As WebP. The library has PDFium turn its BGRA round already. */
async function encodePage({ data, width, height }: Bitmap, isVoid: boolean): Promise<Uint8Array> {
  const drawn = sharp(data, { raw: { width, height, channels: 4 } });
  if (isVoid) drawn.composite([{ input: Buffer.from(voidSvg(width, height, fonts)) }]);
  const page = drawn.removeAlpha();
  const exact = await page.clone().webp(EXACT).toBuffer();
  if (exact.length <= width * height * LARGEST_EXACT) return new Uint8Array(exact);
  const lossy = await page.webp({ quality: 84 }).toBuffer();
  return new Uint8Array(lossy.length < exact.length ? lossy : exact);
}

/** One page after another is asked for of the same document, so the last one stays open. */
async function openForRendering(files: readonly FileHandle[]) {
  const name = files.map(({ key }) => key).join("\n");
  if (lastOpened?.name === name) return lastOpened.document;
  lastOpened?.document.destroy();
  lastOpened = null;
  library ??= PDFiumLibrary.init();
  const pdfium = await library;
  const bytes = await reading(files, (source) => source.read(0, source.size));
  lastOpened = { name, document: await pdfium.loadDocument(bytes) };
  return lastOpened.document;
}

const PICTURE_PX = { width: 1_200, height: 600 };

/** A picture as bare pixels, small enough for any field; of a signature its white paper becomes transparent. */
async function decodePicture({ bytes, keepsPaper }: { bytes: Uint8Array; keepsPaper?: boolean }) {
  try {
    const picture = sharp(bytes, { limitInputPixels: 40_000_000, failOn: "error", sequentialRead: true });
    const { format } = await picture.metadata();
    if (format !== "png" && format !== "jpeg") throw new Error(`a picture of kind ${format}`);
    const { data, info } = await picture
      .rotate()
      .resize({ ...PICTURE_PX, fit: "inside", withoutEnlargement: true })
      .toColorspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const rgba = keepsPaper ? new Uint8Array(data) : withoutPaper(new Uint8Array(data));
    return { widthPx: info.width, heightPx: info.height, rgba };
  } catch (error) {
    throw signingError("picture-unreadable", "not a PNG or JPEG picture that can be read", { cause: error });
  }
}

/** Light pixels of an opaque picture become transparent, so that the line below the signature stays visible. */
function withoutPaper(rgba: Uint8Array): Uint8Array {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at]! < 250) return rgba;
  for (let at = 0; at < rgba.length; at += 4) {
    const light = Math.min(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!);
    if (light > 235) rgba[at + 3] = 0;
    else if (light > 180) rgba[at + 3] = Math.round(((235 - light) / 55) * 255);
  }
  return rgba;
}

export interface StoredValidation {
  readonly files: readonly FileHandle[];
  readonly name: string;
  /** Certificates to believe in, DER each. */
  readonly anchors: readonly Uint8Array[];
  /** Revocation lists to add to those in the file, DER. */
  readonly crls: readonly Uint8Array[];
  readonly now: Date;
  /** How far a claimed time may be from the proven one; ten minutes when not given. */
  readonly claimToleranceMs?: number;
}

/** Validates a document as it is stored, base and updates as one. */
function validateStored({ files, anchors, ...terms }: StoredValidation): Promise<ValidationReport> {
  return reading(files, (source) =>
    validateDocument(source, { ...terms, anchors: anchors.map(trustAnchorOf), acceptsTests: true }),
  );
}

/** Validates a document as it is stored, and takes out of it what it carries for that. */
function examine(input: StoredValidation): Promise<{ report: ValidationReport; evidence: DocumentEvidence }> {
  const { files, anchors, ...terms } = input;
  return reading(files, (source) => ({
    report: validateDocument(source, {
      ...terms,
      anchors: anchors.map(trustAnchorOf),
      acceptsTests: true,
    }),
    evidence: readSignatures(source),
  }));
}

interface EarlierInput extends Omit<StoredValidation, "name"> {
  /** What a clean copy of it lost. */
  readonly changes: Readonly<Record<string, number>>;
  readonly seed: Uint8Array;
}

/** The signatures an upload brought along, and whether they can stay. */
const earlierSignatures = ({
  files,
  anchors,
  changes,
  seed,
  ...terms
}: EarlierInput): Promise<EarlierReading> =>
  reading(files, (source) =>
    readEarlier(source, { ...terms, anchors: anchors.map(trustAnchorOf), acceptsTests: true }, changes, seed),
  );

interface KeepInput {
  readonly files: readonly FileHandle[];
  /** Signature fields only. */
  readonly fields: readonly ProductField[];
  readonly seed: Uint8Array;
}

/** A file as it is, with empty signature fields appended. */
const keepSigned = ({ files, fields, seed }: KeepInput): Promise<Uint8Array> =>
  reading(files, (source) => {
    const tail = addSignatureFields(PdfFile.open(source), fields, seed);
    return concatBytes([source.read(0, source.size), tail]);
  });

interface BytesValidation extends TrustTerms {
  readonly bytes: Uint8Array;
  readonly name: string | null;
  /** Revocation lists to add to those in the file, DER. */
  readonly crls: readonly Uint8Array[];
  readonly now: Date;
  readonly claimToleranceMs?: number;
}

/** A file that is kept nowhere. */
const validateBytes = ({
  bytes,
  name,
  crls,
  now,
  claimToleranceMs,
  ...trust
}: BytesValidation): ValidationReport =>
  validateDocument(sourceOf(bytes), {
    ...{ name, now, crls, anchors: anchorsOf(trust), lists: trust.lists },
    ...(claimToleranceMs === undefined ? {} : { claimToleranceMs }),
  });

/** An evidence package that is kept nowhere. What lists name does not count for it. */
const checkPackageBytes = ({ bytes, crls, now, ...trust }: BytesValidation): PackageReport =>
  checkPackage(sourceOf(bytes), { now, crls, anchors: anchorsOf(trust) });

interface AuditTrailInput {
  readonly facts: AuditTrailFacts;
  readonly paper: "a4" | "letter";
  readonly seed: Uint8Array;
  readonly eventsJsonl: Uint8Array;
}

/** No hostile bytes, but a thousand events take seconds and a few hundred megabytes. */
const writeAuditTrail = ({ facts, ...options }: AuditTrailInput): Uint8Array =>
  auditTrailPdf(facts, { ...options, fonts });

interface CertificateInspection {
  readonly bytes: Uint8Array;
  /** Certificates of our authorities, DER each. */
  readonly ours: readonly Uint8Array[];
  readonly now: Date;
}

/** Certificates that are kept nowhere. Our roots are believed in. */
function inspect({ bytes, ours, now }: CertificateInspection): Inspection {
  const own = readableCertificates(ours);
  const anchors = own.filter(isRoot).map(({ der }) => trustAnchorOf(der));
  return inspectCertificates(bytes, { ours: own, anchors, at: now });
}

interface SignatureAt {
  /** Base and updates up to the revision that was signed. */
  readonly files: readonly FileHandle[];
}

/** The signature that ends a document as it is stored: its CMS, DER, without the zeros that fill its hole. */
const signatureAtEnd = ({ files }: SignatureAt): Promise<Uint8Array | null> =>
  reading(files, (source) => {
    const found = findSignatures(PdfFile.open(source)).find(({ end }) => end === source.size);
    return found ? parseCms(found.contents).der.slice() : null;
  });

interface Registered {
  /** Certificates the organization believes in, and others that may fill chains: DER each. */
  readonly anchors: readonly Uint8Array[];
  readonly known: readonly Uint8Array[];
  readonly now: Date;
}

interface SealAnswerInput extends Registered {
  readonly bytes: Uint8Array;
  readonly publicKey: Uint8Array;
}

const termsOf = ({ anchors, known, now }: Registered) => ({
  anchors: anchors.map(trustAnchorOf),
  known: readableCertificates([...known, ...anchors]),
  at: now,
});

/** What another authority answered to a request; `found` when it may be used. */
function checkSealAnswer({ bytes, publicKey, ...registered }: SealAnswerInput) {
  const { certificates } = readCertificates(bytes);
  const terms = { publicKey, heap: certificates, ...termsOf(registered) };
  const { certificate, chain, isUsable, findings } = checkAnswer(terms);
  return { findings, found: certificate && chain && isUsable ? keptOf(certificate, chain) : null };
}

interface SignerCertificateInput extends Registered {
  /** The signer's own first, then what came with it. */
  readonly certificates: readonly Uint8Array[];
}

/** A certificate of a person's, with the path above it; null when it cannot be read. */
function checkSignerCertificate({ certificates, ...registered }: SignerCertificateInput) {
  const [own] = readableCertificates(certificates.slice(0, 1));
  if (!own) return null;
  const key = { facts: own.key, algorithm: keyAlgorithmFor(own.publicKey) };
  const heap = readableCertificates(certificates.slice(1));
  const { chain, isUsable } = checkForSigning({ key, certificate: own, heap, ...termsOf(registered) });
  return {
    ...keptOf(own, chain),
    ...{ isSound: isUsable, isTrusted: chain.endsAt === "trusted", keyUsage: own.keyUsage },
    statements: readQualifiedStatements(own.qcStatements),
  };
}

/** The certificate and, as PEM, all above it. */
const keptOf = ({ der, sha256, subject }: Certificate, { certificates }: Chain) => ({
  ...{ certificateDer: der, sha256, subject: shortName(subject) },
  chainPem: (certificates.length > 1 ? certificates.slice(1) : certificates)
    .map((one) => toPem(one.der))
    .join(""),
});

interface CredentialInput extends Registered {
  readonly bytes: Uint8Array;
  readonly password: string | null;
  readonly chosen: number | null;
}

/** A key with its certificates out of a file; `found`, with the key in the clear, when it may be used. */
async function checkKeyFile({ bytes, password, chosen, ...registered }: CredentialInput) {
  const opened = await openCredential(bytes, password);
  const { key, certificate, chain, isUsable, findings, choices } = checkCredential({
    ...{ opened, chosen },
    ...termsOf(registered),
  });
  if (!isUsable || !key?.algorithm || !certificate || !chain) return { findings, choices, found: null };
  const { pkcs8, publicKey, algorithm } = key;
  return { findings, choices, found: { pkcs8, publicKey, algorithm, ...keptOf(certificate, chain) } };
}

const convertKeyFile = ({ bytes, password, ...conversion }: ConversionInput) =>
  convertCredential(bytes, password, conversion);

interface ConversionInput extends Conversion {
  readonly bytes: Uint8Array;
  readonly password: string | null;
}
interface PackageInput extends Omit<PackageFilesOptions, "fonts"> {
  readonly facts: PackageFacts;
}

/** The papers and records of an evidence package. */
const writePackageFiles = ({ facts, ...options }: PackageInput): PackageFile[] =>
  packageFiles(facts, { ...options, fonts });

interface PaperInput {
  readonly paper: Paper;
  readonly options: Omit<PaperPdfOptions, "fonts">;
}

const tasks = {
  normalize: normalizeFile,
  assemble: assembleFiles,
  editPages: editFile,
  searchPages: searchFile,
  pictures: picturesFile,
  checkOffice: officeFile,
  pdfFonts,
  fieldHints,
  pageLines,
  textlessPages,
  render: renderPage,
  pageText,
  language: documentLanguage,
  picture: decodePicture,
  validate: validateLocalFile,
  checkPackage: checkLocalPackage,
  validateStored,
  validateBytes,
  checkPackageBytes,
  readTrustList: ({ bytes }: { bytes: Uint8Array }) => readTrustList(bytes),
  examine,
  earlierSignatures,
  keepSigned,
  auditTrail: writeAuditTrail,
  inspectCertificates: inspect,
  signatureAtEnd,
  certificatesIn: ({ bytes }: { bytes: Uint8Array }) =>
    readCertificates(bytes).certificates.map(({ der }) => der),
  checkSealAnswer,
  checkSignerCertificate,
  checkCredential: checkKeyFile,
  convertCredential: convertKeyFile,
  sealTestPage: (page: TestPage) => testPage(page, fonts),
  packageFiles: writePackageFiles,
  readTable: ({ bytes, mostRows }: { bytes: Uint8Array; mostRows: number }) => readTable(bytes, mostRows),
  readCatalogue: ({ bytes }: { bytes: Uint8Array }) => readCatalogue(bytes),
  paper: ({ paper, options }: PaperInput): Uint8Array => paperPdf(paper, { ...options, fonts }).bytes,
};
export type SandboxTasks = typeof tasks;

if (process.send || process.argv[1] === import.meta.filename) serveTasks(tasks);
