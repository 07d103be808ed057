import { createHash, type Hash } from "node:crypto";
import { type ByteSource, fromLatin1, scan, toHex } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { radioState } from "./fields.ts";
import { type AcroFormField, certifiedLevel, fieldsOf, signatureFieldsOf } from "./form.ts";
import {
  type PdfDict,
  type PdfObject,
  PdfRef,
  PdfString,
  pdfDate,
  pdfDict,
  pdfName,
  pdfText,
} from "./objects.ts";
import { pageBoxOf, pagesOf, rectangle } from "./pages.ts";
import { type PageBox, type PdfMatrix, uprightMatrix } from "./placement.ts";
import type { PdfFile } from "./reader.ts";
import { BYTE_RANGE_WIDTH, type ObjectSink, type SignatureHole, Update } from "./update.ts";

/** Room for the CMS: enough for a time-stamp of a foreign authority with its whole path. */
export const SIGNATURE_HOLE_BYTES = 16_384;

/** Draws an appearance of the widget's size, upright with this matrix; gives its form XObject. */
export type DrawAppearance = (
  sink: ObjectSink,
  place: { readonly widthPt: number; readonly heightPt: number; readonly matrix: PdfMatrix },
) => PdfRef;

/** A value given to one of the signer's own fields in the revision the signature covers. */
export type FieldFill =
  | { readonly name: string; readonly text: string; readonly draw: DrawAppearance }
  | { readonly name: string; readonly isChecked: boolean }
  /** The button of a radio group at that place, from 0. */
  | { readonly name: string; readonly chosen: number };

export interface SignaturePlan {
  readonly fieldName: string;
  /** Goes into M; the trusted time is the time-stamp's. */
  readonly at: Date;
  readonly signerName: string;
  readonly reason?: string;
  readonly location?: string;
  /** Makes it the certification: from then on form filling and signing only (DocMDP P=2). */
  readonly certifies?: boolean;
  readonly fills?: readonly FieldFill[];
  readonly draw?: DrawAppearance;
  readonly holeBytes?: number;
  /** 32 random bytes. */
  readonly seed: Uint8Array;
}

/** An update that waits for its signature: `tail` is complete but for the hole in it. */
export interface PreparedSignature {
  readonly baseSize: number;
  readonly tail: Uint8Array;
  readonly hole: SignatureHole;
  readonly byteRange: readonly [number, number, number, number];
}

/**
 * Writes the update for one signature in a field that exists: the signer's values with their appearances, and a
 * signature dictionary with room for the CMS.
 *
 * @throws pdf/field-missing, already-signed, no-changes-allowed
 * @see ISO 32000-2 §12.8.1, §12.8.2; EN 319 142-1 §5.3
 */
export function prepareSignature(file: PdfFile, plan: SignaturePlan): PreparedSignature {
  if (certifiedLevel(file) === 1) throw pdfError("no-changes-allowed", "certified: no changes allowed");
  if (plan.certifies && signatureFieldsOf(file).length > 0)
    throw pdfError("already-signed", "a certification must be the first signature");
  const update = new Update(file, plan.seed);
  const fields = new Map([...fieldsOf(file)].map((field) => [field.name, field]));
  const pages = new PageFinder(file);
  for (const fill of plan.fills ?? []) fillField(update, requireField(fields, fill.name), fill, pages);
  const field = requireField(fields, plan.fieldName);
  if (field.type !== "Sig") throw pdfError("field-missing", `${plan.fieldName} is no signature field`);
  if (field.value !== null) throw pdfError("already-signed", `${plan.fieldName} holds a signature`);
  const dict = pdfDict({
    Type: pdfName("Sig"),
    Filter: pdfName("Adobe.PPKLite"),
    SubFilter: pdfName("ETSI.CAdES.detached"),
    M: pdfDate(plan.at),
    Name: pdfText(plan.signerName),
    Reason: plan.reason === undefined ? undefined : pdfText(plan.reason),
    Location: plan.location === undefined ? undefined : pdfText(plan.location),
  });
  const references = signatureReferences(file, field, plan.certifies ?? false);
  if (references.length > 0) dict.set("Reference", references);
  const ref = update.addSignature(dict, plan.holeBytes ?? SIGNATURE_HOLE_BYTES);
  const widget = update.edit(field.ref);
  widget.set("V", ref);
  if (plan.draw) drawWidget(update, widget, plan.draw, pages);
  if (plan.certifies) {
    const permissions: PdfDict = new Map(file.dict(file.catalog.get("Perms")) ?? []);
    update.edit(file.catalogRef).set("Perms", permissions.set("DocMDP", ref));
  }
  return finishTail(update);
}

type NamedField = AcroFormField & { readonly ref: PdfRef };

