import { isDict, type PdfObject, PdfStream } from "../objects.ts";
import { pagesOf } from "../pages.ts";
import { judgeCatalog, judgeInfo, judgeMetadata, judgeTrailer } from "./catalog-rules.ts";
import { type Change, forbidden, printable, unclear } from "./change.ts";
import { judgeValidationData } from "./dss-rules.ts";
import { judgeField, judgeRedrawn } from "./field-rules.ts";
import { isGrown, judgeForm } from "./form-rules.ts";
import { isWidget, judgeAnnotations, judgePage } from "./page-rules.ts";
import { type Owner, TRAILER } from "./references.ts";
import { Findings, kindOf, type UpdateStep } from "./update-step.ts";

/**
 * Judges one update against what the signatures before it permit: what is not on the list of what may be done is
 * forbidden.
 *
 * @see ISO 32000-2 §12.8.2.2, §12.8.2.4; EN 319 142-1 §5.4
 */
export function judgeUpdate(step: UpdateStep): Change[] {
  const findings = new Findings();
  judgeTrailer(step, findings);
  judgeCatalog(step, findings);
  const widgets = judgeForm(step, findings);
  for (const number of step.touched) {
    judgeObject(step, findings, number, widgets);
    if (findings.isEnough) break;
  }
  return findings.all;
}

function judgeObject(
  step: UpdateStep,
  findings: Findings,
  number: number,
  widgets: ReadonlySet<number>,
): void {
  const { old, next, pages, oldForm, references } = step;
  if (number === old.catalogRef.number || number === oldForm.number) {
    if (!isDict(next.get(number))) findings.add(forbidden("catalog-changed", number, "the root was removed"));
    return;
  }
  const part = oldForm.fields.get(number);
  if (part) judgeField(step, findings, number, part);
  else if (pages.has(number)) judgePage(step, findings, number, widgets);
  else
    judgePart(
      step,
      findings,
      number,
      references.ownersOf(number, (one) => isKnown(step, one)),
      widgets,
    );
}

function isKnown({ old, oldForm, pages }: UpdateStep, number: number): boolean {
  return (
    number === old.catalogRef.number ||
    number === oldForm.number ||
    pages.has(number) ||
    oldForm.fields.has(number)
  );
}

/** Judges an object by what it is part of: every way to it must lead to something that may change. */
function judgePart(
  step: UpdateStep,
  findings: Findings,
  number: number,
  owners: readonly Owner[] | null,
  widgets: ReadonlySet<number>,
): void {
  const { old, next } = step;
  const [before, after] = [old.get(number), next.get(number)];
  if (owners === null) {
    findings.add(forbidden("object-changed", number, `${kindOf(before)} used in many places was changed`));
    return;
  }
  const refused = owners.find((owner) => !isPermittedPart(step, findings, number, owner, after, widgets));
  if (refused) findings.add(refusalOf(step, number, refused, before, after));
}

function isPermittedPart(
  step: UpdateStep,
  findings: Findings,
  number: number,
  owner: Owner,
  after: PdfObject,
  widgets: ReadonlySet<number>,
): boolean {
  const { old, next, oldForm, pages } = step;
  const { number: holder, key, innerKey } = owner;
  const isForm = holder === oldForm.number || (holder === old.catalogRef.number && key === "AcroForm");
  if (holder === TRAILER) {
    if (key !== "Info") return false;
    judgeInfo(step, findings, old.dict(old.get(number)), next.dict(after));
    return true;
  }
  if (isForm) {
    // The list of fields is compared with the form itself.
    if (innerKey === "Fields") return Array.isArray(old.get(number)) && Array.isArray(after);
    const isResource = key === "DR" || (key === "AcroForm" && RESOURCE_KEYS.has(innerKey));
    return isResource && isGrown(step, old.get(number), after);
  }
  if (holder === old.catalogRef.number) {
    if (key === "Metadata") return judgeMetadata(step, findings, after);
    if (key !== "DSS") return false;
    findings.once("DSS", () => judgeValidationData(step, findings));
    return true;
  }
  if (pages.has(holder)) {
    if (key !== "Annots" || !Array.isArray(old.get(number)) || !Array.isArray(after)) return false;
    judgeAnnotations(step, findings, pages.get(holder)!, after, old.get(number), widgets);
    return true;
  }
  const redrawn = judgeRedrawn(step, holder, key, after);
  if (redrawn) findings.add(redrawn);
  return redrawn !== null;
}

/** Where a form written inside the catalog keeps what fields are drawn with: more of it changes nothing. */
const RESOURCE_KEYS = new Set(["DR", "Font", "Encoding"]);

const PAGE_CODES: Readonly<Record<string, readonly [code: string, what: string]>> = {
  Contents: ["page-content", "the content"],
  Resources: ["page-resources", "what is drawn on it"],
  Annots: ["annotation-changed", "an annotation"],
};
const CATALOG_CODES: Readonly<Record<string, string>> = {
  Pages: "page-tree",
  Names: "names",
  OpenAction: "action",
  AA: "action",
  OCProperties: "layers",
  StructTreeRoot: "structure",
  Perms: "permissions",
  Outlines: "outlines",
  AcroForm: "form-changed",
};
const FIELD_CODES: Readonly<Record<string, string>> = {
  V: "signature-changed",
  AP: "appearance-changed",
  Kids: "field-changed",
  Parent: "field-changed",
};

function refusalOf(
  step: UpdateStep,
  number: number,
  { number: holder, key }: Owner,
  before: PdfObject,
  after: PdfObject,
): Change {
  const { old, pages, oldForm } = step;
  const [was, is] = [kindOf(before), kindOf(after)];
  const what =
    after === null ? `${was} was removed` : was === is ? `${was} was changed` : `${was} became ${is}`;
  const page = pages.get(holder);
  if (page !== undefined) {
    if (key === "Parent") return pagesRefusal(step, number);
    const [code, part] = PAGE_CODES[key] ?? ["page-changed", printable(key, 40)];
    const isComment = key === "Annots" && step.permission.level === 3 && !isWidgetPart(step, number);
    const make = isComment ? unclear : forbidden;
    return make(code, number, `${part} of page ${page} was changed: ${what}`);
  }
  const part = oldForm.fields.get(holder);
  if (part) {
    const code = FIELD_CODES[key] ?? "field-changed";
    return forbidden(code, number, `${printable(key, 40)} of field "${printable(part.field.name)}": ${what}`);
  }
  if (holder === TRAILER) return forbidden("encryption", number, `the encryption was changed: ${what}`);
  if (holder === oldForm.number)
    return forbidden("form-changed", number, `${printable(key, 40)} of the form: ${what}`);
  const code = holder === old.catalogRef.number ? CATALOG_CODES[key] : undefined;
  if (code === "page-tree") return pagesRefusal(step, number);
  return forbidden(code ?? "object-changed", number, `${printable(key, 40)} of the document: ${what}`);
}

function pagesRefusal({ next, pages }: UpdateStep, number: number): Change {
  const count = [...pagesOf(next)].length;
  const message =
    count === pages.size
      ? "pages were exchanged or moved, or what they inherit was changed"
      : `the document had ${pages.size} pages and now has ${count}`;
  return forbidden("page-tree", number, message);
}

/** What hangs on an annotation is taken as the annotation's, unless it is a form's. */
function isWidgetPart(step: UpdateStep, number: number): boolean {
  const object = step.old.get(number);
  return object instanceof PdfStream || !isDict(object) || isWidget(step, object);
}
