import { createHash } from "node:crypto";
import { isRefusal } from "#lib/errors.ts";
import { integer, nullValue, oid, sequence, TAG, tagged } from "#lib/pki/core/asn1/der.ts";
import { type DerValue, fieldsOf, readDer, readOid, readSmallInteger } from "#lib/pki/core/asn1/read-der.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

export type DigestAlgorithm =
  | "sha1"
  | "sha224"
  | "sha256"
  | "sha384"
  | "sha512"
  | "sha3-256"
  | "sha3-384"
  | "sha3-512"
  | "shake256";

/** An AlgorithmIdentifier as read. @see RFC 5280 §4.1.1.2 */
export interface AlgorithmIdentifier {
  readonly oid: string;
  /** DER of the parameters; null when there are none. */
  readonly parameters: Uint8Array | null;
  readonly der: Uint8Array;
}

/** What a signature algorithm asks for, or why it is not accepted. */
export type SignatureScheme =
  | { readonly kind: "rsa" | "ecdsa" | "ed25519" | "ed448"; readonly digest: DigestAlgorithm }
  | { readonly kind: "rsa-pss"; readonly digest: DigestAlgorithm; readonly saltLengthBytes: number }
  | { readonly kind: "unsupported"; readonly reason: string };

/** Signs a little; `since` is when the world stopped trusting it. */
export interface Weakness {
  readonly what: string;
  readonly since: Date;
}

const DIGESTS: Record<DigestAlgorithm, { oid: string; sizeBytes: number }> = {
  sha1: { oid: "1.3.14.3.2.26", sizeBytes: 20 },
  sha224: { oid: "2.16.840.1.101.3.4.2.4", sizeBytes: 28 },
  sha256: { oid: "2.16.840.1.101.3.4.2.1", sizeBytes: 32 },
  sha384: { oid: "2.16.840.1.101.3.4.2.2", sizeBytes: 48 },
  sha512: { oid: "2.16.840.1.101.3.4.2.3", sizeBytes: 64 },
  "sha3-256": { oid: "2.16.840.1.101.3.4.2.8", sizeBytes: 32 },
  "sha3-384": { oid: "2.16.840.1.101.3.4.2.9", sizeBytes: 48 },
  "sha3-512": { oid: "2.16.840.1.101.3.4.2.10", sizeBytes: 64 },
  shake256: { oid: "2.16.840.1.101.3.4.2.12", sizeBytes: 64 }, // RFC 8419 §2.3: 512 bits
};

const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";

const FIXED_SCHEMES: Record<string, SignatureScheme> = {
  "1.2.840.113549.1.1.5": { kind: "rsa", digest: "sha1" },
  "1.3.14.3.2.29": { kind: "rsa", digest: "sha1" },
  "1.2.840.113549.1.1.14": { kind: "rsa", digest: "sha224" },
  "1.2.840.113549.1.1.11": { kind: "rsa", digest: "sha256" },
  "1.2.840.113549.1.1.12": { kind: "rsa", digest: "sha384" },
  "1.2.840.113549.1.1.13": { kind: "rsa", digest: "sha512" },
  "2.16.840.1.101.3.4.3.14": { kind: "rsa", digest: "sha3-256" },
  "2.16.840.1.101.3.4.3.15": { kind: "rsa", digest: "sha3-384" },
  "2.16.840.1.101.3.4.3.16": { kind: "rsa", digest: "sha3-512" },
  "1.2.840.10045.4.1": { kind: "ecdsa", digest: "sha1" },
  "1.2.840.10045.4.3.1": { kind: "ecdsa", digest: "sha224" },
  "1.2.840.10045.4.3.2": { kind: "ecdsa", digest: "sha256" },
  "1.2.840.10045.4.3.3": { kind: "ecdsa", digest: "sha384" },
  "1.2.840.10045.4.3.4": { kind: "ecdsa", digest: "sha512" },
  "2.16.840.1.101.3.4.3.10": { kind: "ecdsa", digest: "sha3-256" },
  "2.16.840.1.101.3.4.3.11": { kind: "ecdsa", digest: "sha3-384" },
  "2.16.840.1.101.3.4.3.12": { kind: "ecdsa", digest: "sha3-512" },
  "1.3.101.112": { kind: "ed25519", digest: "sha512" },
  "1.3.101.113": { kind: "ed448", digest: "shake256" },
};

