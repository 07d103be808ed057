import { sha256, toHex } from "#lib/bytes.ts";
import { pdfError } from "../errors.ts";
import { type PdfDict, type PdfObject, PdfRef, PdfStream } from "../objects.ts";
import type { PdfFile } from "../reader.ts";
import { allowed, forbidden } from "./change.ts";
import type { Findings, UpdateStep } from "./update-step.ts";

export type ValidationDataKind = "certificates" | "crls" | "ocspResponses";

/** One stream of a document security store. */
export interface ValidationItem {
  readonly kind: ValidationDataKind;
  readonly ref: PdfRef;
  readonly stream: PdfStream;
}

const LISTS: Readonly<Record<string, ValidationDataKind>> = {
  Certs: "certificates",
  CRLs: "crls",
  OCSPs: "ocspResponses",
};
const VRI_LISTS: Readonly<Record<string, ValidationDataKind>> = {
  Cert: "certificates",
  CRL: "crls",
  OCSP: "ocspResponses",
};
const STORE_KEYS = new Set([...Object.keys(LISTS), "Type", "VRI"]);
const VRI_KEYS = new Set([...Object.keys(VRI_LISTS), "Type", "TU", "TS"]);
const MAX_ITEMS = 15_000;

/**
 * Everything in the document security store, once each, also what is kept for single signatures.
 *
 * @returns `isClean` is false when the store holds anything else than it may. @throws pdf/too-complex
 * @see ISO 32000-2 §12.8.4.3
 */
export function validationItems(file: PdfFile): { items: ValidationItem[]; isClean: boolean } {
  const store = file.dict(file.catalog.get("DSS"));
  const found = new Map<string, ValidationItem>();
  if (!store) return { items: [], isClean: true };
  let isClean = takeLists(file, store, LISTS, STORE_KEYS, found);
  for (const [key, value] of file.dict(store.get("VRI")) ?? []) {
    const entry = file.dict(value);
    if (entry) isClean = takeLists(file, entry, VRI_LISTS, VRI_KEYS, found) && isClean;
    else isClean &&= key === "Type";
  }
  return { items: [...found.values()], isClean };
}

function takeLists(
  file: PdfFile,
  holder: PdfDict,
  lists: Readonly<Record<string, ValidationDataKind>>,
  keys: ReadonlySet<string>,
  found: Map<string, ValidationItem>,
): boolean {
  let isClean = [...holder.keys()].every((key) => keys.has(key));
  for (const [key, kind] of Object.entries(lists)) {
    for (const ref of file.array(holder.get(key))) {
      const stream = file.resolve(ref);
      if (!(ref instanceof PdfRef) || !(stream instanceof PdfStream)) isClean = false;
      else if (found.size >= MAX_ITEMS) throw pdfError("too-complex", "too much validation data");
      else found.set(`${kind} ${ref.number}`, { kind, ref, stream });
    }
  }
  return isClean;
}

/** Judges the store: it may only grow, and only by what it is for. @see EN 319 142-1 §5.4.2 */
export function judgeValidationData(step: UpdateStep, findings: Findings): void {
  const { old, next, touched } = step;
  const [before, after] = [validationItems(old), validationItems(next)];
  const number = refNumber(next.catalog.get("DSS"));
  if (!after.isClean) {
    findings.add(forbidden("validation-data", number, "the validation data holds something else"));
    return;
  }
  const numbers = new Set(after.items.map(({ ref }) => ref.number));
  const gone = before.items.filter(({ ref }) => touched.has(ref.number) || !numbers.has(ref.number));
  const hashes = new Set(gone.length === 0 ? [] : after.items.map(({ stream }) => hashOf(next, stream)));
  const isLost = gone.some(({ stream }) => !hashes.has(hashOf(old, stream)));
  findings.add(
    isLost
      ? forbidden("validation-data", number, "validation data was removed or replaced")
      : allowed("validation-data-added", number, "validation data was added"),
  );
}

const refNumber = (object: PdfObject | undefined): number | null =>
  object instanceof PdfRef ? object.number : null;

const hashOf = (file: PdfFile, stream: PdfStream): string => toHex(sha256(file.streamBytes(stream)));
