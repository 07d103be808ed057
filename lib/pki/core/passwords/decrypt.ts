import { createDecipheriv } from "node:crypto";
import { type AlgorithmIdentifier, algorithmOf } from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import {
  type DerValue,
  fieldsOf,
  readDer,
  readOctets,
  readSmallInteger,
} from "#lib/pki/core/asn1/read-der.ts";
import {
  deriveByPbkdf2,
  deriveByPkcs12,
  deriveByScrypt,
  type KeyDerivationDigest,
  type PasswordForm,
  type WorkBudget,
} from "#lib/pki/core/passwords/derive-key.ts";
import { decryptRc2Cbc } from "#lib/pki/core/passwords/rc2.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** How something was encrypted under a password, for people. */
export interface PasswordEncryption {
  readonly cipher: "AES-128" | "AES-192" | "AES-256" | "3DES" | "2-key 3DES" | "RC2-128" | "RC2-40";
  /** Such as `PBKDF2 with HMAC-SHA-256`. */
  readonly derivation: string;
  readonly iterations: number;
  /** RC2, 3DES, or a key derived by the old way of PKCS#12: good for reading, never for keeping. */
  readonly isOld: boolean;
}

interface Cipher {
  readonly name: PasswordEncryption["cipher"];
  /** node:crypto's name; null for RC2, which it does not have. */
  readonly cipher: string | null;
  readonly keyBytes: number;
  readonly ivBytes: number;
}

const OLD_PBE = "1.2.840.113549.1.12.1";
/** RFC 7292 appendix C: by the last arc. */
const OLD_CIPHERS: Record<string, Cipher> = {
  [`${OLD_PBE}.3`]: { name: "3DES", cipher: "des-ede3-cbc", keyBytes: 24, ivBytes: 8 },
  [`${OLD_PBE}.4`]: { name: "2-key 3DES", cipher: "des-ede-cbc", keyBytes: 16, ivBytes: 8 },
  [`${OLD_PBE}.5`]: { name: "RC2-128", cipher: null, keyBytes: 16, ivBytes: 8 },
  [`${OLD_PBE}.6`]: { name: "RC2-40", cipher: null, keyBytes: 5, ivBytes: 8 },
};
const CIPHERS: Record<string, Cipher> = {
  "2.16.840.1.101.3.4.1.2": { name: "AES-128", cipher: "aes-128-cbc", keyBytes: 16, ivBytes: 16 },
  "2.16.840.1.101.3.4.1.22": { name: "AES-192", cipher: "aes-192-cbc", keyBytes: 24, ivBytes: 16 },
  "2.16.840.1.101.3.4.1.42": { name: "AES-256", cipher: "aes-256-cbc", keyBytes: 32, ivBytes: 16 },
  "1.2.840.113549.3.7": { name: "3DES", cipher: "des-ede3-cbc", keyBytes: 24, ivBytes: 8 },
};
const REFUSED: Record<string, string> = {
  [`${OLD_PBE}.1`]: "RC4-128",
  [`${OLD_PBE}.2`]: "RC4-40",
  "1.2.840.113549.1.5.1": "DES with MD2",
  "1.2.840.113549.1.5.3": "DES with MD5",
  "1.2.840.113549.1.5.4": "RC2 with MD2",
  "1.2.840.113549.1.5.6": "RC2 with MD5",
  "1.2.840.113549.1.5.10": "DES with SHA-1",
  "1.2.840.113549.1.5.11": "RC2 with SHA-1",
  "1.2.840.113549.3.2": "RC2",
  "1.3.14.3.2.7": "DES",
};
const PBES2 = "1.2.840.113549.1.5.13";
export const PBKDF2 = "1.2.840.113549.1.5.12";
const SCRYPT = "1.3.6.1.4.1.11591.4.11"; // RFC 7914 §7

/** The digest of an HMAC, by its OID (RFC 8018 §B.1.2). */
export const HMAC_DIGESTS: Readonly<Record<string, KeyDerivationDigest>> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
  "1.2.840.113549.2.12": "sha512-224",
  "1.2.840.113549.2.13": "sha512-256",
};

export const digestName = (digest: string): string =>
  digest.replace("sha512-", "sha512/").replace("sha", "SHA-");

const what = "encryption";
const unsupported = (name: string) => pkiError("encryption-unsupported", `encrypted with ${name}`);
const read = (der: Uint8Array | null): DerValue => readDer(der ?? new Uint8Array(0), what, 4096);

/**
 * Opens what was encrypted under a password: PBES2, and the old schemes of PKCS#12.
 *
 * @param algorithm untrusted. @param encrypted untrusted.
 * @returns the plaintext. Without a MAC a wrong password is found out only most of the time.
 * @throws pki/wrong-password when the padding does not come out; pki/encryption-unsupported,
 *   pki/too-many-iterations, pki/malformed
 * @see RFC 8018 §6.2, RFC 7292 appendix C
 */
