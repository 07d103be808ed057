import { Inflate } from "fflate";

// What our checks use of node:zlib. Built into the offline page in its place.

export const constants = { Z_SYNC_FLUSH: 2 } as const;

interface InflateOptions {
  readonly maxOutputLength: number;
}

const PIECE_BYTES = 1 << 14;

/** A zlib stream (RFC 1950); one that is cut gives what there is of it. */
export function inflateSync(bytes: Uint8Array, options: InflateOptions): Uint8Array {
  const [method = 0, flags = 0] = bytes;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0)
    throw new Error("incorrect header check");
  return inflateRawSync(bytes.subarray(2), options);
}

/** A deflate stream (RFC 1951), in small pieces, so that a bomb stops before it takes the memory. */
export function inflateRawSync(bytes: Uint8Array, { maxOutputLength }: InflateOptions): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    if (size > maxOutputLength)
      throw Object.assign(new RangeError("too long"), { code: "ERR_BUFFER_TOO_LARGE" });
    parts.push(part.slice());
  });
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    stream.push(bytes.subarray(at, at + PIECE_BYTES), false);
  const whole = new Uint8Array(size);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  let rest = value;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (const octet of bytes) value = TABLE[(value ^ octet) & 255]! ^ (value >>> 8);
  return ~value >>> 0;
}

export function deflateSync(): never {
  throw new Error("this page writes no files");
}
