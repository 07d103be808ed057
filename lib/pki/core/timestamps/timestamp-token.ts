import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { algorithmName, digestOf, weaknessOfDigest } from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  type DerValue,
  fieldsOf,
  integerHex,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";
import { type Certificate, isValidAt } from "#lib/pki/core/certificates/certificate.ts";
import { extensionsOf } from "#lib/pki/core/certificates/read-extensions.ts";
import { type Cms, digestNeededBy, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { type CmsCheck, type CmsRules, verifyCms } from "#lib/pki/core/cms/verify-cms.ts";
import { failure, type SubIndication, warning } from "#lib/pki/core/findings.ts";
import { type MessageImprint, readImprint } from "#lib/pki/core/timestamps/timestamp-request.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** A TimeStampToken as read. @see RFC 3161 §2.4.2 */
export interface TimestampToken {
  readonly der: Uint8Array;
  /** Hexadecimal SHA-256 of `der`. */
  readonly sha256: string;
  readonly cms: Cms;
  /** OID of the authority's policy. */
  readonly policy: string;
  readonly imprint: MessageImprint;
  readonly serialHex: string;
  /** genTime: when the authority saw the imprint. */
  readonly generatedAt: Date;
  /** How far genTime may be off; null when the authority does not say. */
  readonly accuracyMs: number | null;
  /** Hexadecimal. */
  readonly nonceHex: string | null;
  /** OIDs. */
  readonly unknownCriticalExtensions: readonly string[];
}

const TOKEN_RULES: CmsRules = {
  contentType: OID.timestampInfo,
  isDetached: false,
  needsSigningCertificate: true,
};

/**
 * Reads a TimeStampToken, in DER or BER and padded or not, as it stands in a PDF or a CMS attribute.
 *
 * @param bytes untrusted. @throws pki/malformed, pki/too-large
 */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
  const what = "time-stamp token";
  const cms = parseCms(bytes);
  if (cms.contentType !== OID.timestampInfo || !cms.content)
    throw pkiError("malformed", `${what}: no TSTInfo inside`);
  const fields = fieldsOf(readDer(cms.content, what, cms.content.length), what);
  if (readSmallInteger(fields.takeAny("version"), what) !== 1)
    throw pkiError("malformed", `${what}: not version 1`);
  const policy = readOid(fields.takeAny("policy"), what);
  const imprint = readImprint(fields.takeAny("imprint"), what);
  const serial = readInteger(fields.takeAny("serial number"), what);
  const generatedAt = readTime(fields.take(TAG.generalizedTime, "time"), what);
  const accuracy = fields.maybe(TAG.sequence);
  fields.maybe(TAG.boolean);
  const nonce = fields.maybe(TAG.integer);
  fields.maybe(0xa0);
  const list = fields.maybe(0xa1);
  fields.end();
  const extensions = extensionsOf(list, what);
  return {
    der: cms.der,
    sha256: toHex(sha256(cms.der)),
    cms,
    policy,
    imprint,
    serialHex: integerHex(serial),
    generatedAt,
    accuracyMs: accuracy ? readAccuracy(accuracy, what) : null,
    nonceHex: nonce ? integerHex(readInteger(nonce, what)) : null,
    unknownCriticalExtensions: [...extensions.values()].filter((one) => one.isCritical).map(({ oid }) => oid),
  };
}

function readAccuracy(value: DerValue, what: string): number {
  const fields = fieldsOf(value, what);
  const [seconds, millis, micros] = [fields.maybe(TAG.integer), fields.maybe(0x80), fields.maybe(0x81)];
  fields.end();
  const numberIn = (field: DerValue | undefined, tag: number) =>
    field ? readSmallInteger(field, what, tag) : 0;
  return (
    numberIn(seconds, TAG.integer) * 1000 + numberIn(millis, 0x80) + Math.ceil(numberIn(micros, 0x81) / 1000)
  );
}

/**
 * Verifies a token over a hash: imprint, signature, signing certificate, extended key usage. Trust in the
 * authority's certificate is another question.
 *
 * @param hash of what was time-stamped, under `token.imprint.digest`.
 * @param candidates where the authority's certificate may be found that the token does not carry.
 * @returns what was found; `signer` is the authority's certificate.
 * @see RFC 3161 §2.2, §2.3; EN 319 102-1 §5.4
 */
export function verifyTimestampToken(
  token: TimestampToken,
  hash: Uint8Array,
  candidates: readonly Certificate[] = [],
): CmsCheck {
  const digest = digestNeededBy(token.cms);
  const contentDigest = digest ? digestOf(digest, token.cms.content!) : new Uint8Array();
  const check = verifyCms(token.cms, contentDigest, TOKEN_RULES, candidates);
  const broken = (subIndication: SubIndication, code: string, message: string): CmsCheck => ({
    ...check,
    subIndication,
    findings: [...check.findings, failure(code, message)],
  });
  if (!token.imprint.digest) {
    const name = algorithmName(token.imprint.algorithm);
    return broken(
      "CRYPTO_CONSTRAINTS_FAILURE",
      "digest-not-accepted",
      `imprint under ${name} is not accepted`,
    );
  }
  if (!equalBytes(token.imprint.value, hash)) {
    return broken("HASH_FAILURE", "imprint-mismatch", "the token is over something else");
  }
  if (check.subIndication !== null || !check.signer) return check;
  const [unknown] = token.unknownCriticalExtensions;
  if (unknown)
    return broken("FORMAT_FAILURE", "token-extension", `critical extension ${unknown} is not understood`);
  const problem = timestampingProblem(check.signer);
  if (problem) return broken("SIG_CONSTRAINTS_FAILURE", "not-a-tsa", problem);
  if (!isValidAt(check.signer, token.generatedAt)) {
    const message = "the time lies outside the validity of the authority's certificate";
    return broken("SIG_CONSTRAINTS_FAILURE", "time-outside-validity", message);
  }
  return {
    ...check,
    weaknesses: [...check.weaknesses, ...weaknessOfDigest(token.imprint.digest)],
    findings: [...check.findings, ...remarksOn(token, check.signer)],
  };
}

/** Why a certificate may not sign time-stamps. @see RFC 3161 §2.3: the purpose is critical and alone */
export function timestampingProblem(certificate: Certificate): string | null {
  const { extendedKeyUsage, isExtendedKeyUsageCritical, keyUsage } = certificate;
  if (extendedKeyUsage?.length !== 1 || extendedKeyUsage[0] !== OID.timeStamping) {
    return "time stamping is not the only extended key usage";
  }
  if (!isExtendedKeyUsageCritical) return "extended key usage is not critical";
  const maySign =
    !keyUsage || keyUsage.some((use) => use === "digitalSignature" || use === "contentCommitment");
  return maySign ? null : "the key may not sign";
}

function remarksOn({ generatedAt, cms }: TimestampToken, { privateKeyUsage }: Certificate) {
  const isLate = privateKeyUsage?.until && generatedAt > privateKeyUsage.until;
  return [
    ...(isLate ? [warning("key-period-over", "the authority's key signed after its usage period")] : []),
    ...(cms.certificates.length === 0
      ? [warning("no-certificates", "the token carries no certificate")]
      : []),
  ];
}