const REFUSED: Record<string, string> = {
  "1.2.840.113549.2.2": "MD2",
  "1.2.840.113549.2.4": "MD4",
  "1.2.840.113549.2.5": "MD5",
  "1.2.840.113549.1.1.2": "RSA with MD2",
  "1.2.840.113549.1.1.3": "RSA with MD4",
  "1.2.840.113549.1.1.4": "RSA with MD5",
  "1.2.840.10040.4.1": "DSA",
  "1.2.840.10040.4.3": "DSA with SHA-1",
  "2.16.840.1.101.3.4.3.1": "DSA with SHA-224",
  "2.16.840.1.101.3.4.3.2": "DSA with SHA-256",
};

interface KeyAlgorithmFacts {
  readonly digest: DigestAlgorithm;
  readonly signature: string;
  readonly kind: "ecdsa" | "rsa" | "rsa-pss";
}

const FACTS_OF_KEYS: Record<KeyAlgorithm, KeyAlgorithmFacts> = {
  "ecdsa-p256-sha256": { digest: "sha256", signature: "1.2.840.10045.4.3.2", kind: "ecdsa" },
  "ecdsa-p384-sha384": { digest: "sha384", signature: "1.2.840.10045.4.3.3", kind: "ecdsa" },
  "rsa-2048-sha256": { digest: "sha256", signature: "1.2.840.113549.1.1.11", kind: "rsa" },
  "rsa-3072-sha256": { digest: "sha256", signature: "1.2.840.113549.1.1.11", kind: "rsa" },
  "rsa-4096-sha256": { digest: "sha256", signature: "1.2.840.113549.1.1.11", kind: "rsa" },
  "rsa-pss-2048-sha256": { digest: "sha256", signature: RSA_PSS, kind: "rsa-pss" },
  "rsa-pss-3072-sha256": { digest: "sha256", signature: RSA_PSS, kind: "rsa-pss" },
  "rsa-pss-4096-sha256": { digest: "sha256", signature: RSA_PSS, kind: "rsa-pss" },
};

// NIST SP 800-131A: 80 bits of strength were disallowed for signing after 2013.
export const EIGHTY_BITS_ENDED = new Date("2014-01-01T00:00:00Z");

/** The digest a key signs with: the only one, so that nobody chooses a weaker. */
export const digestOfKey = (algorithm: KeyAlgorithm): DigestAlgorithm => FACTS_OF_KEYS[algorithm].digest;

/**
 * AlgorithmIdentifier of the signatures in certificates, CRLs and OCSP responses.
 *
 * @see RFC 5758 §3.2, RFC 4055 §3.1, §5
 */
export function signatureAlgorithmOf(algorithm: KeyAlgorithm): Uint8Array {
  const known = writtenAlgorithms.get(algorithm) ?? writeSignatureAlgorithm(algorithm);
  writtenAlgorithms.set(algorithm, known);
  return known;
}

// What is kept is joined into others and never written to.
const writtenAlgorithms = new Map<KeyAlgorithm, Uint8Array>();

function writeSignatureAlgorithm(algorithm: KeyAlgorithm): Uint8Array {
  const { signature, kind, digest } = FACTS_OF_KEYS[algorithm];
  if (kind === "rsa-pss") return sequence(oid(signature), pssParameters(digest));
  return kind === "rsa" ? sequence(oid(signature), nullValue()) : sequence(oid(signature));
}

/** RFC 4055 §3.1: MGF1 with the same hash, a salt as long as that; the trailer is the default and left out. */
function pssParameters(digest: DigestAlgorithm): Uint8Array {
  const hash = sequence(oid(DIGESTS[digest].oid), nullValue());
  return sequence(
    tagged(0, hash),
    tagged(1, sequence(oid(MGF1), hash)),
    tagged(2, integer(DIGESTS[digest].sizeBytes)),
  );
}

/**
 * AlgorithmIdentifier of the signature in a CMS SignerInfo: plain rsaEncryption for PKCS#1 v1.5.
 *
 * @see RFC 5754 §3.2, RFC 4056 §3
 */
