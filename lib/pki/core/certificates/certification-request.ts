import { isRefusal } from "#lib/errors.ts";
import { type AlgorithmIdentifier, schemeOf } from "#lib/pki/core/algorithms.ts";
import { integer, oid, sequence, sequenceOf, setOf, TAG, tagged } from "#lib/pki/core/asn1/der.ts";
import { encodeName, type Name, type NameParts, nameOf } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { fieldsOf, readSmallInteger } from "#lib/pki/core/asn1/read-der.ts";
import { basicConstraints, extendedKeyUsage, keyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { verifySignature } from "#lib/pki/core/public-key.ts";
import { readSigned, signedBy } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

/** A certificate request as read, its proof of possession checked. */
export interface CertificationRequest {
  readonly subject: Name;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** The key itself signed it. */
  readonly isProven: boolean;
}

const MAX_BYTES = 64 * 1024;
const what = "certificate request";

/**
 * Asks an authority for a certificate for signing documents, and proves that the key is ours.
 *
 * @param subject who the certificate is for. @returns CertificationRequest, DER.
 * @throws pki/name-unfit; pki/key-mismatch when the provider's signature does not hold; keys/unavailable
 * @see RFC 2986 §4; RFC 2985 §5.4.2 (extensionRequest); RFC 9336
 */
export async function createCertificationRequest(subject: NameParts, key: SigningKey): Promise<Uint8Array> {
  const wanted = sequenceOf([
    basicConstraints(null),
    keyUsage(["digitalSignature", "contentCommitment"]),
    extendedKeyUsage([OID.documentSigning, OID.emailProtection], false),
  ]);
  const attribute = sequence(oid(OID.extensionRequest), setOf([wanted]));
  return signedBy(key, sequence(integer(0), encodeName(subject), key.publicKey, tagged(0, attribute)));
}

/** @param der untrusted. @throws pki/not-a-request, pki/too-large @see RFC 2986 §4 */
export function parseCertificationRequest(der: Uint8Array): CertificationRequest {
  try {
    const { signed, tbs, rest } = readSigned(der, what, MAX_BYTES);
    rest.end();
    const fields = fieldsOf(tbs, what);
    if (readSmallInteger(fields.take(TAG.integer, "version"), what) !== 0)
      throw pkiError("not-a-request", `${what}: of another version`);
    const subject = nameOf(fields.takeAny("subject"));
    const publicKey = fields.take(TAG.sequence, "public key").bytes;
    const scheme = schemeOf(signed.signatureAlgorithm);
    const { isValid } = verifySignature(scheme, publicKey, signed.tbs, signed.signature);
    return { subject, publicKey, signatureAlgorithm: signed.signatureAlgorithm, isProven: isValid };
  } catch (cause) {
    if (!isRefusal(cause, "pki/malformed")) throw cause;
    throw pkiError("not-a-request", cause.message, { cause });
  }
}
