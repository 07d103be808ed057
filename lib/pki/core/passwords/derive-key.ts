import { createHash, pbkdf2, scrypt } from "node:crypto";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** Digests that keys are derived with, in node:crypto's words. */
export type KeyDerivationDigest =
  | "sha1"
  | "sha224"
  | "sha256"
  | "sha384"
  | "sha512"
  | "sha512-224"
  | "sha512-256";

/** One password in the two forms that files are made with; old programs disagree about both. */
export interface PasswordForm {
  /** For the derivation of PKCS#12: UTF-16BE with two zeros after it, or nothing at all (RFC 7292 §B.1). */
  readonly bmp: Uint8Array;
  /** For PBKDF2 and scrypt (RFC 8018 §3). */
  readonly octets: Uint8Array;
}

/** Work that is left for one file: whoever wrote it chose the counts. */
export interface WorkBudget {
  /** Of PBKDF2, on other threads. */
  iterations: number;
  /** Of the derivation of PKCS#12, each a hash on this thread. */
  rounds: number;
}

export const MAX_ITERATIONS = 10_000_000;
const MAX_ROUNDS = 5_000_000;
const ROUNDS_AT_ONCE = 20_000;
const MAX_SCRYPT_BYTES = 64 * 1024 * 1024;
/** RFC 7292 §B.2: v, the block of the hash, in octets. */
const BLOCK_BYTES: Record<KeyDerivationDigest, number> = {
  sha1: 64,
  sha224: 64,
  sha256: 64,
  sha384: 128,
  sha512: 128,
  "sha512-224": 128,
  "sha512-256": 128,
};

export const newBudget = (): WorkBudget => ({ iterations: 2 * MAX_ITERATIONS, rounds: MAX_ROUNDS });

/**
 * The forms in which a password may have been used, the likeliest first.
 *
 * @param password null when none was asked for: some programs then use nothing, others an empty text; OpenSSL
 *   before 1.1.0 took the octets of what was typed for characters.
 */
export function passwordForms(password: string | null): PasswordForm[] {
  const form = (text: string, octets: Uint8Array = fromUtf8(text)) => ({ bmp: bmpString(text), octets });
  if (!password) return [form(""), { bmp: new Uint8Array(0), octets: new Uint8Array(0) }];
  if (/^[\x20-\x7e]*$/.test(password)) return [form(password)];
  return [form(password), form(Buffer.from(password).toString("latin1"), Buffer.from(password, "latin1"))];
}

/** RFC 7292 §B.1. */
function bmpString(text: string): Uint8Array {
  const octets = new Uint8Array(2 * text.length + 2);
  for (let index = 0; index < text.length; index++) {
    octets[2 * index] = text.charCodeAt(index) >> 8;
    octets[2 * index + 1] = text.charCodeAt(index) & 0xff;
  }
  return octets;
}

/** @throws pki/too-many-iterations */
function spend(budget: WorkBudget, kind: keyof WorkBudget, iterations: number, cost: number): void {
  if (iterations < 1 || iterations > MAX_ITERATIONS) {
    throw pkiError("too-many-iterations", `${iterations} iterations, 1 to ${MAX_ITERATIONS} allowed`);
  }
  budget[kind] -= cost;
  if (budget[kind] < 0) throw pkiError("too-many-iterations", "the keys of this file take too much work");
}

/** PBKDF2 (RFC 8018 §5.2), on another thread. @throws pki/too-many-iterations */
export function deriveByPbkdf2(
  digest: KeyDerivationDigest,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  sizeBytes: number,
  budget: WorkBudget,
): Promise<Uint8Array> {
  spend(budget, "iterations", iterations, iterations);
  return new Promise((resolve, reject) =>
    pbkdf2(password, salt, iterations, sizeBytes, digest, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    ),
  );
}

/** scrypt (RFC 7914), on another thread. @throws pki/too-many-iterations when it needs more than 64 MiB */
export function deriveByScrypt(
  password: Uint8Array,
  salt: Uint8Array,
  { cost, blockSize, parallel }: { cost: number; blockSize: number; parallel: number },
  sizeBytes: number,
): Promise<Uint8Array> {
  const isPower = cost > 1 && Number.isInteger(Math.log2(cost));
  const isWithin = 128 * cost * blockSize <= MAX_SCRYPT_BYTES && parallel <= 16 && blockSize * parallel > 0;
  if (!isPower || !isWithin) {
    throw pkiError("too-many-iterations", `scrypt with ${cost}, ${blockSize}, ${parallel} is not accepted`);
  }
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 2 * MAX_SCRYPT_BYTES };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, sizeBytes, options, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    ),
  );
}

/**
 * The derivation of old PKCS#12 files. Other work goes on in between.
 *
 * @param purpose 1 for a key, 2 for an initialization vector, 3 for a MAC. @param password as BMPString.
 * @throws pki/too-many-iterations
 * @see RFC 7292 §B.2
 */
export async function deriveByPkcs12(
  digest: KeyDerivationDigest,
  purpose: 1 | 2 | 3,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  sizeBytes: number,
  budget: WorkBudget,
): Promise<Uint8Array> {
  const block = BLOCK_BYTES[digest];
  const input = concatBytes([filled(salt, block), filled(password, block)]);
  const diversifier = new Uint8Array(block).fill(purpose);
  const made: Uint8Array[] = [];
  for (let size = 0; size < sizeBytes; ) {
    spend(budget, "rounds", iterations, iterations);
    const hash = await hashed(digest, concatBytes([diversifier, input]), iterations);
    made.push(hash);
    size += hash.length;
    addToBlocks(input, filled(hash, block).subarray(0, block));
  }
  return concatBytes(made).subarray(0, sizeBytes);
}

async function hashed(
  digest: KeyDerivationDigest,
  first: Uint8Array,
  iterations: number,
): Promise<Uint8Array> {
  let hash = createHash(digest).update(first).digest();
  for (let round = 1; round < iterations; round++) {
    hash = createHash(digest).update(hash).digest();
    if (round % ROUNDS_AT_ONCE === 0) await new Promise((resume) => setImmediate(resume));
  }
  return hash;
}

/** Repeated until it fills whole blocks; nothing stays nothing. */
function filled(bytes: Uint8Array, block: number): Uint8Array {
  const size = block * Math.ceil(bytes.length / block);
  return Uint8Array.from({ length: size }, (_, index) => bytes[index % bytes.length]!);
}

/** Adds a number and one to each block, all big-endian, dropping what overflows. */
function addToBlocks(input: Uint8Array, addend: Uint8Array): void {
  for (let start = 0; start < input.length; start += addend.length) {
    let carry = 1;
    for (let index = addend.length - 1; index >= 0; index--) {
      carry += input[start + index]! + addend[index]!;
      input[start + index] = carry & 0xff;
      carry >>= 8;
    }
  }
}
