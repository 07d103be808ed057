import { equalBytes, toHex } from "#lib/bytes.ts";
import { cmsSignatureAlgorithmOf, digestAlgorithmOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import {
  context,
  integer,
  octetString,
  oid,
  retagged,
  sequence,
  setOf,
  sorted,
  tagged,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, heldCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { type Cms, parseCms, type SignerInfo } from "#lib/pki/core/cms/parse-cms.ts";
import { type Attribute, attribute } from "#lib/pki/core/cms/signed-attributes.ts";
import { requireSignature } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

export interface CmsParts {
  /** The SET OF that was signed, tag 0x31. */
  readonly signedAttributes: Uint8Array;
  /** The key's answer; ECDSA as DER. */
  readonly signature: Uint8Array;
  readonly algorithm: KeyAlgorithm;
  /** The signer's. */
  readonly certificate: Certificate;
  /** The rest of the path, DER each, in any order. */
  readonly chain: readonly Uint8Array[];
  readonly unsignedAttributes?: readonly Attribute[];
  /** What is signed, where it travels inside; a PDF's is outside. */
  readonly encapsulated?: { readonly contentType: string; readonly content: Uint8Array };
  /** A time-stamp that was asked for without certificates carries none (RFC 3161 §2.4.1). */
  readonly isWithoutCertificates?: boolean;
}

/**
 * Puts a signature into a CMS SignedData.
 *
 * @returns ContentInfo, DER: certificates sorted and each once, attributes sorted.
 * @throws pki/key-mismatch when the signature does not verify with the certificate
 * @see RFC 5652 §5
 */
export function assembleCms(parts: CmsParts): Uint8Array {
  const { algorithm, signature, certificate, encapsulated } = parts;
  const { issuer, serialDer, publicKey } = certificate;
  requireSignature(algorithm, publicKey, parts.signedAttributes, signature);
  const digestAlgorithm = digestAlgorithmOf(digestOfKey(algorithm));
  const signerInfo = sequence(
    integer(1),
    sequence(issuer.der, serialDer),
    digestAlgorithm,
    retagged(context(0), parts.signedAttributes),
    cmsSignatureAlgorithmOf(algorithm),
    octetString(signature),
    ...encodeUnsigned(parts.unsignedAttributes ?? []),
  );
  const content = encapsulated
    ? sequence(oid(encapsulated.contentType), tagged(0, octetString(encapsulated.content)))
    : sequence(oid(OID.data));
  return contentInfo(
    // RFC 5652 §5.1: version 3 when the content is not plain data.
    integer(encapsulated && encapsulated.contentType !== OID.data ? 3 : 1),
    setOf([digestAlgorithm]),
    content,
    ...(parts.isWithoutCertificates
      ? []
      : [tagged(0, sorted(distinct([certificate.der, ...carried(parts.chain)])))]),
    setOf([signerInfo]),
  );
}

/** SignedData in its ContentInfo, DER. @param signedData its members. @see RFC 5652 §3 */
export const contentInfo = (...signedData: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(OID.signedData), tagged(0, sequence(...signedData)));

const encodeUnsigned = (attributes: readonly Attribute[]): Uint8Array[] =>
  attributes.length === 0
    ? []
    : [tagged(1, sorted(attributes.map(({ oid: id, values }) => attribute(id, values))))];

/**
 * OpenSSL takes the first certificate it finds of an authority and never turns back: of one that another vouches for,
 * only what that other says travels along. Whoever trusts the authority itself has its own certificate already.
 *
 * @param chain DER each; of several that vouch for one authority the first stays.
 */
function carried(chain: readonly Uint8Array[]): Uint8Array[] {
  const read = chain.map(heldCertificate);
  const isSame = (a: Certificate, b: Certificate) =>
    a.subject.text === b.subject.text && equalBytes(a.publicKey, b.publicKey);
  const stays = (one: Certificate, place: number) => {
    const vouching = read.findIndex((other) => !other.isSelfIssued && isSame(one, other));
    return vouching === -1 || vouching === place;
  };
  return read.filter(stays).map(({ der }) => der);
}

function distinct(ders: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(ders.map((der) => [toHex(der), der])).values()];
}

/**
 * Adds a signature time-stamp as an unsigned attribute of the only signer.
 *
 * @param cmsDer a CMS as `assembleCms` made it. @param tokenDer TimeStampToken, DER, over the signature
 * value.
 * @throws pki/malformed, also when there is not exactly one signer
 * @see EN 319 142-1 §6.3 (signature-time-stamp), RFC 3161 appendix A
 */
export function addSignatureTimestamp(cmsDer: Uint8Array, tokenDer: Uint8Array): Uint8Array {
  const cms = parseCms(cmsDer);
  const signer = onlySigner(cms);
  const attributes = [...signer.unsignedAttributes, { oid: OID.signatureTimestamp, values: [tokenDer] }];
  const signerInfo = sequence(...signer.membersBeforeUnsigned, ...encodeUnsigned(attributes));
  return contentInfo(...cms.membersBeforeSigners, setOf([signerInfo]));
}

/** What speaks for or against the certificates of a signature, DER each. */
export interface RevocationValues {
  readonly crls: readonly Uint8Array[];
  /** Whole OCSPResponses. */
  readonly ocspResponses: readonly Uint8Array[];
}

/**
 * Puts revocation data beside the certificates, where no signature covers it: it is newer than the time-stamp.
 *
 * @param cmsDer as `assembleCms` made it. @see RFC 5652 §5.1, RFC 5940 §2.1, EN 319 122-1 §5.4.3
 */
export function addRevocationValues(cmsDer: Uint8Array, values: RevocationValues): Uint8Array {
  const { membersBeforeSigners, signers } = parseCms(cmsDer);
  const [, ...others] = membersBeforeSigners;
  const ocsp = values.ocspResponses.map((der) =>
    retagged(context(1), sequence(oid(OID.ocspRevocationInfo), der)),
  );
  const revocations = tagged(1, sorted([...values.crls, ...ocsp]));
  const infos = signers.map(({ membersBeforeUnsigned, unsignedAttributes }) =>
    sequence(...membersBeforeUnsigned, ...encodeUnsigned(unsignedAttributes)),
  );
  // RFC 5652 §5.1: version 5 as soon as revocation data of another form than CRLs is there.
  return contentInfo(integer(5), ...others, revocations, setOf(infos));
}

/** Certificates in a file of their own, as `.p7b`: a SignedData that nobody signed. @see RFC 5652 §5, RFC 8551 §3.8 */
export function certificateBundle(ders: readonly Uint8Array[]): Uint8Array {
  return contentInfo(
    integer(1),
    setOf([]),
    sequence(oid(OID.data)),
    tagged(0, sorted(distinct(ders))),
    setOf([]),
  );
}

/** The octets a signature time-stamp is over. @param cmsDer CMS, DER. @throws pki/malformed */
export const signatureValueOf = (cmsDer: Uint8Array): Uint8Array => onlySigner(parseCms(cmsDer)).signature;

function onlySigner({ signers }: Cms): SignerInfo {
  const [signer, ...others] = signers;
  if (!signer || others.length > 0)
    throw pkiError("malformed", `CMS: ${signers.length} signers where one is wanted`);
  return signer;
}