function requireField(fields: ReadonlyMap<string, AcroFormField>, name: string): NamedField {
  const field = fields.get(name);
  if (!field?.ref) throw pdfError("field-missing", `no field ${name}`);
  return field as NamedField;
}

function fillField(update: Update, field: NamedField, fill: FieldFill, pages: PageFinder): void {
  const widget = update.edit(field.ref);
  if ("isChecked" in fill) {
    const state = pdfName(fill.isChecked ? "Yes" : "Off");
    widget.set("V", state).set("AS", state);
    return;
  }
  if ("chosen" in fill) {
    const state = pdfName(radioState(fill.chosen));
    widget.set("V", state);
    const button = field.widgets[fill.chosen]?.ref;
    if (!button) throw pdfError("field-missing", `no button ${fill.chosen} in ${field.name}`);
    update.edit(button).set("AS", state);
    return;
  }
  widget.set("V", pdfText(fill.text));
  drawWidget(update, widget, fill.draw, pages);
}

function drawWidget(update: Update, widget: PdfDict, draw: DrawAppearance, pages: PageFinder): void {
  const corners = rectangle(update.file, widget.get("Rect"));
  if (!corners) return;
  const { rotation } = pages.boxOf(widget.get("P"));
  const isTurned = rotation === 90 || rotation === 270;
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  const [width, height] = [rounded(corners[2] - corners[0]), rounded(corners[3] - corners[1])];
  const [widthPt, heightPt] = isTurned ? [height, width] : [width, height];
  const form = draw(update, { widthPt, heightPt, matrix: uprightMatrix(rotation, widthPt, heightPt) });
  widget.set("AP", pdfDict({ N: form }));
}

/** Finds a widget's page without walking the tree for every widget. */
class PageFinder {
  readonly #file: PdfFile;
  #boxes: Map<number, PageBox> | null = null;

  constructor(file: PdfFile) {
    this.#file = file;
  }

