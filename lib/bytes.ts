import { createHash, hash, timingSafeEqual } from "node:crypto";

/** Random access to immutable bytes, read in ranges so that a large file is never held whole. */
export interface ByteSource {
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer only at the end. The result must not be written to. */
  read(position: number, length: number): Uint8Array;
  /** The bytes from one position up to another in pieces, each of which holds only until the next is asked for. */
  scan?(from: number, to: number): Iterable<Uint8Array>;
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (position, length) => bytes.subarray(position, Math.min(bytes.length, position + length)),
  };
}

/** Several sources, one after the other: a base file and the updates appended to it. */
export function concatSource(...parts: readonly ByteSource[]): ByteSource {
  const starts: number[] = [];
  let size = 0;
  for (const part of parts) {
    starts.push(size);
    size += part.size;
  }
  return {
    size,
    read(position, length) {
      const end = Math.min(size, position + length);
      const found: Uint8Array[] = [];
      for (const [index, part] of parts.entries()) {
        const start = starts[index]!;
        const from = Math.max(position, start);
        const to = Math.min(end, start + part.size);
        if (from < to) found.push(part.read(from - start, to - from));
      }
      return found.length === 1 ? found[0]! : concatBytes(found);
    },
    *scan(from, to) {
      for (const [index, part] of parts.entries()) {
        const start = starts[index]!;
        const [first, end] = [Math.max(0, from - start), Math.min(part.size, to - start)];
        if (first < end) yield* scan(part, first, end);
      }
    },
  };
}

/**
 * The bytes of `source` from `from` up to `to`, for whoever looks at each once, as a hash does: a piece holds only
 * until the next is asked for, so that a large file needs no more memory than a small one.
 */
export function scan(source: ByteSource, from = 0, to = source.size): Iterable<Uint8Array> {
  return source.scan?.(from, to) ?? pieces(source, from, to);
}

/** The bytes of `source` from `from` up to `to`, in pieces of at most `pieceSize`. */
export function* pieces(
  source: ByteSource,
  from = 0,
  to = source.size,
  pieceSize = 1 << 20,
): Generator<Uint8Array> {
  for (let position = from; position < to; ) {
    const piece = source.read(position, Math.min(pieceSize, to - position));
    if (piece.length === 0) return;
    yield piece;
    position += piece.length;
  }
}

/**
 * Gives the memory of bytes back at once that nobody looks at any more: as garbage, the pieces of a large file would
 * pile up. What shares its memory with others is left to the collector.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const joined = new Uint8Array(size);
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

/**
 * All bytes of a stream, of which no more than `most` are ever held.
 *
 * @throws what `tooMuch` makes, as soon as there are more
 */
export async function gatherBytes(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most: number,
  tooMuch: () => Error,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > most) throw tooMuch();
    parts.push(part);
  }
  return concatBytes(parts);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Orders by unsigned byte value, as DER's SET OF does (X.690 §11.6). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

const view = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const toHex = (bytes: Uint8Array): string => view(bytes).toString("hex");
export const toBase64 = (bytes: Uint8Array): string => view(bytes).toString("base64");
export const toBase64Url = (bytes: Uint8Array): string => view(bytes).toString("base64url");
/** One character a byte: what PDF syntax is made of. */
export const toLatin1 = (bytes: Uint8Array): string => view(bytes).toString("latin1");
export const toUtf8 = (bytes: Uint8Array): string => view(bytes).toString("utf8");
export const fromHex = (hex: string): Uint8Array => plain(Buffer.from(hex, "hex"));
export const fromBase64 = (base64: string): Uint8Array => plain(Buffer.from(base64, "base64"));
export const fromBase64Url = (base64: string): Uint8Array => plain(Buffer.from(base64, "base64url"));
export const fromLatin1 = (text: string): Uint8Array => plain(Buffer.from(text, "latin1"));
export const fromUtf8 = (text: string): Uint8Array => plain(Buffer.from(text, "utf8"));

/** A plain Uint8Array over its own buffer, so that no library sees Node's pooled one. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return plain(hash("sha256", parts[0]!, "buffer"));
  const whole = createHash("sha256");
  for (const part of parts) whole.update(part);
  return plain(whole.digest());
}

/** SHA-256 of a whole source, read piece by piece, lower-case hex. */
export function sha256Of(source: ByteSource): string {
  const hash = createHash("sha256");
  for (const piece of scan(source)) hash.update(piece);
  return hash.digest("hex");
}

export function sha1(bytes: Uint8Array): Uint8Array {
  return plain(hash("sha1", bytes, "buffer"));
}
