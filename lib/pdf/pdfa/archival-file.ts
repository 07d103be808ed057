import { fromLatin1 } from "#lib/bytes.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { NewFile } from "#lib/pdf/new-file.ts";
import { type PdfRef, PdfString, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";
import type { PageItem } from "#lib/pdf/page-layout/page-items.ts";
import {
  type Bookmark,
  type StructureElement,
  writeOutline,
  writeStructure,
} from "#lib/pdf/page-layout/structure.ts";
import { writePages } from "#lib/pdf/page-layout/write-pages.ts";
import { type AssociatedFile, associatedFile } from "#lib/pdf/pdfa/associated-file.ts";
import { srgbProfile } from "#lib/pdf/pdfa/srgb-profile.ts";
import { type DocumentFacts, informationDict, metadataStream } from "#lib/pdf/pdfa/xmp-metadata.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

export interface ArchivalDocument {
  readonly facts: DocumentFacts;
  readonly widthPt: number;
  readonly heightPt: number;
  readonly pages: readonly (readonly PageItem[])[];
  readonly structure: StructureElement;
  readonly bookmarks: readonly Bookmark[];
  readonly attachment: AssociatedFile | null;
  /** An empty signature field without a place on the page; once signed, it locks the whole file. */
  readonly signatureField: { readonly name: string; readonly label: string } | null;
}

/**
 * Writes a tagged PDF/A-3b of one revision, ready to be signed where it has a field for that.
 *
 * @param seed 32 random bytes for the file's ID.
 * @see ISO 19005-3:2012; ISO 32000-1 §7.7.2
 */
export function archivalFile(document: ArchivalDocument, fonts: FontLibrary, seed: Uint8Array): Uint8Array {
  const file = new NewFile();
  const { facts, structure, signatureField, attachment, bookmarks } = document;
  const widget = signatureField ? file.reserve() : null;
  const pages = writePages(document.pages, document, widget ? [widget] : [], fonts, file);
  const forms = widget ? [structure.child("Form")] : [];
  if (widget && signatureField) {
    forms[0]!.children.push(widget);
    file.fill(widget, signatureWidget(signatureField, pages.refs[0]!, pages.refs.length, file));
  }
  const attached = attachment ? associatedFile(attachment, file) : null;
  const catalog = file.add(
    pdfDict({
      Type: pdfName("Catalog"),
      Pages: pages.tree,
      Lang: pdfText(facts.language),
      MarkInfo: pdfDict({ Marked: true }),
      StructTreeRoot: writeStructure(structure, pages.refs, pages.marked, forms, file),
      ...(bookmarks.length > 0 ? { Outlines: writeOutline(bookmarks, pages.refs, file) } : {}),
      ViewerPreferences: pdfDict({ DisplayDocTitle: true }),
      Metadata: file.add(metadataStream(facts)),
      OutputIntents: [outputIntent(file)],
      ...(attached && attachment
        ? {
            Names: pdfDict({ EmbeddedFiles: pdfDict({ Names: [pdfText(attachment.name), attached] }) }),
            AF: [attached],
          }
        : {}),
      ...(widget ? { AcroForm: file.add(pdfDict({ Fields: [widget], SigFlags: 3 })) } : {}),
    }),
  );
  return file.bytes("1.7", catalog, file.add(informationDict(facts)), seed);
}

/** Printed and locked; a rectangle of no size needs no appearance (ISO 19005-3 §6.3.3). */
function signatureWidget(
  { name, label }: NonNullable<ArchivalDocument["signatureField"]>,
  page: PdfRef,
  structParent: number,
  file: NewFile,
) {
  return pdfDict({
    Type: pdfName("Annot"),
    Subtype: pdfName("Widget"),
    FT: pdfName("Sig"),
    T: pdfText(name),
    TU: pdfText(label),
    F: 132,
    P: page,
    Rect: [0, 0, 0, 0],
    StructParent: structParent,
    Lock: file.add(pdfDict({ Type: pdfName("SigFieldLock"), Action: pdfName("All"), P: 1 })),
  });
}

/** What the device colors of the file mean (ISO 19005-3 §6.2.3). */
function outputIntent(file: NewFile) {
  const name = new PdfString(fromLatin1("sRGB IEC61966-2.1"));
  return pdfDict({
    Type: pdfName("OutputIntent"),
    S: pdfName("GTS_PDFA1"),
    OutputConditionIdentifier: name,
    Info: name,
    DestOutputProfile: file.add(flateStream(srgbProfile(), { N: 3 })),
  });
}
