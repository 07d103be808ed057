import type { FileKind } from "./file-kinds.ts";

/** What a file is by its bytes, whatever it is called. */
export type SniffedFile =
  | { readonly mediaType: string; readonly kind: FileKind; readonly pixels: number | null }
  | { readonly refusal: "empty" | "heic" | "svg" | "kind" | "disguised" };

const starts = (bytes: Uint8Array, ...signature: readonly number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte);
const latin = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  "application/pdf": ["pdf"],
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "text/plain": ["txt", "csv", "md", "log"],
};
const OFFICE: Readonly<Record<string, string>> = {
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odp: "application/vnd.oasis.opendocument.presentation",
};
/** What is inside each of them and in nothing else. */
const OFFICE_PARTS: Readonly<Record<string, string>> = {
  ...{ docx: "word/", xlsx: "xl/", pptx: "ppt/" },
  ...{ odt: "mimetypeapplication/vnd.oasis.opendocument.text" },
  ...{ ods: "mimetypeapplication/vnd.oasis.opendocument.spreadsheet" },
  ...{ odp: "mimetypeapplication/vnd.oasis.opendocument.presentation" },
};

/** Says what a file is by looking into it; a name that says something else makes it a disguise. */
export function sniffFile(bytes: Uint8Array, name: string): SniffedFile {
  if (bytes.length === 0) return { refusal: "empty" };
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const found = looked(bytes, ending);
  if ("refusal" in found) return found;
  const endings = ENDINGS[found.mediaType] ?? [ending];
  return ending === "" || endings.includes(ending) ? found : { refusal: "disguised" };
}

function looked(bytes: Uint8Array, ending: string): SniffedFile {
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))
    return { mediaType: "image/png", kind: "picture", pixels: pngPixels(bytes) };
  if (starts(bytes, 0xff, 0xd8, 0xff))
    return { mediaType: "image/jpeg", kind: "picture", pixels: jpegPixels(bytes) };
  if (latin(bytes, 4, 8) === "ftyp" && /^(?:hei[cxms]|hev[cxms]|mif1|msf1|avif)/.test(latin(bytes, 8, 12)))
    return { refusal: "heic" };
  // Readers look for the header in the first 1,024 bytes; so do we (ISO 32000-2, annex I).
  if (latin(bytes, 0, 1024).includes("%PDF-"))
    return { mediaType: "application/pdf", kind: "pdf", pixels: null };
  if (starts(bytes, 0x50, 0x4b, 0x03, 0x04)) return inZip(bytes, ending);
  const text = textOf(bytes);
  if (text === null) return { refusal: ENDINGS_KNOWN.has(ending) ? "disguised" : "kind" };
  const head = text.slice(0, 4_096).trimStart().toLowerCase();
  if (head.includes("<svg")) return { refusal: "svg" };
  if (/^<(?:!doctype|html|\?xml|script|xml)/.test(head)) return { refusal: "kind" };
  return { mediaType: "text/plain", kind: "text", pixels: null };
}

const ENDINGS_KNOWN = new Set(Object.values(ENDINGS).flat().concat(Object.keys(OFFICE)));

function inZip(bytes: Uint8Array, ending: string): SniffedFile {
  const mediaType = OFFICE[ending];
  if (!mediaType) return { refusal: ENDINGS_KNOWN.has(ending) ? "disguised" : "kind" };
  // The directory at the end of a ZIP file names its parts; so does the head of each of them.
  const names = `${latin(bytes, 0, 4_096)}${latin(bytes, Math.max(0, bytes.length - 65_536), bytes.length)}`;
  return names.includes(OFFICE_PARTS[ending]!)
    ? { mediaType, kind: "office", pixels: null }
    : { refusal: "disguised" };
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Width times height, as the head of a PNG file says (PNG 3rd edition §11.2.1). */
function pngPixels(bytes: Uint8Array): number | null {
  if (bytes.length < 24) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(16) * view.getUint32(20);
}

/** The same of a JPEG file, from its frame header (ITU-T T.81 §B.2.2). */
function jpegPixels(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
