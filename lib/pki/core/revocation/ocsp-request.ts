import { fromBase64, fromHex, toHex } from "#lib/bytes.ts";
import { type DigestAlgorithm, digestByOid, digestOf } from "#lib/pki/core/algorithms.ts";
import {
  nullValue,
  octetString,
  oid,
  sequence,
  sequenceOf,
  TAG,
  tagged,
  unsignedInteger,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  childrenOf,
  type DerValue,
  fieldsOf,
  integerHex,
  onlyChild,
  readDer,
  readInteger,
  readOctets,
  readOid,
} from "#lib/pki/core/asn1/read-der.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { extension } from "#lib/pki/core/certificates/extensions.ts";
import { extensionsOf } from "#lib/pki/core/certificates/read-extensions.ts";
import { publicKeyFacts } from "#lib/pki/core/public-key.ts";
import type { Issuing } from "#lib/pki/core/revocation/crl.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** Names one certificate by hashes of its issuer and its serial number. @see RFC 6960 §4.1.1 */
export interface CertId {
  /** Null when it is none that is accepted here. */
  readonly digest: DigestAlgorithm | null;
  /** Hexadecimal. */
  readonly issuerNameHash: string;
  /** Hexadecimal. */
  readonly issuerKeyHash: string;
  readonly serialHex: string;
  /** As sent: an answer repeats it. */
  readonly der: Uint8Array;
}

export interface OcspRequest {
  readonly certIds: readonly CertId[];
  /** Value of the nonce extension as sent, null when there is none: an answer repeats it. */
  readonly nonce: Uint8Array | null;
  /** As sent. */
  readonly der: Uint8Array;
}

const MAX_REQUEST_BYTES = 16 * 1024;
const MAX_CERT_IDS = 50;
const SHA1 = "1.3.14.3.2.26";
const SHA256 = "2.16.840.1.101.3.4.2.1";

/**
 * The CertID of a certificate.
 *
 * @param digest SHA-1 is what responders of the world understand; it proves nothing here.
 */
export function certIdOf(
  { serialDer }: Pick<Certificate, "serialDer">,
  issuer: Issuing,
  digest: "sha1" | "sha256" = "sha1",
): Uint8Array {
  return sequence(
    sequence(oid(digest === "sha1" ? SHA1 : SHA256), nullValue()),
    octetString(digestOf(digest, issuer.subject.der)),
    octetString(digestOf(digest, publicKeyFacts(issuer.publicKey).keyOctets)),
    serialDer,
  );
}

/** The CertID of the certificate with this serial number, for which SHA-1 stands as in `certIdOf`. */
export const certIdFor = (serialHex: string, issuer: Issuing): Uint8Array =>
  certIdOf({ serialDer: unsignedInteger(fromHex(serialHex)) }, issuer);

/** Whether a CertID names a certificate that `issuer` issued. */
export function isIssuedBy({ digest, issuerNameHash, issuerKeyHash }: CertId, issuer: Issuing): boolean {
  if (digest !== "sha1" && digest !== "sha256") return false;
  const ofIssuer = hashes.get(issuer) ?? new Map<string, IssuerHashes>();
  hashes.set(issuer, ofIssuer);
  const known = ofIssuer.get(digest) ?? {
    name: toHex(digestOf(digest, issuer.subject.der)),
    key: toHex(digestOf(digest, publicKeyFacts(issuer.publicKey).keyOctets)),
  };
  ofIssuer.set(digest, known);
  return issuerNameHash === known.name && issuerKeyHash === known.key;
}

interface IssuerHashes {
  readonly name: string;
  readonly key: string;
}

/** Of an issuer that is held: every request names it. */
const hashes = new WeakMap<Issuing, Map<string, IssuerHashes>>();

/**
 * Asks for the status of one certificate.
 *
 * @param nonce 32 random bytes, null for an answer that may come from a cache (RFC 9654).
 */
export function createOcspRequest(certId: Uint8Array, nonce: Uint8Array | null): Uint8Array {
  const extensions = nonce ? [tagged(2, sequence(extension(OID.ocspNonce, false, octetString(nonce))))] : [];
  return sequence(sequence(sequenceOf([sequence(certId)]), ...extensions));
}

/**
 * Reads a request as it is posted.
 *
 * @param der untrusted.
 * @throws pki/malformed, pki/too-large
 * @see RFC 6960 §4.1
 */
export function parseOcspRequest(der: Uint8Array): OcspRequest {
  const what = "OCSP request";
  const outer = fieldsOf(readDer(der, what, MAX_REQUEST_BYTES), what);
  const fields = fieldsOf(outer.take(TAG.sequence, "signed part"), what);
  outer.maybe(0xa0); // Nobody has to prove who asks.
  outer.end();
  fields.maybe(0xa0);
  fields.maybe(0xa1);
  const list = childrenOf(fields.take(TAG.sequence, "list"), what, MAX_CERT_IDS);
  const extensions = fields.maybe(0xa2);
  fields.end();
  const all = extensionsOf(extensions && onlyChild(extensions, what), what);
  const unknown = [...all.values()].find((one) => one.isCritical && one.oid !== OID.ocspNonce);
  if (unknown) throw pkiError("malformed", `${what}: critical extension ${unknown.oid}`);
  if (list.length === 0) throw pkiError("malformed", `${what}: asks for nothing`);
  const certIds = list.map((one) => readCertId(fieldsOf(one, what).takeAny("CertID")));
  return { certIds, nonce: nonceIn(all.get(OID.ocspNonce)?.value), der };
}

/** RFC 9654 §2.1: an OCTET STRING of 1 to 128 octets; a request with any other is malformed. */
function nonceIn(value: Uint8Array | undefined): Uint8Array | null {
  if (!value) return null;
  const { length } = readOctets(readDer(value, "OCSP nonce", value.length), "OCSP nonce");
  if (length === 0 || length > 128) throw pkiError("malformed", `OCSP nonce of ${length} octets`);
  return value;
}

/**
 * Reads a request as it stands in the path of a GET.
 *
 * @param path what follows the responder's address: base64, percent-encoded or not.
 * @throws pki/malformed, pki/too-large
 * @see RFC 6960 appendix A.1
 */
export function parseOcspPath(path: string): OcspRequest {
  if (path.length > 2 * MAX_REQUEST_BYTES)
    throw pkiError("too-large", `OCSP path of ${path.length} characters`);
  const base64 = path
    .replace(/^\//, "")
    .replace(/%[0-9a-f]{2}/gi, (hex) => String.fromCharCode(parseInt(hex.slice(1), 16)));
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) throw pkiError("malformed", "OCSP path is not base64");
  return parseOcspRequest(fromBase64(base64));
}

/** @throws pki/malformed */
export function readCertId(value: DerValue): CertId {
  const what = "CertID";
  const fields = fieldsOf(value, what);
  const algorithm = fieldsOf(fields.take(TAG.sequence, "hash algorithm"), what);
  const certId = {
    digest: digestByOid(readOid(algorithm.takeAny("hash algorithm"), what)),
    issuerNameHash: toHex(readOctets(fields.takeAny("issuer name hash"), what)),
    issuerKeyHash: toHex(readOctets(fields.takeAny("issuer key hash"), what)),
    serialHex: integerHex(readInteger(fields.takeAny("serial number"), what)),
    der: value.bytes,
  };
  fields.end();
  return certId;
}
