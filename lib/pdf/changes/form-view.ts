import { type AcroFormField, fieldsOf } from "../form.ts";
import { type PdfDict, PdfRef } from "../objects.ts";
import type { PdfFile } from "../reader.ts";

/** A revision's form, looked at by object number. */
export interface FormView {
  readonly dict: PdfDict | null;
  /** Of the AcroForm dictionary, when it is an object of its own. */
  readonly number: number | null;
  readonly fields: ReadonlyMap<number, FormPart>;
  readonly names: ReadonlySet<string>;
}

/** What an object is to the form: a field, one of its widgets, or both in one. */
export interface FormPart {
  readonly field: AcroFormField;
  readonly isField: boolean;
}

export function formViewOf(file: PdfFile): FormView {
  const held = file.catalog.get("AcroForm");
  const fields = new Map<number, FormPart>();
  const names = new Set<string>();
  for (const field of fieldsOf(file)) {
    names.add(field.name);
    for (const { ref } of field.widgets) if (ref) fields.set(ref.number, { field, isField: false });
    if (field.ref) fields.set(field.ref.number, { field, isField: true });
  }
  return { dict: file.dict(held), number: held instanceof PdfRef ? held.number : null, fields, names };
}
