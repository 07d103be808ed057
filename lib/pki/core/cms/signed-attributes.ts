import { equalBytes, sha1, sha256 } from "#lib/bytes.ts";
import { algorithmOf, digestByOid, digestOf } from "#lib/pki/core/algorithms.ts";
import { octetString, oid, sequence, setOf, TAG, time } from "#lib/pki/core/asn1/der.ts";
import { encodeDirectoryName, generalNamesOf } from "#lib/pki/core/asn1/general-names.ts";
import { sameName } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  childrenOf,
  type DerValue,
  fieldsOf,
  integerHex,
  readDer,
  readInteger,
  readOctets,
} from "#lib/pki/core/asn1/read-der.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";

export interface SignedAttributesRequest {
  /** OID of what is signed; id-data for a PDF. */
  readonly contentType?: string;
  /** Of the content, under the digest its key signs with (`digestOfKey`). */
  readonly messageDigest: Uint8Array;
  /** The signer's. */
  readonly certificate: Certificate;
  /** What the signer's clock says: CAdES wants it, PAdES keeps it out of the CMS. */
  readonly signingTime?: Date;
}

/** An Attribute: its values, each DER. @see RFC 5652 §5.3 */
export interface Attribute {
  readonly oid: string;
  readonly values: readonly Uint8Array[];
}

/** @param values DER each. @see RFC 5652 §5.3 */
export const attribute = (id: string, values: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(id), setOf(values));

/**
 * The attributes a signature signs: content type, message digest, signing certificate; a signing time only for
 * CAdES.
 *
 * @returns a SET OF in DER, tag 0x31: the very bytes to sign.
 * @see RFC 5652 §5.4 and §11.3, RFC 5035 §3, EN 319 142-1 §6.3, EN 319 122-1 §5.2.1
 */
export function signedAttributes(request: SignedAttributesRequest): Uint8Array {
  const { contentType = OID.data, messageDigest, certificate, signingTime } = request;
  return setOf([
    attribute(OID.contentType, [oid(contentType)]),
    attribute(OID.messageDigest, [octetString(messageDigest)]),
    attribute(OID.signingCertificateV2, [encodeSigningCertificate(certificate)]),
    ...(signingTime ? [attribute(OID.signingTime, [time(signingTime)])] : []),
  ]);
}

/** SigningCertificateV2 with SHA-256, its default, and the issuer and serial number. */
function encodeSigningCertificate({ der, issuer, serialDer }: Certificate): Uint8Array {
  const issuerSerial = sequence(sequence(encodeDirectoryName(issuer.der)), serialDer);
  return sequence(sequence(sequence(octetString(sha256(der)), issuerSerial)));
}

/**
 * Whether a signing-certificate attribute, of version 1 or 2, names this certificate.
 *
 * @param value the attribute's value, DER, untrusted. @throws pki/malformed
 * @see RFC 5035 §3–5
 */
export function namesCertificate(id: string, value: Uint8Array, certificate: Certificate): boolean {
  const what = "signing certificate attribute";
  const [list] = childrenOf(readDer(value, what, value.length), what, 100);
  // RFC 5035 §3: the first identifies the signer's certificate, the others its path.
  const first = list && childrenOf(list, what, 100)[0];
  if (!first) return false;
  const fields = fieldsOf(first, what);
  const algorithm = id === OID.signingCertificateV2 ? fields.maybe(TAG.sequence) : undefined;
  const hash = readOctets(fields.take(TAG.octetString, "hash"), what);
  const issuerSerial = fields.maybe(TAG.sequence);
  fields.end();
  return (
    equalBytes(hash, hashFor(id, algorithm, certificate.der)) &&
    (!issuerSerial || matchesIssuerSerial(issuerSerial, certificate))
  );
}

function hashFor(id: string, algorithm: DerValue | undefined, der: Uint8Array): Uint8Array {
  if (id === OID.signingCertificate) return sha1(der);
  const digest = algorithm ? digestByOid(algorithmOf(algorithm, "hash algorithm").oid) : "sha256";
  return digest ? digestOf(digest, der) : new Uint8Array();
}

function matchesIssuerSerial(value: DerValue, certificate: Certificate): boolean {
  const what = "issuer and serial number";
  const fields = fieldsOf(value, what);
  const names = generalNamesOf(fields.take(TAG.sequence, "issuer"), what);
  const serial = integerHex(readInteger(fields.takeAny("serial number"), what));
  return (
    serial === certificate.serialHex &&
    names.some(({ name }) => name !== null && sameName(name, certificate.issuer))
  );
}
