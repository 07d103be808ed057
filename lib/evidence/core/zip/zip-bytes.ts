import { crc32 } from "node:zlib";
import { compareBytes, concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { centralHeader, dosInstant, endRecords, localHeader } from "./zip-records.ts";

/**
 * A small ZIP file in memory, such as an Office document is: files stored as they are, in the order of their names.
 *
 * @param at the moment of every file, UTC. @see APPNOTE.TXT 6.3.10 (PKWARE), ISO/IEC 21320-1
 */
export function zipBytes(files: Readonly<Record<string, Uint8Array>>, at: Date): Uint8Array {
  const moment = dosInstant(at);
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let position = 0;
  const sorted = Object.entries(files).sort(([a], [b]) => compareBytes(fromUtf8(a), fromUtf8(b)));
  for (const [name, bytes] of sorted) {
    const record = { name, sizeBytes: bytes.length, crc32: crc32(bytes), position };
    const header = localHeader(record, moment);
    parts.push(header, bytes);
    central.push(centralHeader(record, moment));
    position += header.length + bytes.length;
  }
  const list = concatBytes(central);
  return concatBytes([...parts, list, endRecords(sorted.length, position, list.length)]);
}
