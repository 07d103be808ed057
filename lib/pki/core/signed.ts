import { equalBytes } from "#lib/bytes.ts";
import {
  type AlgorithmIdentifier,
  algorithmOf,
  cmsSignatureAlgorithmOf,
  digestOfKey,
  type SignatureScheme,
  schemeOf,
  signatureAlgorithmOf,
} from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { type DerTree, sequenceTree, treeOf, writeTree } from "#lib/pki/core/asn1/der-tree.ts";
import { type DerValue, type Fields, fieldsOf, readBitOctets, readDer } from "#lib/pki/core/asn1/read-der.ts";
import { type SignatureCheck, verifyOwnSignature, verifySignature } from "#lib/pki/core/public-key.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

/** The shape certificates, CRLs and OCSP responses share: something signed, how, and the signature. */
export interface Signed {
  /** The signed part, DER. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/**
 * @returns also the members of the signed part and what follows the signature.
 *
 * @throws pki/malformed, pki/too-large
 */
export function readSigned(
  der: Uint8Array,
  what: string,
  maxBytes: number,
): { signed: Signed; tbs: DerValue; rest: Fields } {
  const rest = fieldsOf(readDer(der, what, maxBytes), what);
  const tbs = rest.take(TAG.sequence, "signed part");
  const signatureAlgorithm = algorithmOf(rest.takeAny("algorithm"), `${what} algorithm`);
  const signature = readBitOctets(rest.takeAny("signature"), `${what} signature`);
  return { signed: { tbs: tbs.bytes, signatureAlgorithm, signature }, tbs, rest };
}

/** What was found of each, as long as it is held: a document names the same authorities for every signature. */
const checks = new WeakMap<Signed, { readonly publicKey: Uint8Array; readonly check: SignatureCheck }[]>();

/** Whether `publicKey` made the signature.@param publicKey SubjectPublicKeyInfo, DER. */
export function verifySigned(signed: Signed, publicKey: Uint8Array): SignatureCheck {
  const known = checks.get(signed) ?? [];
  const found = known.find((one) => equalBytes(one.publicKey, publicKey));
  if (found) return found.check;
  const scheme = schemeOf(signed.signatureAlgorithm);
  const check = verifySignature(scheme, publicKey, signed.tbs, signed.signature);
  checks.set(signed, [...known, { publicKey, check }]);
  return check;
}

/** How many signatures are being made: who comes alone needs no threads. */
let underWay = 0;

/**
 * Signs and checks the signature, so that a provider's mistake is never published.
 *
 * @throws pki/key-mismatch when the signature does not verify; keys/unavailable
 */
export async function signWith(key: SigningKey, message: Uint8Array): Promise<Uint8Array> {
  underWay++;
  try {
    const signature =
      underWay > 1 && key.signChecked ? await key.signChecked(message) : await signAlone(key, message);
    if (signature) return signature;
  } finally {
    underWay--;
  }
  throw mismatch(key.algorithm);
}

async function signAlone(key: SigningKey, message: Uint8Array): Promise<Uint8Array | null> {
  const signature = await key.sign(message);
  const isValid = await verifyOwnSignature(schemeFor(key.algorithm), key.publicKey, message, signature);
  return isValid ? signature : null;
}

/** @throws pki/key-mismatch unless `signature` over `message` verifies with `publicKey` */
export function requireSignature(
  algorithm: SigningKey["algorithm"],
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): void {
  if (!verifySignature(schemeFor(algorithm), publicKey, message, signature).isValid)
    throw mismatch(algorithm);
}

const mismatch = (algorithm: string) =>
  pkiError("key-mismatch", `the ${algorithm} signature does not verify`);

const schemes = new Map<SigningKey["algorithm"], SignatureScheme>();

export function schemeFor(algorithm: SigningKey["algorithm"]): SignatureScheme {
  const known = schemes.get(algorithm) ?? readScheme(algorithm);
  schemes.set(algorithm, known);
  return known;
}

function readScheme(algorithm: SigningKey["algorithm"]): SignatureScheme {
  const value = readDer(cmsSignatureAlgorithmOf(algorithm), "algorithm", 128);
  return schemeOf(algorithmOf(value, "algorithm"), digestOfKey(algorithm));
}

/** The signed part with its signature. @param more what follows the signature. */
export const signedBy = async (
  key: SigningKey,
  tbs: Uint8Array,
  ...more: Uint8Array[]
): Promise<Uint8Array> => writeTree(await signedTree(key, tbs, ...more));

/** The same as part of something larger. */
export async function signedTree(key: SigningKey, tbs: Uint8Array, ...more: Uint8Array[]): Promise<DerTree> {
  const signature = treeOf(TAG.bitString, NO_BITS_LEFT, await signWith(key, tbs));
  return sequenceTree(tbs, signatureAlgorithmOf(key.algorithm), signature, ...more);
}

const NO_BITS_LEFT = Uint8Array.of(0);
