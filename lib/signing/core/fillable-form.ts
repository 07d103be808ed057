import type { ProductField } from "#lib/pdf/fields.ts";
import type { CeremonyField } from "./field-values.ts";
import type { PdfForm } from "./pdf-form.ts";

/** The fields of a form as people fill it elsewhere: with a place on a page, named by their labels, nothing locked. */
export function fillableFields(form: PdfForm, fields: readonly CeremonyField[]): ProductField[] {
  const labels = new Map<string, string>();
  for (const { id, label, settings } of fields) {
    const name = form.names.get(id);
    const said = label || settings.group;
    if (name && said && !labels.has(name)) labels.set(name, said);
  }
  const used = new Set<string>();
  return form.fields
    .filter(({ box, kind, buttons = [] }) => box !== null || (kind === "radio" && buttons.length > 0))
    .map(({ lock: _, ...field }) => {
      // A period would make it a field within a field (ISO 32000-2 §12.7.4.2).
      const plain = (labels.get(field.name) ?? field.name).replaceAll(".", " ").trim() || field.name;
      let name = plain;
      for (let count = 2; used.has(name); count++) name = `${plain} ${count}`;
      used.add(name);
      return { ...field, name, label: labels.get(field.name) ?? field.label };
    });
}
