import { fromLatin1 } from "#lib/bytes.ts";
import type { FormTags } from "./form-tags.ts";
import {
  numberSyntax,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  PdfStream,
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
  readonly kind: "signature" | "text" | "checkbox" | "choice" | "radio";
  /** From 0. */
  readonly page: number;
  /** Null for a signature without a place on the page. */
  readonly box: NormalizedBox | null;
  /** Read aloud by screen readers, shown on hover (TU). */
  readonly label: string;
  readonly isRequired: boolean;
  readonly isMultiline?: boolean;
  /** Of a text: that many boxes, a character in each. */
  readonly cells?: number;
  /** Of a choice: what can be chosen. */
  readonly options?: readonly string[];
  /** Of a radio group: its buttons; it has no place of its own. */
  readonly buttons?: readonly RadioButton[];
  readonly lock?: FieldLock;
}

export interface RadioButton {
  readonly page: number;
  readonly box: NormalizedBox;
  /** What choosing it says. */
  readonly label: string;
}

/** What a radio group holds when the button at that place is chosen, from 0. */
export const radioState = (index: number): string => `Option${index + 1}`;

/** Something drawn once and printed in the bottom margin of every page. */
export interface MarginMark {
  readonly form: PdfRef;
  readonly widthPt: number;
  readonly heightPt: number;
}

export interface FormDrawing {
  /** Other programs shall fill it, and draw what is filled. */
  readonly isFillable?: boolean;
  /** Form XObjects for both states of a checkbox or radio button of this size. */
  button(
    kind: "checkbox" | "radio",
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
    /** Of a tagged file: where its fields are put among what is read out. */
    tags: FormTags | null,
  ): { readonly form: PdfRef | null; readonly pages: ReadonlyMap<number, PageForm> };
}

/** Puts a widget on its page. */
type PlaceWidget = (page: number, widget: PdfDict, label: string) => PdfRef;

const READ_ONLY = 1 << 0;
const REQUIRED = 1 << 1;
const MULTILINE = 1 << 12;
const NO_TOGGLE_TO_OFF = 1 << 14;
const RADIO = 1 << 15;
const COMBO = 1 << 17;
const COMB = 1 << 24;
/** Print and Locked: on paper as on screen, and not to be moved (§12.5.3). */
const WIDGET_FLAGS = 132;

/**
 * Writes the product's fields as the file's only form: read-only, so that no other program fills them, unless they are
 * meant to be filled elsewhere; each with a tooltip. Nothing is drawn for a field without value.
 *
 * @see ISO 32000-2 §12.7
 */
export function formWriter(fields: readonly ProductField[], drawing: FormDrawing): FormWriter {
  return {
    begin(sink, pages, pageRefs, tags) {
      const widgets = new Map<number, PdfRef[]>();
      const all: PdfRef[] = [];
      const place: PlaceWidget = (page, widget, label) => {
        const ref = sink.add(widget);
        widgets.set(page, [...(widgets.get(page) ?? []), ref]);
        if (tags) widget.set("StructParent", tags.add({ ref, page, label }));
        return ref;
      };
      for (const field of fields) {
        if (field.kind === "radio") {
          all.push(addRadioGroup(sink, field, pages, pageRefs, drawing, place));
          continue;
        }
        const widget = fieldDict(sink, field, pages[field.page]!, pageRefs[field.page]!, drawing);
        all.push(place(field.page, widget, field.label));
      }
      const margin = drawing.marginMark?.(sink) ?? null;
      const forms = pages.map((page, index): [number, PageForm] => {
        const mark = margin ? placeMarginMark(page, margin) : null;
        const xObjects = new Map<string, PdfObject>(mark ? [["WhereofMargin", margin!.form]] : []);
        return [index, { widgets: widgets.get(index) ?? [], drawing: mark ?? "", xObjects }];
      });
      return { form: all.length > 0 ? sink.add(formDict(sink, all, drawing)) : null, pages: new Map(forms) };
    },
  };
}

