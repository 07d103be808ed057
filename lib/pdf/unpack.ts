import { toLatin1 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";

/** Bytes that are found one by one, up to a limit. */
class Unpacked {
  readonly #limitBytes: number;
  #bytes = new Uint8Array(4_096);
  #length = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Makes room for so many more bytes and gives where they begin. */
  #room(count: number): number {
    const [start, needed] = [this.#length, this.#length + count];
    if (needed > this.#limitBytes)
      throw pdfError("too-complex", `a stream unpacks beyond ${this.#limitBytes} bytes`);
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(this.#limitBytes, this.#bytes.length * 2)));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#length = needed;
    return start;
  }

  add(byte: number): void {
    const at = this.#room(1);
    this.#bytes[at] = byte;
  }

  addAll(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  fill(byte: number, count: number): void {
    const at = this.#room(count);
    this.#bytes.fill(byte, at, at + count);
  }

  /** Adds again what stands at `from`; it may reach into what is being added. */
  repeat(from: number, count: number): void {
    const at = this.#room(count);
    for (let index = 0; index < count; index++) this.#bytes[at + index] = this.#bytes[from + index]!;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** ASCIIHexDecode (ISO 32000-2 §7.4.2). */
export function unpackHex(bytes: Uint8Array): Uint8Array {
  const digits = toLatin1(bytes)
    .split(">", 1)[0]!
    .replace(/[^0-9a-fA-F]/g, "");
  return new Uint8Array(Buffer.from(digits.length % 2 ? `${digits}0` : digits, "hex"));
}

/** ASCII85Decode (§7.4.3). */
export function unpackAscii85(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const found = new Unpacked(limitBytes);
  let [value, count] = [0, 0];
  const addFirst = (length: number) => {
    for (let index = 0; index < length; index++)
      found.add(Math.floor((value % 2 ** 32) / 2 ** (24 - 8 * index)) & 255);
    [value, count] = [0, 0];
  };
  for (const code of bytes) {
    if (code === 126) break;
    if (code === 122 && count === 0) found.fill(0, 4);
    if (code < 33 || code > 117) continue;
    value = value * 85 + (code - 33);
    if (++count === 5) addFirst(4);
  }
  if (count < 2) return found.bytes();
  const length = count - 1;
  for (; count < 5; count++) value = value * 85 + 84;
  addFirst(length);
  return found.bytes();
}

/** RunLengthDecode (§7.4.5). */
export function unpackRunLength(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const found = new Unpacked(limitBytes);
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at++]!;
    if (length === 128) break;
    if (length < 128) {
      found.addAll(bytes.subarray(at, at + length + 1));
      at += length + 1;
    } else found.fill(bytes[at++] ?? 0, 257 - length);
  }
  return found.bytes();
}

const LZW_CODES = 4_096;

/** LZWDecode as TIFF has it (§7.4.4): codes of 9 to 12 bits, 256 clears, 257 ends. */
export function unpackLzw(bytes: Uint8Array, earlyChange: number, limitBytes: number): Uint8Array {
  const found = new Unpacked(limitBytes);
  // What a code beyond 257 stands for was written before: where, and how long it is.
  const [starts, lengths] = [new Uint32Array(LZW_CODES), new Uint32Array(LZW_CODES)];
  let [next, width, buffer, bits] = [258, 9, 0, 0];
  let previous: { readonly start: number; readonly length: number } | null = null;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (buffer >>> bits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) {
      [next, width, previous] = [258, 9, null];
      continue;
    }
    if (code > next || (code === next && !previous)) break;
    const start = found.length;
    if (code < 256) found.add(code);
    else if (code < next) found.repeat(starts[code]!, lengths[code]!);
    else found.repeat(previous!.start, previous!.length + 1);
    if (previous && next < LZW_CODES) {
      starts[next] = previous.start;
      lengths[next] = previous.length + 1;
      next++;
    }
    previous = { start, length: found.length - start };
    const reach = next + earlyChange;
    width = reach >= 2048 ? 12 : reach >= 1024 ? 11 : reach >= 512 ? 10 : 9;
  }
  return found.bytes();
}
