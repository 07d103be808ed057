import { crc32 } from "node:zlib";
import { type ByteSource, equalBytes, scan, toUtf8 } from "#lib/bytes.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import {
  centralHeader,
  type DosInstant,
  endRecords,
  isSafeName,
  localHeader,
  numberAt,
  SIZES,
  type ZipRecord,
} from "./zip-records.ts";

/** A file in a ZIP file, as it may be read. */
export interface ZipMember extends ZipRecord {
  /** Its bytes. */
  readonly source: ByteSource;
  /** What is wrong with how it is kept, in a sentence; null when nothing is. */
  readonly fault: string | null;
}

const MOST_FILES = 20_000;
const MOST_LIST_BYTES = 16 << 20;

/**
 * Reads a ZIP file of the only form `writeZip` writes: every record octet for octet, no gaps, nothing packed, so
 * that no two programs can see different files in it and nothing unfolds to more than is there.
 *
 * @param source hostile. @throws evidence/package-unreadable
 */
export function readZip(source: ByteSource): ZipMember[] {
  const { count, position: listAt, sizeBytes: listBytes } = readEnd(source);
  if (count > MOST_FILES || listBytes > MOST_LIST_BYTES) throw unreadable("it lists too many files");
  const list = source.read(listAt, listBytes);
  const seen = new Set<string>();
  const members: ZipMember[] = [];
  let [at, expected] = [0, 0];
  for (let index = 0; index < count; index++) {
    const { record, moment, length } = readListed(list, at);
    const folded = record.name.toLowerCase();
    if (!isSafeName(record.name)) throw unreadable(`${JSON.stringify(record.name)} is no safe name`);
    if (seen.has(folded)) throw unreadable(`${record.name} comes twice`);
    if (record.position !== expected) throw unreadable(`there is a gap or an overlap before ${record.name}`);
    seen.add(folded);
    const header = localHeader(record, moment);
    const start = record.position + header.length;
    if (start + record.sizeBytes > listAt) throw unreadable(`${record.name} goes beyond its place`);
    const inOrder = equalBytes(list.subarray(at, at + length), centralHeader(record, moment));
    const isAsListed = equalBytes(source.read(record.position, header.length), header);
    members.push({ ...record, source: part(source, start, record.sizeBytes), fault: null });
    if (!inOrder || !isAsListed)
      members[index] = { ...members[index]!, fault: "its entry in the ZIP file was changed" };
    at += length;
    expected = start + record.sizeBytes;
  }
  if (at !== list.length || expected !== listAt) throw unreadable("its list of files does not fit its files");
  return members.map((member) => (member.fault ? member : { ...member, fault: checksumFault(member) }));
}

function checksumFault({ source, crc32: expected }: ZipMember): string | null {
  let checksum = 0;
  for (const piece of scan(source)) checksum = crc32(piece, checksum);
  return checksum === expected ? null : "its bytes do not fit its checksum";
}

function part(source: ByteSource, start: number, size: number): ByteSource {
  return {
    size,
    read: (position, length) => source.read(start + position, Math.max(0, Math.min(length, size - position))),
    scan: (from, to) => scan(source, start + from, start + Math.min(size, to)),
  };
}

function readEnd(source: ByteSource): { count: number; position: number; sizeBytes: number } {
  const endAt = source.size - SIZES.end;
  const end = source.read(Math.max(0, endAt), SIZES.end);
  if (endAt < 0 || numberAt(end, 0, 4) !== 0x06054b50) throw unreadable("it does not end as a ZIP file does");
  let found = {
    count: numberAt(end, 10, 2),
    sizeBytes: numberAt(end, 12, 4),
    position: numberAt(end, 16, 4),
  };
  const zip64At = endAt - SIZES.zip64Locator - SIZES.zip64End;
  if (found.position === 0xffff_ffff || found.sizeBytes === 0xffff_ffff || found.count === 0xffff) {
    const zip64 = source.read(Math.max(0, zip64At), SIZES.zip64End);
    found = {
      count: numberAt(zip64, 32, 8),
      sizeBytes: numberAt(zip64, 40, 8),
      position: numberAt(zip64, 48, 8),
    };
  }
  const { count, position, sizeBytes } = found;
  const expected = endRecords(count, position, sizeBytes);
  const isWhole = position + sizeBytes + expected.length === source.size;
  if (!isWhole || !equalBytes(source.read(position + sizeBytes, expected.length), expected))
    throw unreadable("what ends the ZIP file was changed");
  return found;
}

function readListed(list: Uint8Array, at: number): { record: ZipRecord; moment: DosInstant; length: number } {
  if (at + SIZES.central > list.length || numberAt(list, at, 4) !== 0x02014b50)
    throw unreadable("its list of files was changed");
  const [nameLength, extraLength] = [numberAt(list, at + 28, 2), numberAt(list, at + 30, 2)];
  const nameAt = at + SIZES.central;
  const name = toUtf8(list.subarray(nameAt, nameAt + nameLength));
  const extra = [8, 16, 24].flatMap((size) => (extraLength === size + 4 ? [nameAt + nameLength + 4] : []))[0];
  let [sizeBytes, position] = [numberAt(list, at + 24, 4), numberAt(list, at + 42, 4)];
  let next = extra ?? 0;
  if (sizeBytes === 0xffff_ffff && extra) {
    sizeBytes = numberAt(list, next, 8);
    next += 16;
  }
  if (position === 0xffff_ffff && extra) position = numberAt(list, next, 8);
  return {
    record: { name, sizeBytes, crc32: numberAt(list, at + 16, 4), position },
    moment: { time: numberAt(list, at + 12, 2), date: numberAt(list, at + 14, 2) },
    length: SIZES.central + nameLength + extraLength,
  };
}

const unreadable = (why: string) => evidenceError("package-unreadable", why);