export function cmsSignatureAlgorithmOf(algorithm: KeyAlgorithm): Uint8Array {
  return FACTS_OF_KEYS[algorithm].kind === "rsa"
    ? sequence(oid(RSA_ENCRYPTION), nullValue())
    : signatureAlgorithmOf(algorithm);
}

/** AlgorithmIdentifier of a digest, without parameters. @see RFC 5754 §2 */
export const digestAlgorithmOf = (digest: DigestAlgorithm): Uint8Array => sequence(oid(DIGESTS[digest].oid));

/** The digest an OID names; null when it is none that is accepted here. */
export function digestByOid(id: string): DigestAlgorithm | null {
  const found = Object.entries(DIGESTS).find(([, facts]) => facts.oid === id);
  return found ? (found[0] as DigestAlgorithm) : null;
}

export const digestSizeBytes = (digest: DigestAlgorithm): number => DIGESTS[digest].sizeBytes;

/** Hashes `parts`, joined. */
export function digestOf(digest: DigestAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = digest === "shake256" ? createHash("shake256", { outputLength: 64 }) : createHash(digest);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

export const weaknessOfDigest = (digest: DigestAlgorithm): Weakness[] =>
  digest === "sha1" ? [{ what: "SHA-1", since: EIGHTY_BITS_ENDED }] : [];

/** What an algorithm that is not accepted is called. */
export const algorithmName = (id: string): string => REFUSED[id] ?? id;

/** @throws pki/malformed */
export function algorithmOf(value: DerValue, what: string, tag: number = TAG.sequence): AlgorithmIdentifier {
  const fields = fieldsOf(value, what, tag);
  const id = readOid(fields.take(TAG.oid, "algorithm"), what);
  const [parameters] = fields.rest();
  return { oid: id, parameters: parameters?.bytes ?? null, der: value.bytes };
}

/**
 * What a signature algorithm identifier means.
 *
 * @param signerDigest digest named beside it (CMS digestAlgorithm), for plain rsaEncryption.
 */
export function schemeOf(algorithm: AlgorithmIdentifier, signerDigest?: DigestAlgorithm): SignatureScheme {
  if (algorithm.oid === RSA_PSS) return pssSchemeOf(algorithm);
  if (algorithm.oid === RSA_ENCRYPTION && signerDigest) return { kind: "rsa", digest: signerDigest };
  return (
    FIXED_SCHEMES[algorithm.oid] ?? {
      kind: "unsupported",
      reason: `signature algorithm ${algorithmName(algorithm.oid)} is not accepted`,
    }
  );
}

function pssSchemeOf({ parameters }: AlgorithmIdentifier): SignatureScheme {
  try {
    if (parameters) return readPssParameters(parameters);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  return { kind: "unsupported", reason: "RSASSA-PSS parameters cannot be read" };
}

/** RSASSA-PSS-params. @see RFC 4055 §3.1 */
function readPssParameters(parameters: Uint8Array): SignatureScheme {
  const what = "RSASSA-PSS parameters";
  const fields = fieldsOf(readDer(parameters, what, 1024), what);
  const [hash, mask, salt, trailer] = [0xa0, 0xa1, 0xa2, 0xa3].map((tag) => fields.maybe(tag));
  fields.end();
  const digest = hash ? digestByOid(algorithmIn(hash, what).oid) : "sha1";
  const maskDigest = mask ? maskDigestOf(algorithmIn(mask, what), what) : "sha1";
  const saltLengthBytes = salt ? readSmallInteger(readDer(salt.content, what, 16), what) : 20;
  const isPlainTrailer = !trailer || readSmallInteger(readDer(trailer.content, what, 16), what) === 1;
  if (!digest || digest !== maskDigest || !isPlainTrailer || saltLengthBytes > 512) {
    return { kind: "unsupported", reason: "RSASSA-PSS with these parameters is not accepted" };
  }
  return { kind: "rsa-pss", digest, saltLengthBytes };
}

const algorithmIn = (wrapped: DerValue, what: string) =>
  algorithmOf(readDer(wrapped.content, what, 1024), what);

function maskDigestOf(algorithm: AlgorithmIdentifier, what: string): DigestAlgorithm | null {
  if (algorithm.oid !== MGF1 || !algorithm.parameters) return null;
  return digestByOid(algorithmOf(readDer(algorithm.parameters, what, 1024), what).oid);
}
