import { pdfError } from "./errors.ts";
import { PDF_LIMITS } from "./limits.ts";
import { isDict, isName, type PdfDict, type PdfObject, PdfRef } from "./objects.ts";
import type { PdfFile } from "./reader.ts";

/** A terminal field of the PDF's own interactive form (ISO 32000-2 §12.7.4). */
export interface AcroFormField {
  /** Null when the field is written inside the Fields array itself. */
  readonly ref: PdfRef | null;
  readonly dict: PdfDict;
  /** Partial names from the root down, joined by periods (§12.7.4.2). */
  readonly name: string;
  readonly type: "Tx" | "Btn" | "Ch" | "Sig" | null;
  /** Ff with what is inherited (§12.7.4.1). */
  readonly flags: number;
  readonly value: PdfObject;
  /** Its widgets; the field itself when both are one dictionary. */
  readonly widgets: readonly { readonly ref: PdfRef | null; readonly dict: PdfDict }[];
}

const TYPES = ["Tx", "Btn", "Ch", "Sig"] as const;

interface Above {
  readonly name: string;
  readonly type: AcroFormField["type"];
  readonly flags: number;
  readonly value: PdfObject;
}

/** Every terminal field, each once, whatever cycles the tree has. */
export function* fieldsOf(file: PdfFile): Generator<AcroFormField> {
  const form = file.dict(file.catalog.get("AcroForm"));
  if (!form) return;
  const seen = new Set<number>();
  let count = 0;
  function* walk(node: PdfObject, above: Above, depth: number): Generator<AcroFormField> {
    if (depth > PDF_LIMITS.treeDepth) return;
    if (node instanceof PdfRef) {
      if (seen.has(node.number)) return;
      seen.add(node.number);
    }
    const dict = file.dict(node);
    if (!dict) return;
    const own = inherit(file, dict, above);
    const kids = file.array(dict.get("Kids")).map((kid) => ({ object: kid, dict: file.dict(kid) }));
    const inner = kids.filter((kid) => kid.dict?.has("T"));
    if (inner.length > 0) {
      for (const kid of inner) yield* walk(kid.object, own, depth + 1);
      return;
    }
    if (++count > PDF_LIMITS.fields) throw pdfError("too-complex", "too many form fields");
    const ref = node instanceof PdfRef ? node : null;
    const widgets = kids
      .filter((kid): kid is { object: PdfObject; dict: PdfDict } => isDict(kid.dict ?? undefined))
      .map((kid) => ({ ref: kid.object instanceof PdfRef ? kid.object : null, dict: kid.dict }));
    yield { ...own, ref, dict, widgets: widgets.length > 0 ? widgets : [{ ref, dict }] };
  }
  for (const field of file.array(form.get("Fields")))
    yield* walk(field, { name: "", type: null, flags: 0, value: null }, 0);
}

function inherit(file: PdfFile, dict: PdfDict, above: Above): Above {
  const partial = file.text(dict.get("T"));
  const type = file.resolve(dict.get("FT"));
  const known = TYPES.find((name) => isName(type, name));
  return {
    name: partial === undefined ? above.name : above.name === "" ? partial : `${above.name}.${partial}`,
    type: known ?? above.type,
    flags: file.number(dict.get("Ff")) ?? above.flags,
    value: dict.has("V") ? file.resolve(dict.get("V")) : above.value,
  };
}

/** A signature field that holds a signature, or a document time-stamp. */
export interface SignatureField extends AcroFormField {
  readonly signature: PdfDict;
}

/** Signature fields with a value (§12.8). */
export function signatureFieldsOf(file: PdfFile): SignatureField[] {
  const found: SignatureField[] = [];
  for (const field of fieldsOf(file)) {
    const { value } = field;
    if (field.type === "Sig" && isDict(value)) found.push({ ...field, signature: value });
  }
  return found;
}

/** The DocMDP level of a certified file (§12.8.2.2), null when it is not certified. */
export function certifiedLevel(file: PdfFile): 1 | 2 | 3 | null {
  const certification = file.dict(file.dict(file.catalog.get("Perms"))?.get("DocMDP"));
  if (!certification) return null;
  for (const entry of file.array(certification.get("Reference"))) {
    const reference = file.dict(entry);
    if (file.name(reference?.get("TransformMethod")) !== "DocMDP") continue;
    const level = file.number(file.dict(reference?.get("TransformParams"))?.get("P")) ?? 2;
    return level === 1 || level === 3 ? level : 2;
  }
  return 2;
}
