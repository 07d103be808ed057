import { crc32 } from "node:zlib";
import { compareBytes, fromUtf8 } from "#lib/bytes.ts";
import {
  centralHeader,
  dosInstant,
  endRecords,
  isSafeName,
  localHeader,
  type ZipRecord,
} from "./zip-records.ts";

/** A file that goes into a ZIP file: its bytes are read when its turn comes. */
export interface ZipInput {
  readonly name: string;
  readonly sizeBytes: number;
  /** CRC-32 of the bytes (ISO 3309). */
  readonly crc32: number;
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

/** A file whose checksum is reckoned only when its turn comes. */
export interface LateZipInput extends Omit<ZipInput, "crc32"> {
  look(): Promise<{ readonly sizeBytes: number; readonly crc32: number }>;
}

/** Comes before all others, so that a program knows the file by its first octets. @see EN 319 162-1 §A.1 */
const isFirst = ({ name }: { readonly name: string }): boolean => name === "mimetype";

/** The order of a package: its media type, then by the octets of the names. */
export const inZipOrder = <Named extends { readonly name: string }>(files: readonly Named[]): Named[] =>
  files.toSorted(
    (a, b) => Number(isFirst(b)) - Number(isFirst(a)) || compareBytes(fromUtf8(a.name), fromUtf8(b.name)),
  );

/**
 * Writes a ZIP file piece by piece, as fast as it is asked for: files stored as they are, in the order of their
 * names, all of one moment, without anything that differs between two runs.
 *
 * @param at the moment of every file, UTC; the format keeps even seconds.
 * @throws RangeError for a name that must not be in a package, for one that comes twice, and when a file is not
 *   the size or has not the checksum that was said
 * @see APPNOTE.TXT 6.3.10 (PKWARE), ISO/IEC 21320-1
 */
export async function* writeZip(
  files: readonly (ZipInput | LateZipInput)[],
  at: Date,
): AsyncGenerator<Uint8Array> {
  const sorted = inZipOrder(files);
  requireNames(sorted);
  const moment = dosInstant(at);
  const records: ZipRecord[] = [];
  let position = 0;
  for (const named of sorted) {
    const file = "look" in named ? { ...named, ...(await named.look()), name: named.name } : named;
    const record = { name: file.name, sizeBytes: file.sizeBytes, crc32: file.crc32, position };
    const header = localHeader(record, moment);
    yield header;
    yield* asPromised(file);
    records.push(record);
    position += header.length + file.sizeBytes;
  }
  let sizeBytes = 0;
  for (const record of records) {
    const header = centralHeader(record, moment);
    yield header;
    sizeBytes += header.length;
  }
  yield endRecords(records.length, position, sizeBytes);
}

async function* asPromised(file: ZipInput): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  let checksum = 0;
  for await (const piece of await file.open()) {
    sizeBytes += piece.length;
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (sizeBytes !== file.sizeBytes || checksum !== file.crc32)
    throw new RangeError(`${file.name} is not what it was when it was looked at`);
}

function requireNames(files: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of files) {
    if (!isSafeName(name)) throw new RangeError(`${JSON.stringify(name)} is no name for a file of a package`);
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw new RangeError(`${JSON.stringify(name)} comes twice`);
    seen.add(folded);
  }
}