function formDict(sink: ObjectSink, fields: readonly PdfRef[], { isFillable }: FormDrawing): PdfDict {
  const helvetica = pdfDict({
    Type: pdfName("Font"),
    Subtype: pdfName("Type1"),
    BaseFont: pdfName("Helvetica"),
    Encoding: pdfName("WinAnsiEncoding"),
  });
  return pdfDict({
    Fields: [...fields],
    // Signatures exist, and the file is only to be appended to (§12.7.3, table 225).
    ...(isFillable ? { NeedAppearances: true } : { SigFlags: 3 }),
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
  const flags = (drawing.isFillable ? 0 : READ_ONLY) | (field.isRequired ? REQUIRED : 0);
  if (drawing.isFillable) dict.set("MK", pdfDict({ BC: [0.6] })).set("BS", pdfDict({ W: 0.5 }));
  if (field.kind === "signature") {
    dict.set("FT", pdfName("Sig"));
    if (field.lock) dict.set("Lock", sink.add(lockDict(field.lock)));
    return dict;
  }
  if (field.kind === "text") {
    const { isMultiline, cells } = field;
    dict.set("FT", pdfName("Tx")).set("Ff", flags | (cells ? COMB : isMultiline ? MULTILINE : 0));
    if (cells) dict.set("MaxLen", cells);
    return dict.set("DA", new PdfString(fromLatin1("/Helv 0 Tf 0 g")));
  }
  if (field.kind === "choice") {
    dict
      .set("FT", pdfName("Ch"))
      .set("Ff", flags | COMBO)
      .set("Opt", (field.options ?? []).map(pdfText));
    dict.set("DA", new PdfString(fromLatin1("/Helv 0 Tf 0 g")));
    // Without an appearance some readers draw an arrow of their own.
    const { widthPt, heightPt } = boxSize(field.box!, page);
    const nothing = pdfDict({
      ...{ Type: pdfName("XObject"), Subtype: pdfName("Form"), BBox: [0, 0, widthPt, heightPt] },
    });
    return dict.set("AP", pdfDict({ N: sink.add(new PdfStream(nothing, new Uint8Array(0))) }));
  }
  const { on, off } = buttonStates(sink, "checkbox", field.box!, page, drawing);
  dict.set("FT", pdfName("Btn")).set("Ff", flags).set("V", pdfName("Off")).set("AS", pdfName("Off"));
  return dict.set("AP", pdfDict({ N: pdfDict({ Yes: on, Off: off }) }));
}

function buttonStates(
  sink: ObjectSink,
  kind: "checkbox" | "radio",
  box: NormalizedBox,
  page: PageBox,
  drawing: FormDrawing,
) {
  const { widthPt, heightPt } = boxSize(box, page);
  return drawing.button(kind, sink, widthPt, heightPt, uprightMatrix(page.rotation, widthPt, heightPt));
}

/** One field with a widget for each button: choosing one lets go of the others (§12.7.5.2.4). */
function addRadioGroup(
  sink: ObjectSink,
  field: ProductField,
  pages: readonly PageBox[],
  pageRefs: readonly PdfRef[],
  drawing: FormDrawing,
  place: PlaceWidget,
): PdfRef {
  const buttons = field.buttons ?? [];
  const kids: PdfRef[] = [];
  const parent = pdfDict({
    FT: pdfName("Btn"),
    Ff: (drawing.isFillable ? 0 : READ_ONLY) | RADIO | NO_TOGGLE_TO_OFF | (field.isRequired ? REQUIRED : 0),
    T: pdfText(field.name),
    TU: pdfText(field.label),
    V: pdfName("Off"),
    Opt: buttons.map(({ label }) => pdfText(label)),
    Kids: kids,
  });
  const ref = sink.add(parent);
  for (const [index, button] of buttons.entries()) {
    const page = pages[button.page]!;
    const { on, off } = buttonStates(sink, "radio", button.box, page, drawing);
    const widget = pdfDict({
      Type: pdfName("Annot"),
      Subtype: pdfName("Widget"),
      Parent: ref,
      TU: pdfText(button.label),
      F: WIDGET_FLAGS,
      P: pageRefs[button.page]!,
      Rect: [...toPdfRect(button.box, page)],
      AS: pdfName("Off"),
      AP: pdfDict({ N: pdfDict({ [radioState(index)]: on, Off: off }) }),
    });
    kids.push(place(button.page, widget, `${field.label}: ${button.label}`));
  }
  return ref;
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
