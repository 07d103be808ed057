import { type ByteSource, fromHex, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { pdfError } from "../errors.ts";
import { type AcroFormField, fieldsOf } from "../form.ts";
import { PDF_LIMITS } from "../limits.ts";
import { isDict, type PdfDict, type PdfObject, PdfRef, PdfString } from "../objects.ts";
import type { PdfFile } from "../reader.ts";
import { type DictSpans, entrySpans } from "./entry-spans.ts";

export type ByteRange = readonly [number, number, number, number];

/** What is wrong with how a signature sits in its file. Any such fault means that it protects nothing. */
export interface StructureFault {
  readonly code: string;
  readonly message: string;
}

/** A signature or document time-stamp of the form, and exactly which bytes it claims to cover. */
export interface FoundSignature {
  readonly field: AcroFormField;
  readonly dict: PdfDict;
  /** Of the object that holds the signature dictionary; two with one position are one signature. */
  readonly objectAt: number | null;
  readonly objectNumber: number | null;
  readonly isTimestamp: boolean;
  /** Null when it cannot be taken at its word. */
  readonly byteRange: ByteRange | null;
  /** Length of the document it covers. */
  readonly end: number | null;
  /** What stands between `<` and `>`, with the zeros that fill the hole; empty when there is a fault. */
  readonly contents: Uint8Array;
  readonly faults: readonly StructureFault[];
}

export const MAX_SIGNATURES = 500;
const MAX_CONTENTS_CHARACTERS = 16 << 20;

/** Every signature field's value, in the order of the form. @throws pdf/too-complex */
export function findSignatures(file: PdfFile): FoundSignature[] {
  const found: FoundSignature[] = [];
  for (const field of fieldsOf(file)) {
    if (field.type !== "Sig" || field.value === null) continue;
    if (found.length >= MAX_SIGNATURES) throw pdfError("too-complex", "too many signatures");
    found.push(readSignature(file, field));
  }
  return found;
}

function readSignature(file: PdfFile, field: AcroFormField): FoundSignature {
  const dict: PdfDict = isDict(field.value) ? field.value : new Map();
  const subFilter = file.name(dict.get("SubFilter"));
  const isTimestamp = subFilter === "ETSI.RFC3161" || file.name(dict.get("Type")) === "DocTimeStamp";
  const base = { field, dict, isTimestamp, byteRange: null, end: null, contents: new Uint8Array() };
  const place = placeOf(file, field);
  const at = { objectAt: place?.objectAt ?? null, objectNumber: place?.objectNumber ?? null };
  const faulty = (code: string, message: string) => ({ ...base, ...at, faults: [{ code, message }] });
  if (!isDict(field.value)) return faulty("signature-malformed", "the field's value is no signature");
  if (!place) return faulty("signature-place", "the signature is not an object of the file that can be read");
  return { ...base, ...at, ...coverageOf(file.source, place.spans) };
}

interface Place {
  readonly objectAt: number;
  readonly objectNumber: number;
  readonly spans: DictSpans;
}

/** Where the signature dictionary stands: an object of its own, or inside its field. */
function placeOf(file: PdfFile, field: AcroFormField): Place | null {
  try {
    const raw = valueEntry(file, field);
    if (raw instanceof PdfRef) return placeAt(file, lastRef(file, raw));
    const holder = field.ref && placeAt(file, field.ref);
    const value = holder?.spans.entries.get("V");
    return holder && value ? { ...holder, spans: entrySpans(file.source, value.from) } : null;
  } catch (error) {
    if (isRefusal(error, "pdf/damaged")) return null;
    throw error;
  }
}

/** The field's own V, or that of the nearest ancestor that has one (§12.7.4.1). */
function valueEntry(file: PdfFile, { dict }: AcroFormField): PdfObject {
  let holder: PdfDict | null = dict;
  for (let depth = 0; holder && depth < PDF_LIMITS.treeDepth; depth++) {
    const value = holder.get("V");
    if (value !== undefined) return value;
    holder = file.dict(holder.get("Parent"));
  }
  return null;
}

function lastRef(file: PdfFile, ref: PdfRef): PdfRef {
  let last = ref;
  for (let count = 0; count < PDF_LIMITS.referenceChain; count++) {
    const next = file.get(last.number);
    if (!(next instanceof PdfRef)) break;
    last = next;
  }
  return last;
}

function placeAt(file: PdfFile, { number }: PdfRef): Place | null {
  const entry = file.xref.entries.get(number);
  if (entry?.type !== "at") return null;
  const spans = entrySpans(file.source, entry.position);
  return { objectAt: entry.position, objectNumber: number, spans };
}

type Coverage = Pick<FoundSignature, "byteRange" | "end" | "contents" | "faults">;

/**
 * What the ByteRange covers: all from the first byte on, but for the Contents of this very dictionary.
 *
 * @see ISO 32000-2 §12.8.1, EN 319 142-1 §5.3 (b)
 */
function coverageOf(source: ByteSource, { entries, repeated }: DictSpans): Coverage {
  const faulty = (code: string, message: string): Coverage => ({
    byteRange: null,
    end: null,
    contents: new Uint8Array(),
    faults: [{ code, message }],
  });
  const twice = ["ByteRange", "Contents", "SubFilter", "Filter", "Type", "Cert"].find((key) =>
    repeated.has(key),
  );
  if (twice) return faulty("entry-repeated", `${twice} stands twice in the signature`);
  const range = rangeOf(entries.get("ByteRange")?.value);
  if (typeof range === "string") return faulty("byte-range", range);
  const hole = entries.get("Contents");
  if (!hole || !(hole.value instanceof PdfString)) return faulty("contents", "there is no signature value");
  const [start, first, second, length] = range;
  if (start !== 0) return faulty("byte-range", "the covered bytes do not begin at the start of the file");
  if (second + length > source.size) return faulty("byte-range", "the ByteRange goes beyond the file");
  if (first !== hole.from || second !== hole.to)
    return faulty("byte-range", "the ByteRange leaves out something other than the signature value");
  if (hole.to - hole.from > MAX_CONTENTS_CHARACTERS) return faulty("contents", "the signature is too large");
  const text = toLatin1(source.read(hole.from, hole.to - hole.from));
  const hex = /^<([0-9a-fA-F]*)>$/.exec(text)?.[1];
  if (hex === undefined) return faulty("contents", "the signature value is not plain hexadecimal");
  if (/^0*$/.test(hex)) return faulty("contents", "the signature value is empty");
  return { byteRange: range, end: second + length, contents: fromHex(hex), faults: [] };
}

function rangeOf(value: PdfObject | undefined): ByteRange | string {
  if (value === undefined || value === null) return "there is no ByteRange";
  if (value instanceof PdfRef) return "the ByteRange is not written in the signature itself";
  if (!Array.isArray(value) || value.length !== 4) return "the ByteRange is not two ranges";
  const isPlain = value.every((item) => typeof item === "number" && Number.isSafeInteger(item) && item >= 0);
  if (!isPlain) return "the ByteRange is not made of four plain numbers";
  const range = value as unknown as ByteRange;
  const isOrdered = range[0] + range[1] <= range[2] && range[3] > 0;
  return isOrdered ? range : "the two ranges of the ByteRange overlap or are empty";
}
