import { fromUtf8 } from "#lib/bytes.ts";

/** Dark squares of a QR code, row by row from the top; without the quiet zone of four around it. */
export type QrModules = readonly (readonly boolean[])[];

// ISO/IEC 18004 Table 9, error correction level M, versions 1 to 10.
const CORRECTION_BYTES = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const LEVEL_M = 0;

/**
 * Encodes a text as a QR code: byte mode, error correction level M, the smallest version from 1 to 10 that holds it.
 *
 * @returns null for a text of more than 213 bytes, which is too much to be scanned from a page.
 * @see ISO/IEC 18004:2015 §7
 */
export function qrCode(text: string): QrModules | null {
  const data = fromUtf8(text);
  const version = BLOCKS.findIndex((_, index) => capacityBits(index + 1) >= neededBits(data, index + 1)) + 1;
  if (version === 0) return null;
  const codewords = interleave(dataCodewords(data, version), version);
  const drawn = MASKS.map((_, mask) => drawSymbol(version, codewords, mask));
  return drawn.reduce((best, grid) => (penalty(grid) < penalty(best) ? grid : best));
}

const sizeOf = (version: number) => version * 4 + 17;
const lengthBits = (version: number) => (version < 10 ? 8 : 16);
const neededBits = (data: Uint8Array, version: number) => 4 + lengthBits(version) + data.length * 8;
const correctionBytes = (version: number) => CORRECTION_BYTES[version - 1]!;
const blocksOf = (version: number) => BLOCKS[version - 1]!;

/** Modules left for data and error correction once all patterns are drawn. */
function rawModules(version: number): number {
  const alignments = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const patterns = alignments === 0 ? 0 : (25 * alignments - 10) * alignments - 55;
  return (16 * version + 128) * version + 64 - patterns - (version >= 7 ? 36 : 0);
}

const totalBytes = (version: number) => Math.floor(rawModules(version) / 8);
const capacityBits = (version: number) =>
  (totalBytes(version) - correctionBytes(version) * blocksOf(version)) * 8;

function dataCodewords(data: Uint8Array, version: number): Uint8Array {
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >>> bit) & 1);
  };
  push(0b0100, 4);
  push(data.length, lengthBits(version));
  for (const byte of data) push(byte, 8);
  const capacity = capacityBits(version);
  push(0, Math.min(4, capacity - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) push(pad, 8);
  const bytes = new Uint8Array(bits.length / 8);
  for (const [index, bit] of bits.entries()) bytes[index >> 3]! |= bit << (7 - (index & 7));
  return bytes;
}

/** Splits the data into blocks, gives each its error correction, and takes from all in turn. */
function interleave(data: Uint8Array, version: number): Uint8Array {
  const [count, degree] = [blocksOf(version), correctionBytes(version)];
  const short = Math.floor(data.length / count);
  const longBlocks = data.length % count;
  const divisor = generator(degree);
  const blocks: { data: Uint8Array; correction: Uint8Array }[] = [];
  for (let index = 0, start = 0; index < count; index++) {
    const end = start + short + (index >= count - longBlocks ? 1 : 0);
    const own = data.subarray(start, end);
    blocks.push({ data: own, correction: remainder(own, divisor) });
    start = end;
  }
  const mixed: number[] = [];
  for (let at = 0; at <= short; at++)
    for (const { data } of blocks) if (at < data.length) mixed.push(data[at]!);
  for (let at = 0; at < degree; at++) for (const { correction } of blocks) mixed.push(correction[at]!);
  return Uint8Array.from(mixed);
}

