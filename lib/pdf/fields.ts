import { fromLatin1 } from "#lib/bytes.ts";
import {
  numberSyntax,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  PdfString,
  pdfDict,
  pdfName,
  pdfText,
} from "./objects.ts";
import {
  displayedSize,
  type NormalizedBox,
  type PageBox,
  type PdfMatrix,
  toPdfRect,
  uprightMatrix,
} from "./placement.ts";
import type { ObjectSink } from "./update.ts";

/** What other fields a signature closes when it is made (ISO 32000-2 §12.8.2.4, §12.7.5.5). */
export type FieldLock =
  | { readonly action: "include"; readonly fields: readonly string[] }
  /** Everything, and from then on nothing but validation data and time-stamps. */
  | { readonly action: "all" };

/** A product field as it becomes a field of the PDF's form, before anyone has filled it. */
export interface ProductField {
  /** Its partial name: unique in the file, no period. */
  readonly name: string;
  readonly kind: "signature" | "text" | "checkbox";
  /** From 0. */
  readonly page: number;
  /** Null for a signature without a place on the page. */
  readonly box: NormalizedBox | null;
  /** Read aloud by screen readers, shown on hover (TU). */
  readonly label: string;
  readonly isRequired: boolean;
  readonly isMultiline?: boolean;
  readonly lock?: FieldLock;
}

/** Something drawn once and printed in the bottom margin of every page. */
export interface MarginMark {
  readonly form: PdfRef;
  readonly widthPt: number;
  readonly heightPt: number;
}

export interface FormDrawing {
  /** Form XObjects for both states of a checkbox of this size. */
  checkbox(
    sink: ObjectSink,
    widthPt: number,
    heightPt: number,
    matrix: PdfMatrix,
  ): { on: PdfRef; off: PdfRef };
  marginMark?(sink: ObjectSink): MarginMark | null;
}

/** What one page gets: widgets for its Annots, and operators with the form XObjects they draw. */
export interface PageForm {
  readonly widgets: readonly PdfRef[];
  readonly drawing: string;
  readonly xObjects: ReadonlyMap<string, PdfObject>;
}

export interface FormWriter {
  begin(
    sink: ObjectSink,
    pages: readonly PageBox[],
    pageRefs: readonly PdfRef[],
  ): { readonly form: PdfRef | null; readonly pages: ReadonlyMap<number, PageForm> };
}

const READ_ONLY = 1 << 0;
const REQUIRED = 1 << 1;
const MULTILINE = 1 << 12;
/** Print and Locked: on paper as on screen, and not to be moved (§12.5.3). */
const WIDGET_FLAGS = 132;

/**
 * Writes the product's fields as the file's only form: read-only, so that no other program fills them, each with
 * a tooltip; nothing is drawn for a field without value.
 *
 * @see ISO 32000-2 §12.7
 */
export function formWriter(fields: readonly ProductField[], drawing: FormDrawing): FormWriter {
  return {
    begin(sink, pages, pageRefs) {
      const widgets = new Map<number, PdfRef[]>();
      for (const field of fields) {
        const ref = sink.add(fieldDict(sink, field, pages[field.page]!, pageRefs[field.page]!, drawing));
        widgets.set(field.page, [...(widgets.get(field.page) ?? []), ref]);
      }
      const all = [...widgets.values()].flat();
      const margin = drawing.marginMark?.(sink) ?? null;
      const forms = pages.map((page, index): [number, PageForm] => {
        const mark = margin ? placeMarginMark(page, margin) : null;
        const xObjects = new Map<string, PdfObject>(mark ? [["WhereofMargin", margin!.form]] : []);
        return [index, { widgets: widgets.get(index) ?? [], drawing: mark ?? "", xObjects }];
      });
      return { form: all.length > 0 ? sink.add(formDict(sink, all)) : null, pages: new Map(forms) };
    },
  };
}

function formDict(sink: ObjectSink, fields: readonly PdfRef[]): PdfDict {
  const helvetica = pdfDict({
    Type: pdfName("Font"),
    Subtype: pdfName("Type1"),
    BaseFont: pdfName("Helvetica"),
    Encoding: pdfName("WinAnsiEncoding"),
  });
  return pdfDict({
    Fields: [...fields],
    // Signatures exist, and the file is only to be appended to (§12.7.3, table 225).
    SigFlags: 3,
    DA: new PdfString(fromLatin1("/Helv 0 Tf 0 g")),
    DR: pdfDict({ Font: pdfDict({ Helv: sink.add(helvetica) }) }),
  });
}

function fieldDict(
  sink: ObjectSink,
  field: ProductField,
  page: PageBox,
  pageRef: PdfRef,
  drawing: FormDrawing,
): PdfDict {
  const dict = pdfDict({
    Type: pdfName("Annot"),
    Subtype: pdfName("Widget"),
    T: pdfText(field.name),
    TU: pdfText(field.label),
    F: WIDGET_FLAGS,
    P: pageRef,
    Rect: field.box ? [...toPdfRect(field.box, page)] : [0, 0, 0, 0],
  });
  const flags = READ_ONLY | (field.isRequired ? REQUIRED : 0);
  if (field.kind === "signature") {
    dict.set("FT", pdfName("Sig"));
    if (field.lock) dict.set("Lock", sink.add(lockDict(field.lock)));
    return dict;
  }
  if (field.kind === "text") {
    dict.set("FT", pdfName("Tx")).set("Ff", flags | (field.isMultiline ? MULTILINE : 0));
    return dict.set("DA", new PdfString(fromLatin1("/Helv 0 Tf 0 g")));
  }
  const { widthPt, heightPt } = boxSize(field.box!, page);
  const { on, off } = drawing.checkbox(
    sink,
    widthPt,
    heightPt,
    uprightMatrix(page.rotation, widthPt, heightPt),
  );
  dict.set("FT", pdfName("Btn")).set("Ff", flags).set("V", pdfName("Off")).set("AS", pdfName("Off"));
  return dict.set("AP", pdfDict({ N: pdfDict({ Yes: on, Off: off }) }));
}

function lockDict(lock: FieldLock): PdfDict {
  const type = pdfName("SigFieldLock");
  if (lock.action === "all") return pdfDict({ Type: type, Action: pdfName("All"), P: 1 });
  return pdfDict({ Type: type, Action: pdfName("Include"), Fields: lock.fields.map(pdfText) });
}

/** Width and height of a box as displayed, in user space units. */
export function boxSize(box: NormalizedBox, page: PageBox): { widthPt: number; heightPt: number } {
  const size = displayedSize(page);
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  return { widthPt: rounded(box.width * size.widthPt), heightPt: rounded(box.height * size.heightPt) };
}

const MARGIN_PT = 9;

/** Draws the mark upright at the lower left of the page as displayed; pages too small for it go without. */
function placeMarginMark(page: PageBox, mark: MarginMark): string | null {
  const size = displayedSize(page);
  if (mark.widthPt + 2 * MARGIN_PT > size.widthPt || mark.heightPt + 2 * MARGIN_PT > size.heightPt)
    return null;
  const box: NormalizedBox = {
    x: MARGIN_PT / size.widthPt,
    y: 1 - (MARGIN_PT + mark.heightPt) / size.heightPt,
    width: mark.widthPt / size.widthPt,
    height: mark.heightPt / size.heightPt,
  };
  const [left, bottom] = toPdfRect(box, page);
  const [a, b, c, d, e, f] = uprightMatrix(page.rotation, mark.widthPt, mark.heightPt);
  return `q ${[a, b, c, d, e + left, f + bottom].map(numberSyntax).join(" ")} cm /WhereofMargin Do Q\n`;
}
