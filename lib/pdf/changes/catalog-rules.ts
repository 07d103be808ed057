import { equalBytes } from "#lib/bytes.ts";
import {
  isDict,
  isName,
  type PdfDict,
  type PdfName,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from "../objects.ts";
import { allowed, forbidden, printable } from "./change.ts";
import { judgeValidationData } from "./dss-rules.ts";
import type { Findings, UpdateStep } from "./update-step.ts";

const CATALOG_PARTS: Readonly<Record<string, readonly [code: string, what: string]>> = {
  Pages: ["page-tree", "the list of pages"],
  Names: ["names", "the names, attachments and scripts"],
  OpenAction: ["action", "what happens on opening"],
  AA: ["action", "the actions"],
  OCProperties: ["layers", "the layers"],
  StructTreeRoot: ["structure", "the structure for screen readers"],
  Perms: ["permissions", "the permissions"],
  Outlines: ["outlines", "the bookmarks"],
};

/** Judges the entries of the document's root. @see ISO 32000-2 §7.7.2 */
export function judgeCatalog(step: UpdateStep, findings: Findings): void {
  const { old, next, comparison } = step;
  const [before, after] = [old.catalog, next.catalog];
  const number = next.catalogRef.number;
  for (const key of comparison.changedKeys(before, after)) {
    if (key === "AcroForm" || isPermitted(step, findings, key, before.get(key), after.get(key))) continue;
    const [code, what] = CATALOG_PARTS[key] ?? ["catalog-changed", printable(key, 40)];
    findings.add(forbidden(code, number, `${what} of the document changed`));
  }
}

function isPermitted(
  step: UpdateStep,
  findings: Findings,
  key: string,
  old: PdfObject | undefined,
  next: PdfObject | undefined,
): boolean {
  switch (key) {
    case "DSS":
      findings.once("DSS", () => judgeValidationData(step, findings));
      return true;
    case "Metadata":
      return judgeMetadata(step, findings, step.next.resolve(next));
    case "Extensions":
      return areExtensions(step, next);
    case "Version":
      return isLaterVersion(old, next);
    case "Perms":
      return isCertification(step, old, next);
    default:
      return false;
  }
}

/** Metadata is shown by no page; a stream that is anything else besides could be. */
export function judgeMetadata(step: UpdateStep, findings: Findings, next: PdfObject): boolean {
  if (!(next instanceof PdfStream) || step.next.name(next.dict.get("Subtype")) !== "XML") return false;
  findings.add(allowed("metadata-updated", null, "the metadata was updated"));
  return true;
}

/** §7.12: developers' extensions are dictionaries. */
const areExtensions = ({ next }: UpdateStep, extensions: PdfObject | undefined): boolean => {
  const dict = next.dict(extensions);
  return (
    dict !== null &&
    [...dict].every(([key, value]) => key === "Type" || typeof next.resolve(value) === "object")
  );
};

function isLaterVersion(old: PdfObject | undefined, next: PdfObject | undefined): boolean {
  if (!isName(next)) return false;
  const version = (value: PdfObject | undefined) => (isName(value) ? (value as PdfName).text : "");
  return /^\d\.\d$/.test(version(next)) && version(next) >= version(old);
}

/** A certification must be the first signature; only time-stamps may come before (§12.8.2.2). */
function isCertification(
  { old, next, permission, comparison }: UpdateStep,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  const [was, is] = [old.dict(before) ?? new Map(), next.dict(after)];
  if (!is || !permission.hasOnlyTimestamps || was.has("DocMDP")) return false;
  const keys = comparison.changedKeys(was, is);
  return keys.length === 1 && keys[0] === "DocMDP" && isDict(next.resolve(is.get("DocMDP")));
}

const INFO_KEYS = new Set(["ModDate", "Producer"]);
const FIRST_INFO_KEYS = new Set([...INFO_KEYS, "CreationDate", "Creator"]);

/** Judges the trailer and what hangs on it. @see ISO 32000-2 §7.5.5 */
export function judgeTrailer(step: UpdateStep, findings: Findings): void {
  const { old, next, comparison } = step;
  const [before, after] = [old.trailer, next.trailer];
  if (old.catalogRef.number !== next.catalogRef.number)
    findings.add(forbidden("catalog-moved", next.catalogRef.number, "the document got another root"));
  const [encrypt, encryptNow] = [before.get("Encrypt"), after.get("Encrypt")];
  const isMoved = encrypt instanceof PdfRef !== encryptNow instanceof PdfRef;
  if (isMoved || !comparison.isSame(encrypt, encryptNow))
    findings.add(forbidden("encryption", null, "the encryption was changed"));
  const [id, idNow] = [firstId(step.old, before), firstId(step.next, after)];
  // Readers derive keys from it; elsewhere it may be left out, but not be another.
  if (id && !(idNow ? equalBytes(id, idNow) : old.encryption === null))
    findings.add(forbidden("file-id", null, "the identity of the file was changed"));
  judgeInfo(step, findings, old.dict(before.get("Info")), next.dict(after.get("Info")));
}

function firstId(file: UpdateStep["old"], trailer: PdfDict): Uint8Array | null {
  const [id] = file.array(trailer.get("ID")).map((item) => file.resolve(item));
  return id instanceof PdfString ? id.bytes : null;
}

export function judgeInfo(
  { comparison }: UpdateStep,
  findings: Findings,
  old: PdfDict | null,
  next: PdfDict | null,
): void {
  const keys = comparison.changedKeys(old ?? new Map(), next ?? new Map());
  if (keys.length === 0) return;
  const others = keys.filter((key) => !(old ? INFO_KEYS : FIRST_INFO_KEYS).has(key));
  const isPlain = keys.every((key) => {
    const value = next?.get(key);
    return value === undefined || value instanceof PdfString || value instanceof PdfRef;
  });
  const what = others.map((key) => printable(key, 40)).join(", ");
  findings.add(
    others.length === 0 && isPlain
      ? allowed("metadata-updated", null, "the metadata was updated")
      : forbidden("info", null, `${what || "an entry"} of the document's information changed`),
  );
}