export async function decryptByPassword(
  algorithm: AlgorithmIdentifier,
  encrypted: Uint8Array,
  password: PasswordForm,
  budget: WorkBudget,
): Promise<{ plain: Uint8Array; encryption: PasswordEncryption }> {
  const { cipher, key, iv, derivation, iterations } =
    algorithm.oid === PBES2
      ? await modernKey(algorithm, password, budget)
      : await oldKey(algorithm, password, budget);
  const isOld = derivation.startsWith("PKCS#12") || !cipher.name.startsWith("AES");
  const encryption = { cipher: cipher.name, derivation, iterations, isOld };
  return { plain: opened(cipher, key, iv, encrypted), encryption };
}

/** @see RFC 7292 appendix C */
async function oldKey({ oid, parameters }: AlgorithmIdentifier, { bmp }: PasswordForm, budget: WorkBudget) {
  const cipher = OLD_CIPHERS[oid];
  if (!cipher) throw unsupported(REFUSED[oid] ?? oid);
  const fields = fieldsOf(read(parameters), what);
  const salt = readOctets(fields.takeAny("salt"), what);
  const iterations = readSmallInteger(fields.takeAny("iterations"), what);
  const key = await deriveByPkcs12("sha1", 1, bmp, salt, iterations, cipher.keyBytes, budget);
  const iv = await deriveByPkcs12("sha1", 2, bmp, salt, iterations, cipher.ivBytes, budget);
  return { cipher, key, iv, derivation: "PKCS#12 with SHA-1", iterations };
}

/** @see RFC 8018 §A.4 */
async function modernKey({ parameters }: AlgorithmIdentifier, { octets }: PasswordForm, budget: WorkBudget) {
  const fields = fieldsOf(read(parameters), what);
  const derivation = algorithmOf(fields.takeAny("key derivation"), what);
  const scheme = algorithmOf(fields.takeAny("cipher"), what);
  const cipher = CIPHERS[scheme.oid];
  if (!cipher) throw unsupported(REFUSED[scheme.oid] ?? scheme.oid);
  const iv = readOctets(read(scheme.parameters), what);
  if (iv.length !== cipher.ivBytes) throw pkiError("malformed", `${what}: vector of ${iv.length} octets`);
  if (derivation.oid === SCRYPT) return { cipher, iv, ...(await scryptKey(derivation, octets, cipher)) };
  if (derivation.oid !== PBKDF2) throw unsupported(`a key derived by ${derivation.oid}`);
  const { digest, salt, iterations } = readPbkdf2(derivation.parameters, cipher.keyBytes);
  const key = await deriveByPbkdf2(digest, octets, salt, iterations, cipher.keyBytes, budget);
  return { cipher, iv, key, derivation: `PBKDF2 with HMAC-${digestName(digest)}`, iterations };
}

/** PBKDF2-params. @param keyBytes what the length must be where it is given. @see RFC 8018 §A.2 */
export function readPbkdf2(parameters: Uint8Array | null, keyBytes: number | null) {
  const fields = fieldsOf(read(parameters), what);
  const salt = readOctets(fields.takeAny("salt"), what);
  const iterations = readSmallInteger(fields.takeAny("iterations"), what);
  const length = fields.maybe(TAG.integer);
  const prf = fields.maybe(TAG.sequence);
  fields.end();
  const stated = length ? readSmallInteger(length, what) : null;
  if (stated !== null && keyBytes !== null && stated !== keyBytes)
    throw pkiError("malformed", `${what}: key of ${stated} octets where ${keyBytes} are wanted`);
  const id = prf ? algorithmOf(prf, what).oid : null;
  const digest = id === null ? "sha1" : HMAC_DIGESTS[id];
  if (!digest) throw unsupported(`a key derived with ${id}`);
  return { digest, salt, iterations, sizeBytes: stated };
}

/** @see RFC 7914 §7.1 */
async function scryptKey({ parameters }: AlgorithmIdentifier, octets: Uint8Array, { keyBytes }: Cipher) {
  const fields = fieldsOf(read(parameters), what);
  const salt = readOctets(fields.takeAny("salt"), what);
  const [cost, blockSize, parallel] = [1, 2, 3].map(() => readSmallInteger(fields.takeAny("cost"), what));
  const costs = { cost: cost!, blockSize: blockSize!, parallel: parallel! };
  const key = await deriveByScrypt(octets, salt, costs, keyBytes);
  return { key, derivation: "scrypt", iterations: costs.cost };
}

function opened(
  { cipher, name }: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array {
  if (cipher === null) {
    return withoutPadding(decryptRc2Cbc(key, name === "RC2-40" ? 40 : 128, iv, encrypted));
  }
  try {
    const decipher = createDecipheriv(cipher, key, iv);
    return new Uint8Array(Buffer.concat([decipher.update(encrypted), decipher.final()]));
  } catch (cause) {
    throw pkiError("wrong-password", "what was encrypted does not come out", { cause });
  }
}

/** @see RFC 8018 §6.1.1 step 4 */
function withoutPadding(plain: Uint8Array): Uint8Array {
  const count = plain.at(-1) ?? 0;
  const isPadded = count > 0 && count <= 8 && plain.subarray(-count).every((octet) => octet === count);
  if (!isPadded) throw pkiError("wrong-password", "what was encrypted does not come out");
  return plain.subarray(0, -count);
}
