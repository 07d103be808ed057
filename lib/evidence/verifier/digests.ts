// SHA-1 and SHA-2 (FIPS 180-4) that answer at once, which WebCrypto's do not. Every digest they give is computed
// again by the browser before a result is shown (see settle.ts): nothing rests on these lines.

export type DigestName = "sha1" | "sha256" | "sha384" | "sha512";

export interface Digester {
  update(bytes: Uint8Array): void;
  copy(): Digester;
  digest(): Uint8Array;
}

interface Shape {
  readonly blockBytes: 64 | 128;
  readonly start: readonly bigint[];
  readonly sizeBytes: number;
}

const fractions = (count: number, bits: bigint, power: 2 | 3): bigint[] => {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate++) {
    let isPrime = true;
    for (let divisor = 2n; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor === 0n) isPrime = false;
    if (isPrime) found.push(rootFraction(candidate, bits, power));
  }
  return found;
};

/** The first `bits` bits of the fraction of a root. */
function rootFraction(value: bigint, bits: bigint, power: 2 | 3): bigint {
  const scaled = value << (bits * BigInt(power));
  let [low, high] = [0n, 1n << (bits + 10n)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(power) <= scaled) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

const K32 = Uint32Array.from(fractions(64, 32n, 3), Number);
const K64 = fractions(80, 64n, 3);
const ROOTS64 = fractions(16, 64n, 2);
const SHAPES: Record<DigestName, Shape> = {
  sha1: {
    blockBytes: 64,
    start: [0x67452301n, 0xefcdab89n, 0x98badcfen, 0x10325476n, 0xc3d2e1f0n],
    sizeBytes: 20,
  },
  sha256: { blockBytes: 64, start: fractions(8, 32n, 2), sizeBytes: 32 },
  sha384: { blockBytes: 128, start: ROOTS64.slice(8), sizeBytes: 48 },
  sha512: { blockBytes: 128, start: ROOTS64.slice(0, 8), sizeBytes: 64 },
};

/** A digest that takes its bytes in pieces. */
export function newDigester(name: DigestName): Digester {
  return digester(name, { words: [...SHAPES[name].start], pending: new Uint8Array(), length: 0 });
}

interface State {
  words: bigint[];
  pending: Uint8Array;
  length: number;
}

function digester(name: DigestName, state: State): Digester {
  const { blockBytes, sizeBytes } = SHAPES[name];
  const wordBytes = blockBytes / 16;
  return {
    update(bytes) {
      state.length += bytes.length;
      let data = bytes;
      if (state.pending.length > 0) {
        const taken = bytes.subarray(0, blockBytes - state.pending.length);
        data = bytes.subarray(taken.length);
        state.pending = joined(state.pending, taken);
        if (state.pending.length < blockBytes) return;
        compress(name, state, state.pending, 1);
        state.pending = new Uint8Array();
      }
      const whole = Math.floor(data.length / blockBytes);
      compress(name, state, data, whole);
      state.pending = data.slice(whole * blockBytes);
    },
    copy: () => digester(name, { ...state, words: [...state.words], pending: state.pending.slice() }),
    digest() {
      const { words, pending, length } = state;
      const last: State = { words: [...words], pending, length };
      const lengthBytes = blockBytes / 8;
      const blocks = Math.ceil((pending.length + 1 + lengthBytes) / blockBytes);
      const padded = new Uint8Array(blocks * blockBytes);
      padded.set(pending);
      padded[pending.length] = 0x80;
      new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(length) * 8n);
      compress(name, last, padded, blocks);
      const digest = new Uint8Array(last.words.length * wordBytes);
      const view = new DataView(digest.buffer);
      for (const [index, word] of last.words.entries())
        if (wordBytes === 4) view.setUint32(index * 4, Number(word));
        else view.setBigUint64(index * 8, word);
      return digest.slice(0, sizeBytes);
    },
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function compress(name: DigestName, state: State, data: Uint8Array, blocks: number): void {
  if (blocks === 0) return;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (name === "sha256") state.words = compress256(state.words, view, blocks);
  else if (name === "sha1") state.words = compress1(state.words, view, blocks);
  else state.words = compress512(state.words, view, blocks);
}

function compress256(words: readonly bigint[], view: DataView, blocks: number): bigint[] {
  const h = Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word)));
  const w = new Int32Array(64);
  for (let block = 0; block < blocks; block++) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(block * 64 + t * 4);
    for (let t = 16; t < 64; t++) {
      const [x, y] = [w[t - 15]!, w[t - 2]!];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16]! + s0 + w[t - 7]! + s1) | 0;
    }
    let [a, b, c, d] = [h[0]!, h[1]!, h[2]!, h[3]!];
    let [e, f, g, i] = [h[4]!, h[5]!, h[6]!, h[7]!];
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (i + s1 + ((e & f) ^ (~e & g)) + K32[t]! + w[t]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      i = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    for (const [index, value] of [a, b, c, d, e, f, g, i].entries()) h[index] = (h[index]! + value) | 0;
  }
  return Array.from(h, (word) => BigInt(word >>> 0));
}

function compress1(words: readonly bigint[], view: DataView, blocks: number): bigint[] {
  const h = Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word)));
  const w = new Int32Array(80);
  for (let block = 0; block < blocks; block++) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(block * 64 + t * 4);
    for (let t = 16; t < 80; t++) {
      const x = w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!;
      w[t] = (x << 1) | (x >>> 31);
    }
    let [a, b, c, d, e] = [h[0]!, h[1]!, h[2]!, h[3]!, h[4]!];
    for (let t = 0; t < 80; t++) {
      const part = Math.floor(t / 20);
      const mix = part === 0 ? (b & c) ^ (~b & d) : part === 2 ? (b & c) ^ (b & d) ^ (c & d) : b ^ c ^ d;
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][part]!;
      const next = (((a << 5) | (a >>> 27)) + mix + e + k + w[t]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (const [index, value] of [a, b, c, d, e].entries()) h[index] = (h[index]! + value) | 0;
  }
  return Array.from(h, (word) => BigInt(word >>> 0));
}

const MASK = (1n << 64n) - 1n;
const turned = (x: bigint, by: bigint): bigint => ((x >> by) | (x << (64n - by))) & MASK;

function compress512(words: readonly bigint[], view: DataView, blocks: number): bigint[] {
  let h = [...words];
  const w: bigint[] = new Array(80).fill(0n);
  for (let block = 0; block < blocks; block++) {
    for (let t = 0; t < 16; t++) w[t] = view.getBigUint64(block * 128 + t * 8);
    for (let t = 16; t < 80; t++) {
      const [x, y] = [w[t - 15]!, w[t - 2]!];
      const s0 = turned(x, 1n) ^ turned(x, 8n) ^ (x >> 7n);
      const s1 = turned(y, 19n) ^ turned(y, 61n) ^ (y >> 6n);
      w[t] = (w[t - 16]! + s0 + w[t - 7]! + s1) & MASK;
    }
    let [a, b, c, d, e, f, g, i] = h as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let t = 0; t < 80; t++) {
      const s1 = turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n);
      const t1 = i + s1 + ((e & f) ^ (~e & MASK & g)) + K64[t]! + w[t]!;
      const s0 = turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [i, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
    }
    h = [a, b, c, d, e, f, g, i].map((value, index) => (h[index]! + value) & MASK);
  }
  return h;
}
