import { equalBytes } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type DigestAlgorithm, digestOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import {
  generalizedTime,
  integer,
  namedBits,
  oid,
  sequence,
  unsignedInteger,
  utf8String,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, isValidAt, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { assembleCms } from "#lib/pki/core/cms/assemble-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { parseTimestampRequest, type TimestampRequest } from "#lib/pki/core/timestamps/timestamp-request.ts";
import { timestampingProblem } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

/** A time-stamping authority that is ours, at one instant. */
export interface Tsa {
  /** Its certificate, DER. */
  readonly certificateDer: Uint8Array;
  /** The rest of its path, DER each. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
  /** OID of the policy it follows. */
  readonly policy: string;
  /** How far its clock may be off, whole seconds. */
  readonly accuracySeconds: number;
}

export interface TokenRequest {
  /** MessageImprint, DER. */
  readonly imprintDer: Uint8Array;
  /** INTEGER, DER. */
  readonly nonceDer: Uint8Array | null;
  readonly wantsCertificates: boolean;
}

const ACCEPTED: readonly DigestAlgorithm[] = [
  "sha256",
  "sha384",
  "sha512",
  "sha3-256",
  "sha3-384",
  "sha3-512",
];

/** PKIFailureInfo. @see RFC 3161 §2.4.2 */
const FAILURES = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  systemFailure: 25,
} as const;

/**
 * Answers a TimeStampReq: with a token, or with a rejection that says why.
 *
 * @param requestDer untrusted. @param serial 16 random bytes, used once. @param now the authority's clock.
 * @returns TimeStampResp, DER.
 * @throws pki/profile-broken when the certificate is no time-stamping authority's or not valid now;
 * pki/key-period-over; pki/key-mismatch; keys/unavailable
 * @see RFC 3161 §2.4.2
 */
export async function answerTimestampRequest(
  requestDer: Uint8Array,
  tsa: Tsa,
  serial: Uint8Array,
  now: Date,
): Promise<Uint8Array> {
  const request = readRequest(requestDer, tsa);
  if (typeof request === "string") return timestampRejection(request);
  const { imprint, nonceDer, wantsCertificates } = request;
  const token = await createTimestampToken(
    { imprintDer: imprint.der, nonceDer, wantsCertificates },
    tsa,
    serial,
    now,
  );
  return timestampGranted(token);
}

/** A TimeStampResp with a token. @param token TimeStampToken, DER. @returns DER. @see RFC 3161 §2.4.2 */
export const timestampGranted = (token: Uint8Array): Uint8Array => sequence(sequence(integer(0)), token);

function readRequest(der: Uint8Array, { policy }: Tsa): TimestampRequest | keyof typeof FAILURES {
  try {
    const request = parseTimestampRequest(der);
    if (!request.imprint.digest || !ACCEPTED.includes(request.imprint.digest)) return "badAlg";
    if (request.policy !== null && request.policy !== policy) return "unacceptedPolicy";
    return request.hasExtensions ? "unacceptedExtension" : request;
  } catch (error) {
    if (isRefusal(error)) return "badDataFormat";
    throw error;
  }
}

/** A TimeStampResp without a token. @returns DER. @see RFC 3161 §2.4.2 */
export function timestampRejection(failure: keyof typeof FAILURES): Uint8Array {
  return sequence(sequence(integer(2), sequence(utf8String(failure)), namedBits([FAILURES[failure]])));
}

/**
 * Signs a token over an imprint.
 *
 * @param serial 16 random bytes, used once. @param now cut to whole seconds.
 * @returns TimeStampToken, DER.
 * @throws as `answerTimestampRequest`
 * @see RFC 3161 §2.4.2, RFC 5816 (ESSCertIDv2)
 */
export async function createTimestampToken(
  { imprintDer, nonceDer, wantsCertificates }: TokenRequest,
  tsa: Tsa,
  serial: Uint8Array,
  now: Date,
): Promise<Uint8Array> {
  const { chain, key } = tsa;
  const certificate = requireTsa(tsa, now);
  const content = sequence(
    integer(1),
    oid(tsa.policy),
    imprintDer,
    unsignedInteger(serial),
    generalizedTime(now),
    sequence(integer(tsa.accuracySeconds)),
    ...(nonceDer ? [nonceDer] : []),
  );
  const messageDigest = digestOf(digestOfKey(key.algorithm), content);
  const attributes = signedAttributes({ contentType: OID.timestampInfo, messageDigest, certificate });
  return assembleCms({
    signedAttributes: attributes,
    signature: await key.sign(attributes),
    algorithm: key.algorithm,
    certificate,
    chain,
    encapsulated: { contentType: OID.timestampInfo, content },
    isWithoutCertificates: !wantsCertificates,
  });
}

function requireTsa({ certificateDer, key }: Tsa, now: Date): Certificate {
  const certificate = parseCertificate(certificateDer);
  const problem = timestampingProblem(certificate);
  if (problem) throw pkiError("profile-broken", problem);
  if (!isValidAt(certificate, now))
    throw pkiError("profile-broken", "the authority's certificate is not valid now");
  if (!equalBytes(certificate.publicKey, key.publicKey))
    throw pkiError("key-mismatch", `key ${key.id} is not the TSA's`);
  const { from, until } = certificate.privateKeyUsage ?? { from: null, until: null };
  if ((from && now < from) || (until && now > until)) {
    throw pkiError("key-period-over", "the authority's key may not sign any more, or not yet");
  }
  return certificate;
}
