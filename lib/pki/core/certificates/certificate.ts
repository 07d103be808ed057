import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { algorithmOf } from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { type Name, nameOf, sameName } from "#lib/pki/core/asn1/names.ts";
import {
  type DerValue,
  type Fields,
  fieldsOf,
  integerHex,
  onlyChild,
  readInteger,
  readSmallInteger,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";
import {
  type CertificateExtensions,
  readCertificateExtensions,
} from "#lib/pki/core/certificates/read-extensions.ts";
import { type PublicKeyFacts, publicKeyFacts } from "#lib/pki/core/public-key.ts";
import { readSigned, type Signed } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** An X.509 certificate as read: plain values, nothing believed yet. @see RFC 5280 §4.1 */
export interface Certificate extends Signed, CertificateExtensions {
  readonly der: Uint8Array;
  readonly version: number;
  /** Hexadecimal SHA-256 of `der`: its fingerprint. */
  readonly sha256: string;
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

export const MAX_CERTIFICATE_BYTES = 128 * 1024;

/**
 * Reads a certificate.
 *
 * @param der untrusted bytes, the certificate and nothing after it.
 * @throws pki/malformed, pki/too-large
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const { signed, tbs, rest } = readSigned(der, "certificate", MAX_CERTIFICATE_BYTES);
  rest.end();
  const inner = readToBeSigned(tbs);
  // RFC 5280 §4.1.1.2: the algorithm outside the signed part must be the one inside.
  if (!equalBytes(inner.algorithm.der, signed.signatureAlgorithm.der)) {
    throw pkiError("malformed", "certificate: two different signature algorithms");
  }
  const isSelfIssued = sameName(inner.view.issuer, inner.view.subject);
  return { der, sha256: toHex(sha256(der)), ...signed, ...inner.view, isSelfIssued, ...inner.extensions };
}

const known = new WeakMap<Uint8Array, Certificate>();

/**
 * `parseCertificate` for bytes that are held and met again and again, as those of our authorities: read once, for as
 * long as they are held. They must not be written to.
 */
export function heldCertificate(der: Uint8Array): Certificate {
  const read = known.get(der) ?? parseCertificate(der);
  known.set(der, read);
  return read;
}

function readToBeSigned(tbs: DerValue) {
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
    version,
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

/** Those of a list that can be read: a broken certificate beside a signature is as if it were not there. */
export const readableCertificates = (ders: readonly Uint8Array[]): Certificate[] =>
  ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (isRefusal(error)) return [];
      throw error;
    }
  });

/** Whether an instant lies within the validity, both ends included. @see RFC 5280 §4.1.2.5 */
export const isValidAt = (certificate: Pick<Certificate, "notBefore" | "notAfter">, at: Date): boolean =>
  certificate.notBefore <= at && Math.floor(at.getTime() / 1000) * 1000 <= certificate.notAfter.getTime();
