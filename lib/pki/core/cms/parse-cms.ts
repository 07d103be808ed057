import { toHex } from "#lib/bytes.ts";
import {
  type AlgorithmIdentifier,
  algorithmOf,
  type DigestAlgorithm,
  digestByOid,
} from "#lib/pki/core/algorithms.ts";
import { derFromBer } from "#lib/pki/core/asn1/ber.ts";
import { retagged, TAG } from "#lib/pki/core/asn1/der.ts";
import { type Name, nameOf } from "#lib/pki/core/asn1/names.ts";
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
  requireTag,
} from "#lib/pki/core/asn1/read-der.ts";
import type { Attribute } from "#lib/pki/core/cms/signed-attributes.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** A CMS SignedData as read: nothing is verified yet. @see RFC 5652 §5.1 */
export interface Cms {
  /** The ContentInfo in DER, without what followed it. */
  readonly der: Uint8Array;
  /** Something other than zeros followed: a PDF pads with zeros only. */
  readonly hasTrailingData: boolean;
  /** OID of what is signed. */
  readonly contentType: string;
  /** What is signed, null when it is outside. */
  readonly content: Uint8Array | null;
  /** OIDs. */
  readonly digestAlgorithms: readonly string[];
  /** DER of each X.509 certificate. */
  readonly certificates: readonly Uint8Array[];
  /** DER of each CRL, also those Adobe's revocation attribute carries. */
  readonly crls: readonly Uint8Array[];
  /** DER of each OCSPResponse, likewise. */
  readonly ocspResponses: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
  /** DER of what stands before the signers, for writing it again. */
  readonly membersBeforeSigners: readonly Uint8Array[];
}

/** @see RFC 5652 §5.3 */
export interface SignerInfo {
  readonly signer: { readonly issuer: Name; readonly serialHex: string } | { readonly keyId: string };
  readonly digestAlgorithm: AlgorithmIdentifier;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** What was signed, tag 0x31; null when the content was signed directly. */
  readonly signedAttributes: Uint8Array | null;
  readonly attributes: readonly Attribute[];
  readonly unsignedAttributes: readonly Attribute[];
  /** DER of what stands before the unsigned attributes, for writing it again. */
  readonly membersBeforeUnsigned: readonly Uint8Array[];
}

const MAX_CMS_BYTES = 8 * 1024 * 1024;
const REVOCATION_INFO_ARCHIVAL = "1.2.840.113583.1.1.8"; // ISO 32000-2 §12.8.3.3.2

/**
 * Reads a CMS SignedData as it stands in a PDF, in DER or in BER and padded or not.
 *
 * @param bytes untrusted. @throws pki/malformed, pki/too-large
 */
export function parseCms(bytes: Uint8Array): Cms {
  if (bytes.length > MAX_CMS_BYTES)
    throw pkiError("too-large", `CMS: ${bytes.length} bytes, limit ${MAX_CMS_BYTES}`);
  const { der, sizeBytes } = derFromBer(bytes, "CMS");
  const outer = fieldsOf(readDer(der, "CMS", MAX_CMS_BYTES * 2), "CMS");
  const type = readOid(outer.takeAny("content type"), "CMS");
  if (type !== OID.signedData) throw pkiError("malformed", `CMS: ${type} is not SignedData`);
  const fields = fieldsOf(onlyChild(outer.take(0xa0, "content"), "CMS"), "SignedData");
  outer.end();
  const version = fields.take(TAG.integer, "version");
  const digests = fields.take(TAG.set, "digest algorithms");
  const encapsulated = fields.take(TAG.sequence, "content");
  const certificates = fields.maybe(0xa0);
  const revocations = fields.maybe(0xa1);
  const signerList = fields.take(TAG.set, "signers");
  fields.end();
  const signers = childrenOf(signerList, "signers", 20).map(readSigner);
  const before = [version, digests, encapsulated, certificates, revocations].filter(
    (part) => part !== undefined,
  );
  return {
    der,
    hasTrailingData: bytes.subarray(sizeBytes).some((octet) => octet !== 0),
    ...readContent(encapsulated),
    digestAlgorithms: childrenOf(digests, "digest algorithms", 20).map(
      (one) => algorithmOf(one, "digest").oid,
    ),
    certificates: (certificates ? childrenOf(certificates, "certificates", 200) : [])
      .filter(({ tag }) => tag === TAG.sequence)
      .map(({ bytes: one }) => one),
    ...readRevocations(revocations, signers),
    signers,
    membersBeforeSigners: before.map(({ bytes: one }) => one),
  };
}

