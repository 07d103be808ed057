import { concatBytes, fromHex, sha1 } from "#lib/bytes.ts";
import { signatureAlgorithmOf } from "#lib/pki/core/algorithms.ts";
import { integer, tagged } from "#lib/pki/core/asn1/der.ts";
import { generalNameOf } from "#lib/pki/core/asn1/general-names.ts";
import { type Name, parseName, sameName } from "#lib/pki/core/asn1/names.ts";
import { readDer } from "#lib/pki/core/asn1/read-der.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import type { CertificateRequest } from "#lib/pki/core/certificates/draft-certificate.ts";
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoint,
  extendedKeyUsage,
  keyUsage,
  ocspNoCheck,
} from "#lib/pki/core/certificates/extensions.ts";
import { after } from "#lib/pki/core/certificates/profiles.ts";
import { publicKeyFacts } from "#lib/pki/core/public-key.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

/** What certificates of one profile, issuer and addresses have in common, already written: DER each. */
export interface Frame {
  readonly version: Uint8Array;
  readonly algorithm: Uint8Array;
  /** Extensions: which key of the issuer; what the key may do; where its status is told. */
  readonly authorityKey: Uint8Array;
  readonly use: Uint8Array;
  readonly status: Uint8Array;
  /** What one that was read back and kept its profile looked like; at most `MAX_SHAPES`. */
  readonly provenShapes: Set<string>;
}

export const MAX_SHAPES = 16;
const MAX_FRAMES = 64;
const frames = new WeakMap<Certificate, Map<string, Frame>>();

/** @param issuer null for a root. */
export function frameOf(
  request: CertificateRequest,
  algorithm: KeyAlgorithm,
  issuer: Certificate | null,
): Frame {
  if (!issuer) return newFrame(request, algorithm, issuer);
  const { profile, pointers, policies = [] } = request;
  const addresses = [pointers?.ocspUrl, pointers?.issuerUrl, pointers?.crlUrl];
  const name = [profile.name, algorithm, ...addresses, ...policies].join("\n");
  const ofIssuer = frames.get(issuer) ?? new Map<string, Frame>();
  frames.set(issuer, ofIssuer);
  const known = ofIssuer.get(name) ?? newFrame(request, algorithm, issuer);
  if (ofIssuer.size >= MAX_FRAMES && !ofIssuer.has(name)) ofIssuer.delete(ofIssuer.keys().next().value!);
  ofIssuer.set(name, known);
  return known;
}

function newFrame(request: CertificateRequest, algorithm: KeyAlgorithm, issuer: Certificate | null): Frame {
  const { profile, pointers, policies = [] } = request;
  const { extendedKeyUsage: purposes, isExtendedKeyUsageCritical } = profile;
  const joined = (parts: readonly (Uint8Array | false | undefined | "" | null)[]) =>
    concatBytes(parts.filter((part) => part instanceof Uint8Array));
  return {
    version: tagged(0, integer(2)),
    algorithm: signatureAlgorithmOf(algorithm),
    authorityKey: joined([issuer && authorityKeyIdentifier(subjectKeyIdOf(issuer))]),
    use: joined([
      basicConstraints(profile.authority),
      keyUsage(profile.keyUsage),
      purposes.length > 0 && extendedKeyUsage(purposes, isExtendedKeyUsageCritical),
    ]),
    status: joined([
      policies.length > 0 && certificatePolicies(policies),
      (pointers?.ocspUrl || pointers?.issuerUrl) &&
        authorityInfoAccess({ ocsp: pointers.ocspUrl, issuer: pointers.issuerUrl }),
      pointers?.crlUrl && crlDistributionPoint(pointers.crlUrl),
      profile.hasOcspNoCheck && ocspNoCheck(),
    ]),
    provenShapes: new Set(),
  };
}

/** The subject as it reads back, and what the certificate has in common with others of its frame. */
export interface Shape {
  readonly shape: string;
  readonly subject: Name;
}

/**
 * What two certificates of one frame share when they differ only in values that no rule of a profile looks at: serial
 * number, name and address, key, times, event. The rules about times, and what people write, are asked here.
 *
 * @returns null where only reading the whole back can tell whether the profile is kept
 * @throws pki/malformed
 */
export function shapeOf(
  { profile, subject, publicKey, alternativeNames = [], authorizingEventSha256 }: CertificateRequest,
  { notBefore, notAfter }: { readonly notBefore: Date; readonly notAfter: Date },
  subjectDer: Uint8Array,
  issuer: Certificate,
): Shape | null {
  const isWithin =
    notBefore < notAfter &&
    notAfter < after(notBefore, profile.life) &&
    notBefore >= issuer.notBefore &&
    notAfter <= issuer.notAfter;
  const hasEvent = authorizingEventSha256 !== undefined;
  if (!isWithin || !isPlainP256(publicKey) || profile.keyLife !== null) return null;
  if (hasEvent && authorizingEventSha256.length !== 32) return null;
  const read = parseName(subjectDer);
  const kinds = alternativeNames.map((der) => generalNameOf(readDer(der, "name", 1024), "name").kind);
  if (sameName(read, issuer.subject)) return null;
  const attributes = subject.map(([attribute]) => attribute);
  return { shape: [...attributes, "", ...kinds, "", hasEvent].join("\n"), subject: read };
}

/** SubjectPublicKeyInfo of an uncompressed P-256 point up to its first octet. @see RFC 5480 §2 */
const P256_START = fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

const isPlainP256 = (spki: Uint8Array): boolean =>
  spki.length === P256_START.length + 64 && P256_START.every((octet, index) => spki[index] === octet);

/**
 * SHA-1 of the public key's octets: a name for the key, not a promise about it.
 *
 * @see RFC 5280 §4.2.1.2 (1)
 */
export const keyIdentifier = (publicKey: Uint8Array): Uint8Array =>
  sha1(
    isPlainP256(publicKey) ? publicKey.subarray(P256_START.length - 1) : publicKeyFacts(publicKey).keyOctets,
  );

/** What names the key of an authority in all that it signs. */
export const subjectKeyIdOf = ({ subjectKeyId, publicKey }: Certificate): Uint8Array =>
  subjectKeyId ? fromHex(subjectKeyId) : keyIdentifier(publicKey);
