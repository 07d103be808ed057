import { equalBytes } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import {
  algorithmName,
  algorithmOf,
  type DigestAlgorithm,
  digestSizeBytes,
  schemeOf,
  type Weakness,
  weaknessOfDigest,
} from "#lib/pki/core/algorithms.ts";
import { setOf, TAG } from "#lib/pki/core/asn1/der.ts";
import { sameName } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { childrenOf, fieldsOf, readDer, readOctets, readOid, readTime } from "#lib/pki/core/asn1/read-der.ts";
import { type Certificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { type Cms, digestNeededBy, type SignerInfo } from "#lib/pki/core/cms/parse-cms.ts";
import { namesCertificate } from "#lib/pki/core/cms/signed-attributes.ts";
import { type Finding, failure, type SubIndication, warning } from "#lib/pki/core/findings.ts";
import { verifySignature } from "#lib/pki/core/public-key.ts";

/** What a signature must keep to. */
export interface CmsRules {
  /** OID the content must be of; id-data for a PDF. */
  readonly contentType: string;
  /** True when the content must be outside, false when it must be inside. */
  readonly isDetached: boolean;
  /** False only for signatures from before CAdES, which need not name their certificate. */
  readonly needsSigningCertificate: boolean;
  /** CAdES, which wants the signing time that PAdES forbids. */
  readonly wantsSigningTime?: boolean;
}

/** ETSI.CAdES.detached: what we make and expect. @see EN 319 142-1 §6.3 */
export const PADES_RULES: CmsRules = {
  contentType: OID.data,
  isDetached: true,
  needsSigningCertificate: true,
};
/** adbe.pkcs7.detached: what others made before. @see ISO 32000-2 §12.8.3.3 */
export const PKCS7_RULES: CmsRules = { ...PADES_RULES, needsSigningCertificate: false };

/** A signature beside a file. @see EN 319 122-1 §6.3 */
export const CADES_RULES: CmsRules = { ...PADES_RULES, wantsSigningTime: true };

/**
 * Whether one signature is intact: whose it is and what weakens it. Trust in the certificate is another
 * question.
 */
export interface CmsCheck {
  /** Null when the content and the signature are intact. */
  readonly subIndication: SubIndication | null;
  readonly signer: Certificate | null;
  readonly digest: DigestAlgorithm | null;
  /** Time the signer claims inside the CMS, which PAdES forbids. */
  readonly claimedAt: Date | null;
  /** The attributes are those of a PAdES baseline signature. */
  readonly isBaseline: boolean;
  readonly weaknesses: readonly Weakness[];
  readonly findings: readonly Finding[];
}

const ONCE: readonly string[] = [
  OID.contentType,
  OID.messageDigest,
  OID.signingTime,
  OID.signingCertificate,
  OID.signingCertificateV2,
  OID.algorithmProtection,
];

/**
 * Verifies the only signature of a CMS over a content whose digest the caller computed.
 *
 * @param cms as `parseCms` read it. @param contentDigest under the digest `digestNeededBy` names.
 * @param candidates certificates known from elsewhere, should the signer's not be in the CMS.
 * @returns what was found: a bad signature is no throw.
 * @throws RangeError when the digest is not of the size of the one needed: a caller's bug
 * @see RFC 5652 §5.4–5.6, EN 319 102-1 §5.2.3 and §5.2.7
 */
export function verifyCms(
  cms: Cms,
  contentDigest: Uint8Array,
  rules: CmsRules,
  candidates: readonly Certificate[] = [],
): CmsCheck {
  const trailing = cms.hasTrailingData
    ? [warning("trailing-data", "something other than padding follows the CMS")]
    : [];
  try {
    const check = checkSigner(cms, contentDigest, rules, candidates);
    return { ...check, findings: [...trailing, ...check.findings] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return failed("FORMAT_FAILURE", "unreadable", error.message);
  }
}

const failed = (
  subIndication: SubIndication,
  code: string,
  message: string,
  known: Partial<CmsCheck> = {},
): CmsCheck => ({
  signer: null,
  digest: null,
  claimedAt: null,
  isBaseline: false,
  weaknesses: [],
  ...known,
  subIndication,
  findings: [...(known.findings ?? []), failure(code, message)],
});

function checkSigner(
  cms: Cms,
  contentDigest: Uint8Array,
  rules: CmsRules,
  candidates: readonly Certificate[],
): CmsCheck {
  const [signer] = cms.signers;
  const misshapen = shapeProblem(cms, rules);
  if (misshapen || !signer) return failed("FORMAT_FAILURE", "cms-shape", misshapen ?? "no signer");
  const digest = digestNeededBy(cms);
  if (!digest) {
    const name = algorithmName(signer.digestAlgorithm.oid);
    return failed("CRYPTO_CONSTRAINTS_FAILURE", "digest-not-accepted", `digest ${name} is not accepted`);
  }
  if (contentDigest.length !== digestSizeBytes(digest)) {
    throw new RangeError(`content digest is no ${digest}`);
  }
  const found = findSigner(signer, readableCertificates(cms.certificates), candidates);
  const known = {
    digest,
    signer: typeof found === "string" ? null : found,
    claimedAt: claimedTimeOf(signer),
    findings: remarksOn(cms, signer, rules),
  };
  if (!equalBytes(readOctets(valueIn(signer, OID.messageDigest)!, "message digest"), contentDigest)) {
    return failed("HASH_FAILURE", "digest-mismatch", "the content is not what was signed", known);
  }
  const isNamed = signer.attributes.some(({ oid }) => SIGNING_CERTIFICATE.includes(oid));
  if (rules.needsSigningCertificate && !isNamed) {
    const message = "no signed attribute names the signer's certificate";
    return failed("SIG_CONSTRAINTS_FAILURE", "signing-certificate-missing", message, known);
  }
  if (typeof found === "string")
    return failed("NO_SIGNING_CERTIFICATE_FOUND", "signing-certificate", found, known);
  const hasRightTime = (known.claimedAt !== null) === (rules.wantsSigningTime ?? false);
  const isBaseline = isNamed && hasRightTime && isCarried(cms, found);
  return checkSignature(signer, found, { ...known, isBaseline });
}

const isCarried = (cms: Cms, certificate: Certificate) =>
  cms.certificates.some((der) => equalBytes(der, certificate.der));

const SIGNING_CERTIFICATE: readonly string[] = [OID.signingCertificate, OID.signingCertificateV2];

function checkSignature(
  signer: SignerInfo,
  certificate: Certificate,
  known: Pick<CmsCheck, "claimedAt" | "findings" | "isBaseline"> & { readonly digest: DigestAlgorithm },
): CmsCheck {
  const scheme = schemeOf(signer.signatureAlgorithm, known.digest);
  const check = (message: Uint8Array) =>
    verifySignature(scheme, certificate.publicKey, message, signer.signature);
  const asSent = check(signer.signedAttributes!);
  // RFC 5652 §5.4 wants the DER, which is sorted; some signers sorted what they signed and not what they
  // sent.
  const result = asSent.isValid || asSent.isUnsupported ? asSent : check(inOrder(signer.signedAttributes!));
  if (!result.isValid) {
    const subIndication = result.isUnsupported ? "CRYPTO_CONSTRAINTS_FAILURE" : "SIG_CRYPTO_FAILURE";
    return failed(subIndication, "signature", result.reason!, { ...known, signer: certificate });
  }
  const weaknesses = [...weaknessOfDigest(known.digest), ...result.weaknesses];
  return { ...known, subIndication: null, signer: certificate, weaknesses };
}

const inOrder = (attributes: Uint8Array): Uint8Array =>
  setOf(
    childrenOf(readDer(attributes, "attributes", attributes.length), "attributes").map(({ bytes }) => bytes),
  );

/**
 * Why the structure cannot be a signature over this content: what attacks by confusion would have to get
 * wrong.
 */
function shapeProblem(cms: Cms, { contentType, isDetached }: CmsRules): string | null {
  const [signer, ...others] = cms.signers;
  if (!signer || others.length > 0) return `${cms.signers.length} signers where one is wanted`;
  if (cms.contentType !== contentType) return `content is of type ${cms.contentType}`;
  if (isDetached !== (cms.content === null))
    return isDetached ? "content travels inside" : "no content inside";
  // Without signed attributes, attributes signed elsewhere could pose as the content, and the other way
  // round.
  if (!signer.signedAttributes) return "the content is signed directly, without signed attributes";
  const repeated = ONCE.find((id) => {
    const found = signer.attributes.filter(({ oid }) => oid === id);
    return found.length > 1 || found.some(({ values }) => values.length !== 1);
  });
  if (repeated) return `signed attribute ${repeated} does not stand there once with one value`;
  const type = valueIn(signer, OID.contentType);
  if (!type || readOid(type, "content type") !== cms.contentType)
    return "signed content type is not that of the content";
  if (!valueIn(signer, OID.messageDigest)) return "no signed message digest";
  return isProtectionKept(signer) ? null : "algorithms are not those the signer protected (RFC 6211)";
}

function valueIn(signer: SignerInfo, id: string) {
  const value = signer.attributes.find(({ oid }) => oid === id)?.values[0];
  return value && readDer(value, `attribute ${id}`, value.length);
}

/** CMSAlgorithmProtection must repeat both algorithms. @see RFC 6211 §3 */
function isProtectionKept(signer: SignerInfo): boolean {
  const value = valueIn(signer, OID.algorithmProtection);
  if (!value) return true;
  const fields = fieldsOf(value, "algorithm protection");
  const digest = algorithmOf(fields.take(TAG.sequence, "digest"), "algorithm protection");
  const signature = fields.maybe(0xa1);
  return (
    digest.oid === signer.digestAlgorithm.oid &&
    signature !== undefined &&
    algorithmOf(signature, "algorithm protection", 0xa1).oid === signer.signatureAlgorithm.oid
  );
}

function claimedTimeOf(signer: SignerInfo): Date | null {
  const value = valueIn(signer, OID.signingTime);
  return value ? readTime(value, "signing time") : null;
}

function remarksOn(cms: Cms, signer: SignerInfo, { isDetached, wantsSigningTime }: CmsRules): Finding[] {
  const scheme = schemeOf(signer.signatureAlgorithm, digestNeededBy(cms) ?? undefined);
  const isOther =
    "digest" in scheme && !scheme.kind.startsWith("ed") && scheme.digest !== digestNeededBy(cms);
  return [
    ...(isDetached && !wantsSigningTime && valueIn(signer, OID.signingTime)
      ? [warning("signing-time", "signing time stands in the CMS, which PAdES forbids (EN 319 142-1 §6.3)")]
      : []),
    ...(isOther
      ? [warning("digests-differ", "content and attributes are hashed with different digests")]
      : []),
    ...(cms.digestAlgorithms.includes(signer.digestAlgorithm.oid)
      ? []
      : [warning("digest-not-announced", "digestAlgorithms does not list the signer's")]),
    ...(equalBytes(inOrder(signer.signedAttributes!), signer.signedAttributes!)
      ? []
      : [warning("attributes-unsorted", "signed attributes are not in DER order")]),
  ];
}

/** The signer's certificate, of the CMS's own if one fits, or why there is none. */
function findSigner(
  signer: SignerInfo,
  own: readonly Certificate[],
  others: readonly Certificate[],
): Certificate | string {
  const first = signerAmong(signer, own);
  if (first !== null && typeof first !== "string") return first;
  return signerAmong(signer, others) ?? first ?? "the signer's certificate is not there";
}

/** The one that the signer id and every signing-certificate attribute name; null when no signer id fits. */
function signerAmong({ signer, attributes }: SignerInfo, candidates: readonly Certificate[]) {
  const named = candidates.filter((one) =>
    "keyId" in signer
      ? one.subjectKeyId === signer.keyId
      : one.serialHex === signer.serialHex && sameName(one.issuer, signer.issuer),
  );
  if (named.length === 0) return null;
  const bindings = attributes.filter(({ oid }) => SIGNING_CERTIFICATE.includes(oid));
  const bound = named.filter((one) =>
    bindings.every(({ oid, values }) => namesCertificate(oid, values[0]!, one)),
  );
  if (bound.length === 0) return "the signed attributes name another certificate";
  if (new Set(bound.map(({ sha256 }) => sha256)).size > 1)
    return "several certificates could be the signer's";
  return bound[0]!;
}