function readContent(value: DerValue): { contentType: string; content: Uint8Array | null } {
  const fields = fieldsOf(value, "content");
  const contentType = readOid(fields.takeAny("content type"), "content");
  const wrapped = fields.maybe(0xa0);
  fields.end();
  return { contentType, content: wrapped ? readOctets(onlyChild(wrapped, "content"), "content") : null };
}

function readSigner(value: DerValue): SignerInfo {
  const what = "SignerInfo";
  const fields = fieldsOf(value, what);
  const version = fields.take(TAG.integer, "version");
  const id = fields.takeAny("signer id");
  const digest = fields.take(TAG.sequence, "digest algorithm");
  const signed = fields.maybe(0xa0);
  const algorithm = fields.take(TAG.sequence, "signature algorithm");
  const signature = fields.take(TAG.octetString, "signature");
  const unsigned = fields.maybe(0xa1);
  fields.end();
  return {
    signer: readSignerId(id),
    digestAlgorithm: algorithmOf(digest, what),
    signatureAlgorithm: algorithmOf(algorithm, what),
    signature: signature.content,
    // RFC 5652 §5.4: signed under the tag of a SET OF, sent under [0].
    signedAttributes: signed ? retagged(TAG.set, signed.bytes) : null,
    attributes: signed ? childrenOf(signed, what, 100).map(readAttribute) : [],
    unsignedAttributes: unsigned ? childrenOf(unsigned, what, 100).map(readAttribute) : [],
    membersBeforeUnsigned: [version, id, digest, signed, algorithm, signature]
      .filter((part) => part !== undefined)
      .map(({ bytes }) => bytes),
  };
}

function readSignerId(value: DerValue): SignerInfo["signer"] {
  if (value.tag === 0x80) return { keyId: toHex(value.content) };
  const fields = fieldsOf(value, "signer id");
  const issuer = nameOf(fields.takeAny("issuer"));
  const serialHex = integerHex(readInteger(fields.takeAny("serial number"), "signer id"));
  fields.end();
  return { issuer, serialHex };
}

function readAttribute(value: DerValue): Attribute {
  const fields = fieldsOf(value, "attribute");
  const id = readOid(fields.takeAny("type"), "attribute");
  const values = childrenOf(fields.take(TAG.set, "values"), "attribute", 100).map(({ bytes }) => bytes);
  fields.end();
  return { oid: id, values };
}

/** CRLs and OCSP responses beside the certificates (RFC 5940 §2) and in Adobe's attribute. */
function readRevocations(revocations: DerValue | undefined, signers: readonly SignerInfo[]) {
  const members = revocations ? childrenOf(revocations, "revocations", 200) : [];
  const others = members.filter(({ tag }) => tag === 0xa1).map((one) => childrenOf(one, "revocation", 2));
  const archived = signers.flatMap(({ attributes }) =>
    attributes
      .filter(({ oid }) => oid === REVOCATION_INFO_ARCHIVAL)
      .flatMap(({ values }) => values.map(readArchival)),
  );
  return {
    crls: [
      ...members.filter(({ tag }) => tag === TAG.sequence).map(({ bytes }) => bytes),
      ...archived.flatMap(({ crls }) => crls),
    ],
    ocspResponses: [
      ...others.flatMap(([type, info]) =>
        type && info && readOid(type, "revocation") === OID.ocspRevocationInfo ? [info.bytes] : [],
      ),
      ...archived.flatMap(({ ocspResponses }) => ocspResponses),
    ],
  };
}

function readArchival(value: Uint8Array): { crls: Uint8Array[]; ocspResponses: Uint8Array[] } {
  const what = "revocation info archival";
  const fields = fieldsOf(readDer(value, what, value.length), what);
  const [crls, ocspResponses] = [fields.maybe(0xa0), fields.maybe(0xa1)];
  const listIn = (wrapped: DerValue | undefined) =>
    wrapped
      ? childrenOf(requireTag(onlyChild(wrapped, what), TAG.sequence, what), what, 200).map(
          ({ bytes }) => bytes,
        )
      : [];
  return { crls: listIn(crls), ocspResponses: listIn(ocspResponses) };
}

/**
 * The digest the content must be hashed with; null when there is not one signer or it names none that is
 * accepted.
 */
export function digestNeededBy({ signers }: Cms): DigestAlgorithm | null {
  const [signer, ...others] = signers;
  return signer && others.length === 0 ? digestByOid(signer.digestAlgorithm.oid) : null;
}
