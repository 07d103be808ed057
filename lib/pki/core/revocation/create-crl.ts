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
import { encodeUri } from "#lib/pki/core/asn1/general-names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { heldCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { subjectKeyIdOf } from "#lib/pki/core/certificates/draft-frame.ts";
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
  /** When the key is known or thought to have been lost; null when nobody said (RFC 5280 §5.3.2). */
  readonly invalidSince?: Date | null;
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
  /**
   * Of a list that speaks of one part of the certificates only: the address that stands as distribution point in
   * each of them.
   */
  readonly partitionUrl?: string | null;
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
  const { number, thisUpdate, nextUpdate, revoked, keepsExpiredSince, partitionUrl } = request;
  const issuer = heldCertificate(request.issuerDer);
  if (!equalBytes(issuer.publicKey, key.publicKey))
    throw pkiError("key-mismatch", `key ${key.id} is not the issuer's`);
  if (!issuer.keyUsage?.includes("crlSign")) throw pkiError("profile-broken", "issuer may not sign CRLs");
  if (nextUpdate <= thisUpdate) throw pkiError("profile-broken", "CRL ends before it begins");
  const extensions = [
    authorityKeyIdentifier(subjectKeyIdOf(issuer)),
    extension(OID.crlNumber, false, integer(number)),
    ...(partitionUrl ? [issuingDistributionPoint(partitionUrl)] : []),
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

/** Says of which certificates the list speaks, for all reasons; nobody may overlook it. @see RFC 5280 §5.2.5 */
const issuingDistributionPoint = (url: string): Uint8Array =>
  extension(OID.issuingDistributionPoint, true, sequence(tagged(0, tagged(0, encodeUri(url)))));

function entryFor({ serialHex, revokedAt, reason, invalidSince }: RevokedCertificate): Uint8Array {
  const extensions = [
    // RFC 5280 §5.3.1: an unspecified reason is left out rather than stated.
    ...(reason === "unspecified" ? [] : [extension(OID.crlReason, false, enumerated(reasonCode(reason)))]),
    ...(invalidSince ? [extension(OID.invalidityDate, false, generalizedTime(invalidSince))] : []),
  ];
  return sequence(
    unsignedInteger(fromHex(serialHex)),
    time(revokedAt),
    ...(extensions.length > 0 ? [sequenceOf(extensions)] : []),
  );
}
