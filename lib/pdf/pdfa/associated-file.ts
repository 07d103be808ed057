import { flateStream } from "#lib/pdf/flate.ts";
import { type PdfRef, pdfDate, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";

export interface AssociatedFile {
  /** ASCII, so that every reader gets it the same. */
  readonly name: string;
  readonly mediaType: string;
  readonly description: string;
  /** What it is to the document: what the document was made from, or data that belongs to it. */
  readonly relationship: "Source" | "Data";
  readonly bytes: Uint8Array;
  readonly modifiedAt: Date;
}

/**
 * Embeds a file that goes with the whole document.
 *
 * @returns its file specification, which the catalog's `AF` and `Names` both lead to.
 * @see ISO 19005-3 §6.8, Annex E; ISO 32000-1 §7.11.3, §7.11.4
 */
export function associatedFile(file: AssociatedFile, sink: ObjectSink): PdfRef {
  const embedded = sink.add(
    flateStream(file.bytes, {
      Type: pdfName("EmbeddedFile"),
      Subtype: pdfName(file.mediaType),
      Params: pdfDict({ Size: file.bytes.length, ModDate: pdfDate(file.modifiedAt) }),
    }),
  );
  return sink.add(
    pdfDict({
      Type: pdfName("Filespec"),
      F: pdfText(file.name),
      UF: pdfText(file.name),
      Desc: pdfText(file.description),
      AFRelationship: pdfName(file.relationship),
      EF: pdfDict({ F: embedded, UF: embedded }),
    }),
  );
}
