import { pdfError } from "./errors.ts";
import type { ProductField } from "./fields.ts";
import { fieldsOf } from "./form.ts";
import { type PdfDict, type PdfObject, PdfRef, pdfDict, pdfName, pdfText } from "./objects.ts";
import { pageBoxOf, pagesOf } from "./pages.ts";
import { toPdfRect } from "./placement.ts";
import type { PdfFile } from "./reader.ts";
import { Update } from "./update.ts";

/** Print and Locked: on paper as on screen, and not to be moved (§12.5.3). */
const WIDGET_FLAGS = 132;

/**
 * Appends empty signature fields to a file that is signed already, and nothing else: what its signatures cover stays as
 * it is, and they allow no other kind of field.
 *
 * @param fields signature fields only. @param seed 32 random bytes.
 * @returns the bytes to append. @throws pdf/field-missing for a field of another kind, a page that cannot take one, or
 *   a name that is taken; pdf/damaged
 * @see ISO 32000-2 §7.5.6, §12.7.5.5
 */
export function addSignatureFields(
  file: PdfFile,
  fields: readonly ProductField[],
  seed: Uint8Array,
): Uint8Array {
  const update = new Update(file, seed);
  const pages = [...pagesOf(file)];
  const taken = new Set([...fieldsOf(file)].map(({ name }) => name));
  const added: PdfRef[] = [];
  const onPages = new Map<number, PdfRef[]>();
  for (const field of fields) {
    const page = pages[field.page];
    if (field.kind !== "signature") throw pdfError("field-missing", `${field.name} is no signature field`);
    if (!page?.ref) throw pdfError("field-missing", `no page ${field.page} that can hold a field`);
    if (taken.has(field.name)) throw pdfError("field-missing", `${field.name} is there already`);
    const widget = pdfDict({
      ...{ Type: pdfName("Annot"), Subtype: pdfName("Widget"), FT: pdfName("Sig") },
      ...{ T: pdfText(field.name), TU: pdfText(field.label), F: WIDGET_FLAGS, P: page.ref },
      Rect: field.box ? [...toPdfRect(field.box, pageBoxOf(file, page))] : [0, 0, 0, 0],
    });
    if (field.lock?.action === "all")
      widget.set(
        "Lock",
        update.add(pdfDict({ Type: pdfName("SigFieldLock"), Action: pdfName("All"), P: 1 })),
      );
    const ref = update.add(widget);
    added.push(ref);
    onPages.set(page.ref.number, [...(onPages.get(page.ref.number) ?? []), ref]);
  }
  for (const page of pages) {
    const widgets = page.ref && onPages.get(page.ref.number);
    if (!page.ref || !widgets) continue;
    extend(update, page.ref, "Annots", widgets);
    onPages.delete(page.ref.number);
  }
  extendForm(update, added);
  return update.write().tail;
}

/** Adds to an array in a dictionary, in the object that really holds it. */
function extend(update: Update, owner: PdfRef, key: string, more: readonly PdfRef[]): void {
  const { file } = update;
  const held = file.dict(owner)?.get(key);
  const items: PdfObject[] = [...file.array(held), ...more];
  if (held instanceof PdfRef && Array.isArray(file.resolve(held))) update.set(held, items);
  else update.edit(owner).set(key, items);
}

function extendForm(update: Update, fields: readonly PdfRef[]): void {
  const { file } = update;
  const held = file.catalog.get("AcroForm");
  if (held instanceof PdfRef && file.dict(held)) {
    extend(update, held, "Fields", fields);
    return;
  }
  const form: PdfDict = new Map(file.dict(held) ?? []);
  const inside = form.get("Fields");
  if (inside instanceof PdfRef && Array.isArray(file.resolve(inside))) {
    update.set(inside, [...file.array(inside), ...fields]);
    return;
  }
  form.set("Fields", [...file.array(inside), ...fields]);
  update.edit(file.catalogRef).set("AcroForm", form);
}
