import type { OfficeKind } from "#lib/ports/office.ts";

/** What an upload is by its first bytes, whatever it is called. */
export type UploadKind =
  | { readonly is: "pdf"; readonly mediaType: string }
  | { readonly is: "picture"; readonly mediaType: string }
  | { readonly is: "office"; readonly office: OfficeKind; readonly mediaType: string }
  /** An office document of the newer formats, encrypted with a password. */
  | { readonly is: "locked" }
  | { readonly is: "unknown" };

/** How much of a file tells. */
export const HEAD_BYTES = 4_096;

const OFFICE: Readonly<Record<OfficeKind, string>> = {
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odp: "application/vnd.oasis.opendocument.presentation",
  doc: "application/msword",
  xls: "application/vnd.ms-excel",
  ppt: "application/vnd.ms-powerpoint",
  rtf: "application/rtf",
  txt: "text/plain",
};
/** The kind of office document that a media type is of; null for another. */
export const officeKindOf = (mediaType: string): OfficeKind | null =>
  (Object.keys(OFFICE) as OfficeKind[]).find((kind) => OFFICE[kind] === mediaType) ?? null;

/** With macros in them; they are read as what they are otherwise. */
const ENDINGS: Readonly<Record<string, OfficeKind>> = {
  docm: "docx",
  dotx: "docx",
  xlsm: "xlsx",
  pptm: "pptx",
};
const IN_ZIP: ReadonlySet<string> = new Set(["docx", "xlsx", "pptx", "odt", "ods", "odp"]);
const IN_COMPOUND: ReadonlySet<string> = new Set(["doc", "xls", "ppt"]);

const latin = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** @param head the file's first bytes, HEAD_BYTES of them where it has as many. */
export function uploadKind(head: Uint8Array, name: string): UploadKind {
  const start = latin(head, 0, 16);
  // Readers look for the header in the first 1,024 bytes; so do we (ISO 32000-2, annex I).
  if (latin(head, 0, 1_024).includes("%PDF-")) return { is: "pdf", mediaType: "application/pdf" };
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return { is: "picture", mediaType: "image/png" };
  if (start.startsWith("\xff\xd8\xff")) return { is: "picture", mediaType: "image/jpeg" };
  if (start.startsWith("II*\0") || start.startsWith("MM\0*"))
    return { is: "picture", mediaType: "image/tiff" };
  if (/^.{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)/s.test(start))
    return { is: "picture", mediaType: "image/heic" };
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const office = ENDINGS[ending] ?? (Object.hasOwn(OFFICE, ending) ? (ending as OfficeKind) : null);
  const as = (office: OfficeKind): UploadKind => ({ is: "office", office, mediaType: OFFICE[office] });
  if (start.startsWith("{\\rtf")) return as("rtf");
  if (start.startsWith("PK\x03\x04")) return office && IN_ZIP.has(office) ? as(office) : { is: "unknown" };
  if (start.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
    if (office && IN_COMPOUND.has(office)) return as(office);
    return office && IN_ZIP.has(office) ? { is: "locked" } : { is: "unknown" };
  }
  return office === "txt" && isText(head) ? as("txt") : { is: "unknown" };
}

function isText(head: Uint8Array): boolean {
  if (head.length === 0 || head.includes(0)) return false;
  try {
    // The head may end within a character.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
