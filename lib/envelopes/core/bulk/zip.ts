import { inflateRawSync } from "node:zlib";
import { envelopesError } from "../../errors.ts";

/** How much may come out of a workbook, whatever it says of itself. */
export const ZIP_LIMITS = {
  entries: 2_000,
  entryBytes: 64 * 1024 * 1024,
  totalBytes: 96 * 1024 * 1024,
} as const;

export interface ZipFile {
  has(name: string): boolean;
  /** @throws envelopes/workbook-too-large, workbook-damaged */
  read(name: string): Uint8Array | null;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const damaged = (why: string) => envelopesError("workbook-damaged", why);

/**
 * The files in a ZIP archive, each unpacked when it is read and never to more than the limits.
 *
 * @see APPNOTE.TXT §4.3.12, §4.3.16
 * @throws envelopes/workbook-damaged, workbook-too-large
 */
export function openZip(bytes: Uint8Array): ZipFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count > ZIP_LIMITS.entries) throw envelopesError("workbook-too-large", `${count} files inside`);
  const entries = new Map<string, { method: number; packed: number; at: number }>();
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY) throw damaged(`entry ${index}`);
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength!));
    entries.set(name.replace(/^\//, "").toLowerCase(), {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength! + extra! + comment!;
  }
  let left: number = ZIP_LIMITS.totalBytes;
  return {
    has: (name) => entries.has(name.toLowerCase()),
    read(name) {
      const entry = entries.get(name.toLowerCase());
      if (!entry) return null;
      if (entry.at + 30 > view.byteLength) throw damaged(name);
      const start = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
      const packed = bytes.subarray(start, start + entry.packed);
      if (packed.length < entry.packed) throw damaged(name);
      const content =
        entry.method === 0 ? packed : inflated(packed, name, Math.min(left, ZIP_LIMITS.entryBytes));
      left -= content.length;
      if (left < 0) throw envelopesError("workbook-too-large", name);
      return content;
    },
  };
}

function inflated(packed: Uint8Array, name: string, limit: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE")
      throw envelopesError("workbook-too-large", `${name} unpacks to more than ${limit} bytes`);
    throw damaged(name);
  }
}

function findEnd(view: DataView): number {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - 65_535); at--) if (view.getUint32(at, true) === END) return at;
  throw damaged("no end of central directory");
}
