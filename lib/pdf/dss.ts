import { sha256, toHex } from "#lib/bytes.ts";
import { type PdfDict, type PdfObject, PdfRef, PdfStream, pdfDict, pdfName } from "./objects.ts";
import type { PdfFile } from "./reader.ts";
import { Update } from "./update.ts";

/** What a stranger needs to validate every signature later; each item DER. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

const KEYS = { certificates: "Certs", ocspResponses: "OCSPs", crls: "CRLs" } as const;

/** The document security store (ISO 32000-2 §12.8.4.3); what does not unpack is passed over. */
export function validationDataOf(file: PdfFile): ValidationData {
  const store = file.dict(file.catalog.get("DSS"));
  const read = (key: string) =>
    file.array(store?.get(key)).flatMap((item) => {
      const stream = file.resolve(item);
      return stream instanceof PdfStream ? [file.decoded(stream, 32 << 20)] : [];
    });
  return { certificates: read("Certs"), ocspResponses: read("OCSPs"), crls: read("CRLs") };
}

/**
 * The update that adds to the document security store what is not in it yet. No VRI: EN 319 142-1 §5.4.2.3
 * makes it optional and validators look at the whole store.
 *
 * @param seed 32 random bytes. @returns the tail to append, or null when nothing is missing.
 */
export function addValidationData(file: PdfFile, data: ValidationData, seed: Uint8Array): Uint8Array | null {
  const update = new Update(file, seed);
  const held = file.catalog.get("DSS");
  const store: PdfDict = new Map(file.dict(held) ?? [["Type", pdfName("DSS")]]);
  const present = validationDataOf(file);
  let added = 0;
  for (const kind of ["certificates", "ocspResponses", "crls"] as const) {
    const known = new Set(present[kind].map((der) => toHex(sha256(der))));
    const refs: PdfObject[] = [...file.array(store.get(KEYS[kind]))];
    for (const der of data[kind]) {
      const hash = toHex(sha256(der));
      if (known.has(hash)) continue;
      known.add(hash);
      refs.push(update.add(new PdfStream(pdfDict(), der)));
      added++;
    }
    if (refs.length > 0) store.set(KEYS[kind], refs);
  }
  if (added === 0) return null;
  if (held instanceof PdfRef && file.dict(held)) update.set(held, store);
  else update.edit(file.catalogRef).set("DSS", update.add(store));
  return update.write().tail;
}
