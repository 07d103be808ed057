import { inflateRawSync } from "node:zlib";
import { toLatin1 } from "./bytes.ts";
import { conversionError, type OfficeKind } from "./ports/office.ts";

/** What an office document brings that is not in the PDF made of it. */
export type OfficeNote = "macros-not-run" | "outside-content-not-loaded";

const LIMITS = {
  entries: 10_000,
  /** Of all entries, unpacked. */
  bytes: 512 * 1024 ** 2,
  /** Of one entry in XML: what a program has to hold at once. */
  partBytes: 128 * 1024 ** 2,
  /** How often smaller than what it unpacks to a large entry may be; text never packs that well. */
  ratio: 400,
  ratioFromBytes: 16 * 1024 ** 2,
};

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly at: number;
  readonly packedBytes: number;
  readonly bytes: number;
}

/** What must be inside of each. */
const PARTS: Readonly<Partial<Record<OfficeKind, string>>> = { docx: "word/", xlsx: "xl/", pptx: "ppt/" };
const MACROS = /(?:^|\/)(?:vbaProject\.bin|vbaData\.xml)$|^Basic\/|^Scripts\//i;

/**
 * Looks into an office document before another program opens it: whether it is whole, of its kind, and unpacks to no
 * more than a program can hold.
 *
 * @throws conversion/damaged, bomb, needs-password, kind-unknown
 */
export function checkOffice(bytes: Uint8Array, kind: OfficeKind): OfficeNote[] {
  if (kind === "rtf")
    return /\\objocx|\\objautlink|INCLUDEPICTURE|INCLUDETEXT/.test(toLatin1(bytes)) ? [OUTSIDE] : [];
  if (kind === "txt") return [];
  if (kind === "doc" || kind === "xls" || kind === "ppt") {
    const names = utf16(bytes);
    if (names.includes("EncryptedPackage")) throw conversionError("needs-password", "an encrypted package");
    return /_VBA_PROJECT/.test(names) ? [MACRO] : [];
  }
  const entries = entriesOf(bytes);
  const names = entries.map(({ name }) => name);
  const part = PARTS[kind];
  const isOfKind = part
    ? names.includes("[Content_Types].xml") && names.some((name) => name.startsWith(part))
    : names.includes("content.xml");
  if (!isOfKind)
    throw conversionError(names.includes("EncryptionInfo") ? "needs-password" : "kind-unknown", kind);
  let all = 0;
  const notes = new Set<OfficeNote>();
  if (names.some((name) => MACROS.test(name))) notes.add(MACRO);
  for (const entry of entries) {
    all += entry.bytes;
    if (all > LIMITS.bytes) throw conversionError("bomb", `unpacks to more than ${LIMITS.bytes} bytes`);
    const isMarkup = /\.(xml|rels)$/i.test(entry.name);
    const isBomb =
      (isMarkup && entry.bytes > LIMITS.partBytes) ||
      (entry.bytes > LIMITS.ratioFromBytes && entry.bytes > entry.packedBytes * LIMITS.ratio);
    if (isBomb) throw conversionError("bomb", `${entry.packedBytes} bytes unpack to ${entry.bytes}`);
    // What the directory says of sizes may be a lie, so every part is unpacked to no more than it says.
    const text = unpacked(bytes, entry);
    if (isMarkup && isOutside(entry.name, toLatin1(text))) notes.add(OUTSIDE);
    if (entry.name === "META-INF/manifest.xml" && toLatin1(text).includes("encryption-data"))
      throw conversionError("needs-password", "an encrypted OpenDocument file");
  }
  return [...notes];
}

/** One part of a document that `checkOffice` has let pass; null where it has none. */
export function officePart(bytes: Uint8Array, name: string): Uint8Array | null {
  const entry = entriesOf(bytes).find((one) => one.name === name);
  return entry ? unpacked(bytes, entry) : null;
}

const [MACRO, OUTSIDE] = ["macros-not-run", "outside-content-not-loaded"] as const;

/** Pictures, templates and data that would be fetched from elsewhere; plain links to pages are none of them. */
function isOutside(name: string, text: string): boolean {
  if (/\.rels$/i.test(name))
    return [...text.matchAll(/<Relationship\b[^>]*>/g)].some(
      ([tag]) => /TargetMode\s*=\s*["']External["']/.test(tag) && !/\/hyperlink["']/.test(tag),
    );
  return (
    name === "content.xml" &&
    /<(?:draw:image|draw:object|table:table-source)[^>]*xlink:href="(?:https?|file|ftp):/.test(text)
  );
}

/** The central directory (APPNOTE §4.3.12), read from its end. */
function entriesOf(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 66_000 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw conversionError("damaged", "no directory");
  const count = view.getUint16(end + 10, true);
  if (count > LIMITS.entries) throw conversionError("bomb", `${count} parts`);
  const found: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      throw conversionError("damaged", "the directory does not read");
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    if (view.getUint16(at + 8, true) & 1) throw conversionError("needs-password", "an encrypted part");
    found.push({
      name: toLatin1(bytes.subarray(at + 46, at + 46 + nameLength!)),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength! + extra! + comment!;
  }
  return found;
}

function unpacked(bytes: Uint8Array, { name, method, at, packedBytes, bytes: size }: Entry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 30 > bytes.length || view.getUint32(at, true) !== 0x04034b50)
    throw conversionError("damaged", `${name} is not where the directory says`);
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = bytes.subarray(start, start + packedBytes);
  if (packed.length < packedBytes) throw conversionError("damaged", `${name} is cut off`);
  if (method === 0) return packed;
  if (method !== 8) throw conversionError("damaged", `${name} is packed by method ${method}`);
  if (size === 0) return new Uint8Array();
  try {
    return inflateRawSync(packed, { maxOutputLength: size });
  } catch (cause) {
    const isLarger = (cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    throw conversionError(isLarger ? "bomb" : "damaged", `${name} does not unpack`, { cause });
  }
}

const utf16 = (bytes: Uint8Array): string => toLatin1(bytes).replaceAll("\0", "");
