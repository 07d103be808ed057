import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type ByteSource, pieces, release } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type FileHandle, filesError, type OpenFile } from "#lib/ports/files.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import {
  decodeHeader,
  decodeSummary,
  encryptedSize,
  type Header,
  MAX_HEADER_BYTES,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  type SegmentCipher,
  type Summary,
  segmentCipher,
  segmentCount,
  TRAILER_BYTES,
} from "./encrypted-format.ts";
import { reading } from "./file-refusal.ts";

/** Two megabytes of plain bytes: what a PDF parser jumps between stays decrypted. */
const CACHED_SEGMENTS = 32;
/** Read at a time by whoever reads a file through. */
const SCANNED_BYTES = 256 * 1024;

export const damaged = (key: string, what: string, cause?: unknown) =>
  filesError("damaged", `${key}: ${what}`, { cause });

/** An encrypted file that lies open somewhere. */
export interface OpenObject extends ByteSource {
  /** Every piece but the last is full. */
  scan?(from: number, to: number, pieceSize?: number): Iterable<Uint8Array>;
  close(): void;
}

/**
 * Opens the encrypted file a handle names, in whichever thread.
 *
 * @throws files/not-found when it is gone, files/damaged here or from a read, files/unavailable
 */
export function openHandle({ key, path, dataKey }: FileHandle): OpenFile {
  return openDecrypted(key, openLocal(key, path), dataKey);
}

/** A local file as it lies on the disk. */
export function openLocal(key: string, path: string): OpenObject {
  const descriptor = reading(key, () => openSync(path, "r"));
  let isOpen = true;
  const fill = (bytes: Uint8Array, position: number) => {
    let filled = 0;
    while (filled < bytes.length) {
      const count = reading(key, () =>
        readSync(descriptor, bytes, filled, bytes.length - filled, position + filled),
      );
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  };
  return {
    size: fstatSync(descriptor).size,
    read: (position, length) => fill(unfilled(length), position),
    *scan(from, to, pieceSize = SCANNED_BYTES) {
      const memory = unfilled(Math.min(pieceSize, Math.max(0, to - from)));
      for (let position = from; position < to; ) {
        const piece = fill(memory.subarray(0, Math.min(pieceSize, to - position)), position);
        if (piece.length === 0) return;
        yield piece;
        position += piece.length;
      }
    },
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** The data key of the file that begins with `start`. Throws files/damaged, master-key/unavailable. */
export async function unwrapDataKey(
  key: string,
  start: Uint8Array,
  masterKey: MasterKey,
): Promise<Uint8Array> {
  try {
    return await masterKey.unwrap(headerOf(key, start).wrappedKey, key);
  } catch (error) {
    if (!isRefusal(error, "master-key/mismatch")) throw error;
    throw damaged(key, "its data key does not unwrap", error);
  }
}

export function headerOf(key: string, start: Uint8Array): Header {
  const header = decodeHeader(start);
  if (!header) throw damaged(key, "does not begin as an encrypted file");
  return header;
}

/**
 * What the file's trailer says, once it fits the file.
 *
 * @param end at least the last TRAILER_BYTES of the file. @param objectSize length of the encrypted file.
 */
export function summaryOf(
  key: string,
  header: Header,
  cipher: SegmentCipher,
  end: Uint8Array,
  objectSize: number,
): Summary {
  const segments = Math.ceil((objectSize - header.end - TRAILER_BYTES) / SEALED_SEGMENT_BYTES);
  const plain = segments > 0 ? cipher.open(segments, "trailer", end.subarray(-TRAILER_BYTES)) : null;
  const summary = plain && decodeSummary(plain);
  if (!summary || encryptedSize(header.end, summary.sizeBytes) !== objectSize) {
    throw damaged(key, "does not end as it was stored");
  }
  return summary;
}

/**
 * Decrypts while reading; closing it closes `object`, and so does a refusal to open it.
 *
 * @throws files/damaged here or from a read, wherever a byte is not what was stored
 */
export function openDecrypted(key: string, object: OpenObject, dataKey: Uint8Array): OpenFile {
  try {
    const header = headerOf(key, object.read(0, MAX_HEADER_BYTES));
    const cipher = segmentCipher(key, dataKey, header.noncePrefix);
    const end = object.read(Math.max(0, object.size - TRAILER_BYTES), TRAILER_BYTES);
    const { sha256, sizeBytes } = summaryOf(key, header, cipher, end, object.size);
    const startOf = (number: number) =>
      Math.min(header.end + number * SEALED_SEGMENT_BYTES, object.size - TRAILER_BYTES);
    const opened = (number: number, sealed: Uint8Array) => {
      const role = number === segmentCount(sizeBytes) - 1 ? "last" : "more follow";
      const plain = cipher.open(number, role, sealed);
      if (!plain) throw damaged(key, `segment ${number} is not what was stored`);
      return plain;
    };
    const segmentAt = cached((number) => {
      const from = startOf(number);
      return opened(number, object.read(from, startOf(number + 1) - from));
    });
    return {
      size: sizeBytes,
      sha256,
      read: (position, length) => gather(segmentAt, position, Math.min(sizeBytes, position + length)),
      // Past the cache: what is read through would only drive out what a parser jumps between.
      *scan(from, to) {
        let number = Math.floor(from / SEGMENT_BYTES);
        const end = Math.ceil(Math.min(to, sizeBytes) / SEGMENT_BYTES);
        if (from >= to || number >= end) return;
        const sealed = [startOf(number), startOf(end), SEALED_SEGMENT_BYTES] as const;
        for (const segment of object.scan?.(...sealed) ?? pieces(object, ...sealed)) {
          const position = number * SEGMENT_BYTES;
          const plain = opened(number++, segment);
          yield plain.subarray(Math.max(0, from - position), to - position);
          release(plain);
        }
        if (number < end) throw damaged(key, `ends before segment ${number}`);
      },
      close: () => object.close(),
    };
  } catch (error) {
    object.close();
    throw error;
  }
}

/** The bytes of several segments, or, where one holds them all, a view of it. */
function gather(segmentAt: (number: number) => Uint8Array, from: number, to: number): Uint8Array {
  const partAt = (position: number) => {
    const begin = Math.floor(position / SEGMENT_BYTES) * SEGMENT_BYTES;
    return segmentAt(begin / SEGMENT_BYTES).subarray(position - begin, to - begin);
  };
  if (from >= to) return new Uint8Array(0);
  const first = partAt(from);
  if (first.length === to - from) return first;
  const whole = unfilled(to - from);
  whole.set(first);
  for (let filled = first.length; filled < whole.length; ) {
    const part = partAt(from + filled);
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

/** Memory about to be overwritten: clearing it first would cost as much as reading. */
const unfilled = (size: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);

/** Keeps the segments asked for most recently: a Map remembers the order in which they were put in. */
function cached(load: (number: number) => Uint8Array): (number: number) => Uint8Array {
  const kept = new Map<number, Uint8Array>();
  return (number) => {
    const segment = kept.get(number) ?? load(number);
    kept.delete(number);
    kept.set(number, segment);
    if (kept.size > CACHED_SEGMENTS) kept.delete(kept.keys().next().value!);
    return segment;
  };
}
