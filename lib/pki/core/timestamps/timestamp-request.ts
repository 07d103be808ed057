import {
  type DigestAlgorithm,
  digestAlgorithmOf,
  digestByOid,
  digestSizeBytes,
} from "#lib/pki/core/algorithms.ts";
import {
  boolean,
  integer,
  octetString,
  oid,
  sequence,
  TAG,
  unsignedInteger,
} from "#lib/pki/core/asn1/der.ts";
import {
  type DerValue,
  fieldsOf,
  integerHex,
  readBoolean,
  readDer,
  readInteger,
  readOctets,
  readOid,
  readSmallInteger,
} from "#lib/pki/core/asn1/read-der.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** The hash of what is time-stamped. @see RFC 3161 §2.4.1 */
export interface MessageImprint {
  /** Null when it is none that is accepted here. */
  readonly digest: DigestAlgorithm | null;
  /** OID of the digest. */
  readonly algorithm: string;
  readonly value: Uint8Array;
  /** As sent: the token repeats it. */
  readonly der: Uint8Array;
}

/** A TimeStampReq as read. */
export interface TimestampRequest {
  readonly imprint: MessageImprint;
  /** OID of the policy asked for. */
  readonly policy: string | null;
  /** INTEGER, DER: the token repeats it. */
  readonly nonceDer: Uint8Array | null;
  readonly wantsCertificates: boolean;
  readonly hasExtensions: boolean;
}

const MAX_REQUEST_BYTES = 8 * 1024;

/**
 * A MessageImprint.
 *
 * @param digest of `value`.
 * @throws RangeError when the size is not the digest's: a caller's bug
 */
export function encodeImprint(digest: DigestAlgorithm, value: Uint8Array): Uint8Array {
  if (value.length !== digestSizeBytes(digest))
    throw new RangeError(`${value.length} bytes are no ${digest}`);
  return sequence(digestAlgorithmOf(digest), octetString(value));
}

/**
 * Asks for a time-stamp, with certificates.
 *
 * @param value hash of what is time-stamped. @param nonce at least 8 random bytes; null for none.
 * @param policy OID, null for whichever the authority offers.
 * @returns TimeStampReq, DER.
 * @see RFC 3161 §2.4.1
 */
export function createTimestampRequest(
  digest: DigestAlgorithm,
  value: Uint8Array,
  nonce: Uint8Array | null,
  policy: string | null = null,
): Uint8Array {
  return sequence(
    integer(1),
    encodeImprint(digest, value),
    ...(policy ? [oid(policy)] : []),
    ...(nonce ? [unsignedInteger(nonce)] : []),
    boolean(true),
  );
}

/** Reads a TimeStampReq. @param der untrusted. @throws pki/malformed, pki/too-large @see RFC 3161 §2.4.1 */
export function parseTimestampRequest(der: Uint8Array): TimestampRequest {
  const what = "time-stamp request";
  const fields = fieldsOf(readDer(der, what, MAX_REQUEST_BYTES), what);
  if (readSmallInteger(fields.takeAny("version"), what) !== 1)
    throw pkiError("malformed", `${what}: not version 1`);
  const imprint = readImprint(fields.takeAny("imprint"), what);
  const policy = fields.maybe(TAG.oid);
  const nonce = fields.maybe(TAG.integer);
  const certificates = fields.maybe(TAG.boolean);
  const extensions = fields.maybe(0xa0);
  fields.end();
  return {
    imprint,
    policy: policy ? readOid(policy, what) : null,
    nonceDer: nonce && readInteger(nonce, what).length <= 64 ? nonce.bytes : null,
    wantsCertificates: certificates ? readBoolean(certificates, what) : false,
    hasExtensions: extensions !== undefined,
  };
}

/** @throws pki/malformed, also when the hash is not of its digest's size */
export function readImprint(value: DerValue, what: string): MessageImprint {
  const fields = fieldsOf(value, what);
  const algorithm = readOid(fieldsOf(fields.takeAny("digest"), what).takeAny("digest"), what);
  const hash = readOctets(fields.takeAny("hash"), what);
  fields.end();
  const digest = digestByOid(algorithm);
  if (digest && hash.length !== digestSizeBytes(digest))
    throw pkiError("malformed", `${what}: hash of the wrong size`);
  return { digest, algorithm, value: hash, der: value.bytes };
}

/** Hexadecimal of an INTEGER given as DER. */
export const nonceHex = (nonceDer: Uint8Array): string =>
  integerHex(readInteger(readDer(nonceDer, "nonce", 128), "nonce"));
