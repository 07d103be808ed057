import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import {
  EIGHTY_BITS_ENDED,
  type SignatureScheme,
  type Weakness,
  weaknessOfDigest,
} from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import {
  type DerValue,
  fieldsOf,
  readBitOctets,
  readDer,
  readInteger,
  readOid,
} from "#lib/pki/core/asn1/read-der.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

export type KeyType = "rsa" | "ec" | "ed25519" | "ed448" | "unsupported";

/** What can be said of a public key. */
export interface PublicKeyFacts {
  readonly type: KeyType;
  /** Curve name, or the algorithm's OID when it is not accepted. */
  readonly name: string;
  /** Modulus or field size. */
  readonly sizeBits: number;
  /** The octets of subjectPublicKey: what key identifiers hash (RFC 5280 §4.2.1.2). */
  readonly keyOctets: Uint8Array;
}

/** Whether one signature verifies, and what weakens it if it does. */
export interface SignatureCheck {
  readonly isValid: boolean;
  /** Why not; null when valid. */
  readonly reason: string | null;
  /** True when the algorithm or key cannot be judged at all, so that "not valid" does not mean "forged". */
  readonly isUnsupported: boolean;
  readonly weaknesses: readonly Weakness[];
}

const MAX_SPKI_BYTES = 16 * 1024;
const CURVES: Record<string, { name: string; sizeBits: number }> = {
  "1.2.840.10045.3.1.7": { name: "P-256", sizeBits: 256 },
  "1.3.132.0.34": { name: "P-384", sizeBits: 384 },
  "1.3.132.0.35": { name: "P-521", sizeBits: 521 },
  "1.3.36.3.3.2.8.1.1.7": { name: "brainpoolP256r1", sizeBits: 256 },
  "1.3.36.3.3.2.8.1.1.11": { name: "brainpoolP384r1", sizeBits: 384 },
  "1.3.36.3.3.2.8.1.1.13": { name: "brainpoolP512r1", sizeBits: 512 },
};
const RSA_KEYS = ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"];
const EC_KEY = "1.2.840.10045.2.1";

/** Reads a SubjectPublicKeyInfo. @param spki DER, untrusted. @throws pki/malformed, pki/too-large */
export function publicKeyFacts(spki: Uint8Array): PublicKeyFacts {
  const what = "public key";
  const fields = fieldsOf(readDer(spki, what, MAX_SPKI_BYTES), what);
  const algorithm = fieldsOf(fields.take(TAG.sequence, "algorithm"), what);
  const id = readOid(algorithm.take(TAG.oid, "algorithm"), what);
  const keyOctets = readBitOctets(fields.take(TAG.bitString, "key"), what);
  fields.end();
  return { ...typeOf(id, algorithm.rest()[0], keyOctets), keyOctets };
}

function typeOf(id: string, parameters: DerValue | undefined, keyOctets: Uint8Array) {
  if (RSA_KEYS.includes(id)) return { type: "rsa", name: "RSA", sizeBits: modulusBits(keyOctets) } as const;
  if (id === "1.3.101.112") return { type: "ed25519", name: "Ed25519", sizeBits: 256 } as const;
  if (id === "1.3.101.113") return { type: "ed448", name: "Ed448", sizeBits: 448 } as const;
  const curve = id === EC_KEY && parameters?.tag === TAG.oid ? readOid(parameters, "curve") : null;
  const known = curve === null ? undefined : CURVES[curve];
  if (known) return { type: "ec", ...known } as const;
  return { type: "unsupported", name: curve ?? id, sizeBits: 0 } as const;
}

function modulusBits(keyOctets: Uint8Array): number {
  const key = fieldsOf(readDer(keyOctets, "RSA key", MAX_SPKI_BYTES), "RSA key");
  const modulus = readInteger(key.take(TAG.integer, "modulus"), "modulus");
  const first = modulus.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (modulus.length - first) * 8 - Math.clz32(modulus[first]!) + 24;
}

