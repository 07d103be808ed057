import type { NameParts } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  type CertificateDraft,
  draftCertificate,
  type Issuer,
  type Pointers,
} from "#lib/pki/core/certificates/draft-certificate.ts";
import { PROFILES } from "#lib/pki/core/certificates/profiles.ts";
import type { KeyAlgorithm, SigningKey } from "#lib/ports/keys.ts";

/** What every certificate needs. */
export interface Subject {
  /** Country first, common name last; `O` and `CN` are required. */
  readonly name: NameParts;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
}

/**
 * The root of an installation: EC P-384, 20 years, signed by itself.
 *
 * @throws pki/profile-broken, pki/name-unfit
 */
export function draftRoot(subject: Subject, algorithm: KeyAlgorithm): CertificateDraft {
  const { name, publicKey, serial, notBefore } = subject;
  return draftCertificate(
    { profile: PROFILES.root, subject: name, publicKey, serial, notBefore },
    { certificateDer: null, algorithm },
  );
}

/**
 * An issuing authority under the root: EC P-256 or P-384, 5 years, no authority below it.
 *
 * @param pointers the root's CRL; OCSP and the root's certificate where they are served.
 * @throws pki/profile-broken, pki/name-unfit
 */
export function draftIssuing(subject: Subject, root: Issuer, pointers: Pointers): CertificateDraft {
  return draftUnder("issuing", subject, root, pointers, [OID.anyPolicy]);
}

/**
 * A root's certificate from another root: as long as that one lives, at most one authority below.
 *
 * @throws pki/profile-broken, pki/name-unfit
 * @see RFC 5280 §3.2 (cross-certificates)
 */
export function draftCross(subject: Subject, other: Issuer, pointers: Pointers): CertificateDraft {
  return draftUnder("cross", subject, other, pointers, [OID.anyPolicy]);
}

/**
 * A time-stamping authority under the root: EC P-256 or P-384, 5 years, of which its key signs the
 * first.
 *
 * @throws pki/profile-broken, pki/name-unfit
 * @see RFC 3161 §2.3
 */
export function draftTsa(subject: Subject, root: Issuer, pointers: Pointers): CertificateDraft {
  return draftUnder("tsa", subject, root, pointers, []);
}

/**
 * A responder that answers for `authority`: 90 days, its own status is never asked.
 *
 * @throws pki/profile-broken, pki/name-unfit
 * @see RFC 6960 §4.2.2.2
 */
export function draftOcspResponder(subject: Subject, authority: Issuer): CertificateDraft {
  return draftUnder("ocsp", subject, authority, undefined, []);
}

/** The key that signs the checkpoints of the audit log. @throws pki/profile-broken, pki/name-unfit */
export function draftLog(subject: Subject, issuing: Issuer, pointers: Pointers): CertificateDraft {
  return draftUnder("log", subject, issuing, pointers, []);
}

function draftUnder(
  profile: "cross" | "issuing" | "tsa" | "ocsp" | "log",
  { name, publicKey, serial, notBefore }: Subject,
  issuer: Issuer,
  pointers: Pointers | undefined,
  policies: readonly string[],
): CertificateDraft {
  const request = {
    profile: PROFILES[profile],
    subject: name,
    publicKey,
    serial,
    notBefore,
    pointers,
    policies,
  };
  return draftCertificate(request, issuer);
}

/** An authority's certificate and key as an issuer. */
export const issuerWith = (certificateDer: Uint8Array, key: SigningKey): Issuer => ({
  certificateDer,
  algorithm: key.algorithm,
});
