import { sha256, toHex } from "#lib/bytes.ts";
import { type AlgorithmIdentifier, algorithmOf, schemeOf } from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import type { GeneralName } from "#lib/pki/core/asn1/general-names.ts";
import { type Name, nameOf, sameName } from "#lib/pki/core/asn1/names.ts";
import {
  type DerValue,
  type Fields,
  fieldsOf,
  integerHex,
  onlyChild,
  readBitOctets,
  readDer,
  readInteger,
  readSmallInteger,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";
import {
  type CertificateExtensions,
  readCertificateExtensions,
} from "#lib/pki/core/certificates/read-extensions.ts";
import { pkiError } from "#lib/pki/core/errors.ts";
import {
  type PublicKeyFacts,
  publicKeyFacts,
  type SignatureCheck,
  verifySignature,
} from "#lib/pki/core/public-key.ts";

/** An X.509 certificate as read: plain values, nothing believed yet. @see RFC 5280 §4.1 */
export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array;
  /** Hexadecimal SHA-256 of `der`: its fingerprint. */
  readonly sha256: string;
  /** The signed part. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Hexadecimal, without leading zero octets. */
  readonly serialHex: string;
  /** The INTEGER itself, as CMS and OCSP repeat it. */
  readonly serialDer: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  /** The last second of validity. */
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly key: PublicKeyFacts;
  /** Subject and issuer carry the same name. */
  readonly isSelfIssued: boolean;
}

export type { GeneralName };

export const MAX_CERTIFICATE_BYTES = 128 * 1024;

/**
 * Reads a certificate.
 *
 * @param der untrusted bytes, the certificate and nothing after it.
 * @throws pki/malformed, pki/too-large
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const outer = fieldsOf(readDer(der, "certificate", MAX_CERTIFICATE_BYTES), "certificate");
  const tbs = outer.take(TAG.sequence, "signed part");
  const signatureAlgorithm = algorithmOf(outer.takeAny("algorithm"), "certificate algorithm");
  const signature = readBitOctets(outer.takeAny("signature"), "certificate signature");
  outer.end();
  const inner = readSigned(tbs);
  // RFC 5280 §4.1.1.2: the algorithm outside the signed part must be the one inside.
  if (toHex(inner.algorithm.der) !== toHex(signatureAlgorithm.der)) {
    throw pkiError("malformed", "certificate: two different signature algorithms");
  }
  return {
    der,
    sha256: toHex(sha256(der)),
    tbs: tbs.bytes,
    signatureAlgorithm,
    signature,
    ...inner.view,
    isSelfIssued: sameName(inner.view.issuer, inner.view.subject),
    ...inner.extensions,
  };
}

function readSigned(tbs: DerValue) {
  const fields = fieldsOf(tbs, "certificate");
  const version = versionOf(fields);
  const serial = fields.take(TAG.integer, "serial number");
  const algorithm = algorithmOf(fields.takeAny("algorithm"), "certificate algorithm");
  const issuer = nameOf(fields.takeAny("issuer"));
  const validity = fieldsOf(fields.takeAny("validity"), "validity");
  const subject = nameOf(fields.takeAny("subject"));
  const publicKey = fields.take(TAG.sequence, "public key").bytes;
  fields.maybe(0x81);
  fields.maybe(0x82);
  const list = fields.maybe(0xa3);
  fields.end();
  if (list && version !== 3) throw pkiError("malformed", "certificate: extensions before version 3");
  const view = {
    serialHex: integerHex(readInteger(serial, "serial number")),
    serialDer: serial.bytes,
    issuer,
    subject,
    notBefore: readTime(validity.takeAny("start"), "validity"),
    notAfter: readTime(validity.takeAny("end"), "validity"),
    publicKey,
    key: publicKeyFacts(publicKey),
  };
  return { algorithm, view, extensions: readCertificateExtensions(list && onlyChild(list, "extensions")) };
}

function versionOf(fields: Fields): number {
  const wrapped = fields.maybe(0xa0);
  const version = wrapped ? readSmallInteger(onlyChild(wrapped, "version"), "version") + 1 : 1;
  if (version > 3) throw pkiError("malformed", `certificate: version ${version}`);
  return version;
}

/** Whether `issuerPublicKey` signed the certificate. @param issuerPublicKey SubjectPublicKeyInfo, DER. */
export function verifyCertificateSignature(
  certificate: Certificate,
  issuerPublicKey: Uint8Array,
): SignatureCheck {
  const scheme = schemeOf(certificate.signatureAlgorithm);
  return verifySignature(scheme, issuerPublicKey, certificate.tbs, certificate.signature);
}

/** Whether an instant lies within the validity, both ends included. @see RFC 5280 §4.1.2.5 */
export const isValidAt = (certificate: Pick<Certificate, "notBefore" | "notAfter">, at: Date): boolean =>
  certificate.notBefore <= at && Math.floor(at.getTime() / 1000) * 1000 <= certificate.notAfter.getTime();