/** Whether a key is what its algorithm's name says. @param spki DER. @throws pki/malformed */
export function isKeyOf(spki: Uint8Array, algorithm: KeyAlgorithm): boolean {
  const { type, name, sizeBits } = publicKeyFacts(spki);
  switch (algorithm) {
    case "ecdsa-p256-sha256":
      return type === "ec" && name === "P-256";
    case "ecdsa-p384-sha384":
      return type === "ec" && name === "P-384";
    case "rsa-2048-sha256":
    case "rsa-pss-2048-sha256":
      return type === "rsa" && sizeBits === 2048;
    case "rsa-3072-sha256":
    case "rsa-pss-3072-sha256":
      return type === "rsa" && sizeBits === 3072;
    case "rsa-4096-sha256":
    case "rsa-pss-4096-sha256":
      return type === "rsa" && sizeBits === 4096;
  }
}

/**
 * Verifies one signature. A bad one is a finding, never a throw.
 *
 * @param spki SubjectPublicKeyInfo, DER. @param message what was signed, not its digest.
 * @param signature as it stands in the structure; ECDSA as DER (RFC 3279 §2.2.3).
 */
export function verifySignature(
  scheme: SignatureScheme,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): SignatureCheck {
  if (scheme.kind === "unsupported") return unsupported(scheme.reason);
  const read = readKey(spki);
  if (typeof read === "string") return unsupported(read);
  const { facts, key } = read;
  if (facts.type !== keyTypeFor(scheme.kind)) {
    return {
      isValid: false,
      reason: `${scheme.kind} signature by a key of type ${facts.type}`,
      isUnsupported: false,
      weaknesses: [],
    };
  }
  const weaknesses = [...weaknessOfDigest(scheme.digest), ...weaknessOfKey(facts)];
  const isValid = holds(scheme, key, message, signature);
  return { isValid, reason: isValid ? null : "signature does not match", isUnsupported: false, weaknesses };
}

/**
 * `verifySignature` of what was made here, on Node's thread pool: checking takes twice as long as signing, and this
 * thread has better to do.
 */
export function verifyOwnSignature(
  scheme: SignatureScheme,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const read = readKey(spki);
  if (scheme.kind !== "ecdsa" || typeof read === "string")
    return Promise.resolve(verifySignature(scheme, spki, message, signature).isValid);
  return new Promise((resolve) => {
    verify(scheme.digest, message, read.key, signature, (error, isValid) => resolve(!error && isValid));
  });
}

const unsupported = (reason: string): SignatureCheck => ({
  isValid: false,
  reason,
  isUnsupported: true,
  weaknesses: [],
});

interface ReadKey {
  readonly facts: PublicKeyFacts;
  readonly key: KeyObject;
}

// The same few authorities are met again and again, and OpenSSL checks a point of a curve every time it reads one.
const MAX_KEPT = 64;
const keptKeys = new Map<string, ReadKey>();

function readKey(spki: Uint8Array): ReadKey | string {
  try {
    const name = Buffer.from(spki).toString("latin1");
    const kept = keptKeys.get(name);
    if (kept) return kept;
    const facts = publicKeyFacts(spki);
    if (facts.type === "unsupported") return `key ${facts.name} is not accepted`;
    const read = { facts, key: createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }) };
    if (keptKeys.size >= MAX_KEPT) keptKeys.delete(keptKeys.keys().next().value!);
    keptKeys.set(name, read);
    return read;
  } catch {
    return "public key cannot be read";
  }
}

const keyTypeFor = (kind: Exclude<SignatureScheme["kind"], "unsupported">): KeyType =>
  kind === "rsa" || kind === "rsa-pss" ? "rsa" : kind === "ecdsa" ? "ec" : kind;

const weaknessOfKey = ({ type, sizeBits }: PublicKeyFacts): Weakness[] =>
  type === "rsa" && sizeBits < 2048 ? [{ what: `RSA of ${sizeBits} bits`, since: EIGHTY_BITS_ENDED }] : [];

// OpenSSL throws where padding or point encoding cannot be read: no signature of this key, so simply not
// valid.
function holds(
  scheme: Exclude<SignatureScheme, { kind: "unsupported" }>,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (scheme.kind === "rsa-pss") {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify(scheme.digest, message, { key, padding, saltLength: scheme.saltLengthBytes }, signature);
    }
    if (scheme.kind === "rsa") return verify(scheme.digest, message, key, signature);
    if (scheme.kind === "ecdsa")
      return verify(scheme.digest, message, { key, dsaEncoding: "der" }, signature);
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}
