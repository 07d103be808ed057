import { deflateSync } from "node:zlib";
import { type PdfObject, PdfStream, pdfDict, pdfName } from "#lib/pdf/objects.ts";

/** A stream compressed always the same way: two runs must give the same bytes. */
export function flateStream(data: Uint8Array, entries: Readonly<Record<string, PdfObject>> = {}): PdfStream {
  const packed = new Uint8Array(deflateSync(data, { level: 9 }));
  return new PdfStream(
    pdfDict({ ...entries, Filter: pdfName("FlateDecode"), Length: packed.length }),
    packed,
  );
}