  boxOf(page: PdfObject | undefined): PageBox {
    this.#boxes ??= new Map(
      [...pagesOf(this.#file)].map((found) => [found.ref?.number ?? -1, pageBoxOf(this.#file, found)]),
    );
    const box = page instanceof PdfRef ? this.#boxes.get(page.number) : undefined;
    if (!box) throw pdfError("field-missing", "a field is on no page");
    return box;
  }
}

/** What the signature forbids afterwards: DocMDP for a certification, FieldMDP for the field's own lock. */
function signatureReferences(file: PdfFile, field: AcroFormField, certifies: boolean): PdfObject[] {
  const reference = (method: string, parameters: Record<string, PdfObject | undefined>, data?: PdfRef) =>
    pdfDict({
      Type: pdfName("SigRef"),
      TransformMethod: pdfName(method),
      TransformParams: pdfDict({ Type: pdfName("TransformParams"), V: pdfName("1.2"), ...parameters }),
      Data: data,
    });
  const references: PdfObject[] = [];
  if (certifies) references.push(reference("DocMDP", { P: 2 }));
  const lock = file.dict(field.dict.get("Lock"));
  if (!lock) return references;
  const parameters = { Action: lock.get("Action"), Fields: lock.get("Fields") };
  references.push(reference("FieldMDP", parameters, file.catalogRef));
  if (lock.has("P") && !certifies) references.push(reference("DocMDP", { P: lock.get("P") }));
  return references;
}

/**
 * Writes the update for a document time-stamp in an invisible field of its own.
 *
 * @see ISO 32000-2 §12.8.5; EN 319 142-1 §5.4.3
 */
export function prepareDocumentTimestamp(
  file: PdfFile,
  plan: { readonly seed: Uint8Array; readonly holeBytes?: number },
): PreparedSignature {
  const update = new Update(file, plan.seed);
  const dict = pdfDict({
    Type: pdfName("DocTimeStamp"),
    Filter: pdfName("Adobe.PPKLite"),
    SubFilter: pdfName("ETSI.RFC3161"),
  });
  const ref = update.addSignature(dict, plan.holeBytes ?? SIGNATURE_HOLE_BYTES);
  const page = pagesOf(file).next().value;
  if (!page?.ref) throw pdfError("no-pages", "no page to hold the field");
  const widget = pdfDict({
    Type: pdfName("Annot"),
    Subtype: pdfName("Widget"),
    FT: pdfName("Sig"),
    T: pdfText(freeName(file)),
    TU: pdfText("Time-stamp of the document"),
    V: ref,
    F: 132,
    P: page.ref,
    Rect: [0, 0, 0, 0],
  });
  const field = update.add(widget);
  append(update, page.ref, "Annots", field);
  addToForm(update, field);
  return finishTail(update);
}

function freeName(file: PdfFile): string {
  const taken = new Set([...fieldsOf(file)].map((field) => field.name));
  for (let count = 1; ; count++) if (!taken.has(`Timestamp${count}`)) return `Timestamp${count}`;
}

/** Adds to an array in a dictionary, changing the object that really holds it. */
function append(update: Update, owner: PdfRef, key: string, item: PdfRef): void {
  const { file } = update;
  const held = file.dict(owner)?.get(key);
  const items = [...file.array(held), item];
  if (held instanceof PdfRef && Array.isArray(file.resolve(held))) update.set(held, items);
  else update.edit(owner).set(key, items);
}

function addToForm(update: Update, field: PdfRef): void {
  const { file } = update;
  const held = file.catalog.get("AcroForm");
  if (held instanceof PdfRef && file.dict(held)) {
    append(update, held, "Fields", field);
    return;
  }
  const form: PdfDict = new Map(file.dict(held) ?? []);
  form.set("Fields", [...file.array(form.get("Fields")), field]).set("SigFlags", 3);
  update.edit(file.catalogRef).set("AcroForm", form);
}

function finishTail(update: Update): PreparedSignature {
  const { tail, hole } = update.write();
  if (!hole) throw new Error("an update for a signature holds one");
  const baseSize = update.file.source.size;
  const end = baseSize + tail.length;
  const byteRange = [0, hole.contentsAt, hole.contentsEnd, end - hole.contentsEnd] as const;
  const text = `[${byteRange.map((value, index) => (index === 0 ? "0" : String(value).padEnd(10))).join(" ")}]`;
  if (text.length > BYTE_RANGE_WIDTH) throw pdfError("too-large", "the file is too large for its ByteRange");
  tail.set(fromLatin1(text.padEnd(BYTE_RANGE_WIDTH)), hole.byteRangeAt - baseSize);
  return { baseSize, tail, hole, byteRange };
}

/** SHA-256 of a file up to `position`; a later signature of the same file goes on from there. */
export interface HashState {
  readonly position: number;
  readonly hash: Hash;
}

/**
 * Hash of what the signature covers: everything but the hole. SHA-256 goes on from an earlier state.
 *
 * @param base the file without the tail. @param from the state after an earlier revision of the same file, if kept.
 * @returns the digest, and the state at the hole's start.
 */
export function digestPrepared(
  base: ByteSource,
  prepared: PreparedSignature,
  from?: HashState,
  digest: "sha256" | "sha384" = "sha256",
): { digest: Uint8Array; state: HashState } {
  const { tail, hole, baseSize } = prepared;
  if (base.size !== baseSize) throw pdfError("damaged", `the base has ${base.size} bytes, not ${baseSize}`);
  const isUsable = from !== undefined && from.position <= hole.contentsAt;
  const hash = isUsable ? from.hash.copy() : createHash("sha256");
  const position = isUsable ? from.position : 0;
  for (const piece of scan(base, position, baseSize)) hash.update(piece);
  hash.update(tail.subarray(Math.max(0, position - baseSize), hole.contentsAt - baseSize));
  const state = { position: hole.contentsAt, hash: hash.copy() };
  if (digest !== "sha256") return { digest: digestAnew(base, prepared, digest), state };
  hash.update(tail.subarray(hole.contentsEnd - baseSize));
  return { digest: new Uint8Array(hash.digest()), state };
}

/** Of a longer hash no state is kept: the whole file is read once more. */
function digestAnew(
  base: ByteSource,
  { tail, hole, baseSize }: PreparedSignature,
  digest: string,
): Uint8Array {
  const hash = createHash(digest);
  for (const piece of scan(base, 0, baseSize)) hash.update(piece);
  hash.update(tail.subarray(0, hole.contentsAt - baseSize));
  hash.update(tail.subarray(hole.contentsEnd - baseSize));
  return new Uint8Array(hash.digest());
}

/** The tail with the signature in its hole, ready to be appended. @throws pdf/too-large when it does not fit. */
export function completeSignature(prepared: PreparedSignature, contents: Uint8Array): Uint8Array {
  const { tail, hole, baseSize } = prepared;
  const hex = toHex(contents);
  const room = hole.contentsEnd - hole.contentsAt - 2;
  if (hex.length > room)
    throw pdfError("too-large", `the signature has ${hex.length / 2} bytes, room is ${room / 2}`);
  const complete = tail.slice();
  complete.set(fromLatin1(hex), hole.contentsAt - baseSize + 1);
  return complete;
}

/** Contents of a signature dictionary as bytes, with the zeros that fill its hole. */
export function contentsOf(file: PdfFile, signature: PdfDict): Uint8Array {
  const contents = file.resolve(signature.get("Contents"));
  return contents instanceof PdfString ? contents.bytes : new Uint8Array();
}
