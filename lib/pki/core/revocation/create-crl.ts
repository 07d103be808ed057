import { equalBytes, fromHex } from "#lib/bytes.ts";
import { signatureAlgorithmOf } from "#lib/pki/core/algorithms.ts";
import {
  enumerated,
  generalizedTime,
  integer,
  sequence,
  sequenceOf,
  tagged,
  time,
  unsignedInteger,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { subjectKeyIdOf } from "#lib/pki/core/certificates/draft-certificate.ts";
import { authorityKeyIdentifier, extension } from "#lib/pki/core/certificates/extensions.ts";
import { type RevocationReason, reasonCode } from "#lib/pki/core/revocation/reasons.ts";
import { signedBy } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

export interface RevokedCertificate {
  /** Hexadecimal, as in `Certificate`. */
  readonly serialHex: string;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

export interface CrlRequest {
  /** The authority's certificate, DER. */
  readonly issuerDer: Uint8Array;
  /** Greater than that of every CRL before it (RFC 5280 §5.2.3). */
  readonly number: number | bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly RevokedCertificate[];
  /**
   * States that entries stay after expiry, for certificates that expired after this instant (X.509 §9.5.2.8).
   */
  readonly keepsExpiredSince?: Date;
}

/**
 * Signs a version 2 CRL.
 *
 * @param key the authority's. @returns DER.
 * @throws pki/profile-broken when the authority may not sign CRLs or the times are out of order; pki/key-
 * mismatch; keys/unavailable
 * @see RFC 5280 §5
 */
export async function createCrl(request: CrlRequest, key: SigningKey): Promise<Uint8Array> {
  const { number, thisUpdate, nextUpdate, revoked, keepsExpiredSince } = request;
  const issuer = parseCertificate(request.issuerDer);
  if (!equalBytes(issuer.publicKey, key.publicKey))
    throw pkiError("key-mismatch", `key ${key.id} is not the issuer's`);
  if (!issuer.keyUsage?.includes("crlSign")) throw pkiError("profile-broken", "issuer may not sign CRLs");
  if (nextUpdate <= thisUpdate) throw pkiError("profile-broken", "CRL ends before it begins");
  const extensions = [
    authorityKeyIdentifier(subjectKeyIdOf(issuer)),
    extension(OID.crlNumber, false, integer(number)),
    ...(keepsExpiredSince
      ? [extension(OID.expiredCertificatesOnCrl, false, generalizedTime(keepsExpiredSince))]
      : []),
  ];
  const tbs = sequence(
    integer(1),
    signatureAlgorithmOf(key.algorithm),
    issuer.subject.der,
    time(thisUpdate),
    time(nextUpdate),
    ...(revoked.length > 0 ? [sequenceOf(revoked.map(entryFor))] : []),
    tagged(0, sequenceOf(extensions)),
  );
  return signedBy(key, tbs);
}

// RFC 5280 §5.3.1: an unspecified reason is left out rather than stated.
const entryFor = ({ serialHex, revokedAt, reason }: RevokedCertificate): Uint8Array =>
  sequence(
    unsignedInteger(fromHex(serialHex)),
    time(revokedAt),
    ...(reason === "unspecified"
      ? []
      : [sequence(extension(OID.crlReason, false, enumerated(reasonCode(reason))))]),
  );