/** In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

function generator(degree: number): Uint8Array {
  const result = new Uint8Array(degree);
  result[degree - 1] = 1;
  for (let step = 0, root = 1; step < degree; step++, root = multiply(root, 2))
    for (let index = 0; index < degree; index++)
      result[index] = multiply(result[index]!, root) ^ (result[index + 1] ?? 0);
  return result;
}

function remainder(data: Uint8Array, divisor: Uint8Array): Uint8Array {
  const result = new Uint8Array(divisor.length);
  for (const byte of data) {
    const factor = byte ^ result[0]!;
    result.copyWithin(0, 1);
    result[result.length - 1] = 0;
    for (const [index, coefficient] of divisor.entries()) result[index]! ^= multiply(coefficient, factor);
  }
  return result;
}

// §7.8.2, Table 10
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function drawSymbol(version: number, codewords: Uint8Array, mask: number): QrModules {
  const size = sizeOf(version);
  const dark = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const isPattern = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const set = (x: number, y: number, isDark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y]![x] = isDark;
    isPattern[y]![x] = true;
  };
  drawPatterns(version, set);
  drawFormat(size, mask, set);
  if (version >= 7) drawVersion(version, set);
  let bit = 0;
  for (const [x, y] of zigzag(size)) {
    if (isPattern[y]![x]) continue;
    const isOne = bit < codewords.length * 8 && ((codewords[bit >> 3]! >>> (7 - (bit & 7))) & 1) === 1;
    dark[y]![x] = isOne !== MASKS[mask]!(x, y);
    bit++;
  }
  return dark;
}

type SetModule = (x: number, y: number, isDark: boolean) => void;

function drawPatterns(version: number, set: SetModule): void {
  const size = sizeOf(version);
  for (let index = 0; index < size; index++) {
    set(6, index, index % 2 === 0);
    set(index, 6, index % 2 === 0);
  }
  for (const [centerX, centerY] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let y = -4; y <= 4; y++)
      for (let x = -4; x <= 4; x++) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        set(centerX + x, centerY + y, ring !== 2 && ring !== 4);
      }
  const centers = alignmentCenters(version);
  for (const [column, centerX] of centers.entries())
    for (const [row, centerY] of centers.entries()) {
      const last = centers.length - 1;
      const isFinder = (column === 0 && (row === 0 || row === last)) || (column === last && row === 0);
      if (isFinder) continue;
      for (let y = -2; y <= 2; y++)
        for (let x = -2; x <= 2; x++) set(centerX + x, centerY + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
    }
}

/** Annex E, Table E.1: rows and columns of the centers. */
function alignmentCenters(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const last = sizeOf(version) - 7;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => last - index * step).reverse()];
}

/** §7.9: level and mask, twice, each with its error correction. */
function drawFormat(size: number, mask: number, set: SetModule): void {
  const data = (LEVEL_M << 3) | mask;
  let rest = data;
  for (let step = 0; step < 10; step++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (index: number) => ((bits >>> index) & 1) === 1;
  for (let index = 0; index <= 5; index++) set(8, index, bit(index));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let index = 9; index < 15; index++) set(14 - index, 8, bit(index));
  for (let index = 0; index < 8; index++) set(size - 1 - index, 8, bit(index));
  for (let index = 8; index < 15; index++) set(8, size - 15 + index, bit(index));
  set(8, size - 8, true);
}

/** §7.10 */
function drawVersion(version: number, set: SetModule): void {
  let rest = version;
  for (let step = 0; step < 12; step++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let index = 0; index < 18; index++) {
    const [near, far] = [Math.floor(index / 3), sizeOf(version) - 11 + (index % 3)];
    set(far, near, ((bits >>> index) & 1) === 1);
    set(near, far, ((bits >>> index) & 1) === 1);
  }
}

/** §7.7.3: in pairs of columns from the right, up and down in turn, leaving out the timing column. */
function* zigzag(size: number): Generator<readonly [number, number]> {
  let isUpward = true;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = isUpward ? size - 1 - step : step;
      yield [right, y];
      yield [right - 1, y];
    }
    isUpward = !isUpward;
  }
}

/** §7.8.3: how much the symbol looks like something a reader could stumble over. */
function penalty(dark: QrModules): number {
  const size = dark.length;
  const columns = Array.from({ length: size }, (_, x) => dark.map((row) => row[x]!));
  let total = 0;
  for (const line of [...dark, ...columns]) {
    const text = line.map((isDark) => (isDark ? "1" : "0")).join("");
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) total += run.length - 2;
    const padded = `0000${text}0000`;
    for (const pattern of ["10111010000", "00001011101"])
      for (let at = padded.indexOf(pattern); at >= 0; at = padded.indexOf(pattern, at + 1)) total += 40;
  }
  for (let y = 0; y + 1 < size; y++)
    for (let x = 0; x + 1 < size; x++) {
      const color = dark[y]![x];
      if (color === dark[y]![x + 1] && color === dark[y + 1]![x] && color === dark[y + 1]![x + 1]) total += 3;
    }
  const share = dark.flat().filter((isDark) => isDark).length / (size * size);
  return total + Math.floor(Math.abs(share * 20 - 10)) * 10;
}
