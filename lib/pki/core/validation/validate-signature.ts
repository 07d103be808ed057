import { isRefusal } from "#lib/errors.ts";
import { digestOf } from "#lib/pki/core/algorithms.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, isValidAt } from "#lib/pki/core/certificates/certificate.ts";
import { type Cms, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { type CmsCheck, type CmsRules, PADES_RULES, verifyCms } from "#lib/pki/core/cms/verify-cms.ts";
import {
  type Finding,
  failure,
  type Indication,
  indicationOf,
  type SubIndication,
  warning,
} from "#lib/pki/core/findings.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { withCertificates } from "#lib/pki/core/validation/evidence.ts";
import {
  type ExistedAt,
  type Judgement,
  judge,
  type PathStatus,
  type ValidationContext,
} from "#lib/pki/core/validation/judge.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import {
  existenceBy,
  type TimestampReport,
  validateToken,
} from "#lib/pki/core/validation/validate-timestamps.ts";

/** One signature as the PDF gives it. */
export interface SignatureInput {
  /** CMS from /Contents, padded or not, or as already read. */
  readonly cms: Uint8Array | Cms;
  /** Of the bytes the ByteRange names, under the digest that `digestNeededBy` says. */
  readonly contentDigest: Uint8Array;
  /** Length of the document, in bytes, that the signature covers: the end of its revision. */
  readonly position: number;
  /** `PADES_RULES` when not given; `PKCS7_RULES` for adbe.pkcs7.detached. */
  readonly rules?: CmsRules;
  /** /M of the signature dictionary: what the signer's computer claimed. */
  readonly claimedAt?: Date | null;
  /** Time of a valid time-stamp that the signature itself covers: it was made after. */
  readonly madeAfter?: Date | null;
}

export type BaselineLevel = "B-B" | "B-T" | "B-LT";

export interface SignatureReport {
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** The earliest instant at which the signature is proven to have existed: now, without any proof. */
  readonly bestSignatureTime: Date;
  readonly signerCertificate: Certificate | null;
  readonly path: readonly Certificate[];
  readonly anchor: TrustAnchor | null;
  readonly statuses: readonly PathStatus[];
  /** One for each signature time-stamp in the CMS. */
  readonly signatureTimestamps: readonly TimestampReport[];
  /**
   * As far as CMS and DSS data tell; null when the signature keeps to no baseline. B-LTA is for the caller to
   * add.
   */
  readonly baselineLevel: BaselineLevel | null;
  readonly findings: readonly Finding[];
}

export const CLAIM_TOLERANCE_MS = 10 * 60_000;
const MAX_TOKENS = 10;

/**
 * Purposes for which a person or an organization may sign a document; a certificate without any is not
 * limited.
 */
const SIGNING_PURPOSES: readonly string[] = [
  OID.documentSigning,
  OID.emailProtection,
  OID.clientAuthentication,
  OID.microsoftDocumentSigning,
  OID.adobeAuthenticDocuments,
  OID.anyExtendedKeyUsage,
];

/**
 * Validates one PAdES signature: basic validation, then with time, then past signature validation.
 *
 * Never TOTAL-PASSED in doubt: without a fresh status, a trusted path or a proof of age, the answer is
 * INDETERMINATE.
 *
 * @param timestamps reports of `validateTimestamps` for the same document, in any order.
 * @returns a report; nothing in the signature makes it throw.
 * @see EN 319 102-1 §5.3, §5.5, §5.6
 */
export function validateSignature(
  input: SignatureInput,
  timestamps: readonly TimestampReport[],
  context: ValidationContext,
): SignatureReport {
  const existedAt = existenceBy(timestamps, context.now);
  const cms = readCms(input.cms);
  if (typeof cms === "string") return unreadable(cms, existedAt(input.position));
  const evidence = withCertificates(context.evidence, cms.certificates, input.position);
  const local = { ...context, evidence };
  const check = verifyCms(
    cms,
    input.contentDigest,
    input.rules ?? PADES_RULES,
    evidence.certificates.map(({ value }) => value),
  );
  const tokens = check.subIndication === null ? validateTokens(cms, input.position, existedAt, local) : [];
  const bestSignatureTime = earliest(tokens, existedAt(input.position));
  const report = {
    bestSignatureTime,
    signerCertificate: check.signer,
    path: [],
    anchor: null,
    statuses: [],
    signatureTimestamps: tokens,
    baselineLevel: null,
  };
  if (check.subIndication !== null || !check.signer) {
    const { subIndication, findings } = check;
    return { ...report, indication: indicationOf(subIndication), subIndication, findings };
  }
  return {
    ...report,
    ...judgeSigner(check, check.signer, bestSignatureTime, input, tokens, existedAt, local),
  };
}

function judgeSigner(
  check: CmsCheck,
  signer: Certificate,
  bestSignatureTime: Date,
  input: SignatureInput,
  tokens: readonly TimestampReport[],
  existedAt: ExistedAt,
  context: ValidationContext,
) {
  const purposeProblem = signingProblem(signer);
  const use = {
    certificate: signer,
    provenAt: bestSignatureTime,
    purposeProblem,
    anchors: context.anchors,
    existedAt,
  };
  const judgement = judge(use, context);
  const { subIndication, finding } = conclude(check, judgement, signer, bestSignatureTime, input, tokens);
  const { path, anchor, statuses } = judgement;
  return {
    indication: indicationOf(subIndication),
    subIndication,
    path,
    anchor,
    statuses,
    baselineLevel: levelOf(check, judgement, bestSignatureTime, tokens, context),
    findings: [
      ...check.findings,
      ...judgement.findings,
      ...finding,
      ...claimFindings(input, check, signer, bestSignatureTime, context.claimToleranceMs),
    ],
  };
}

/**
 * What the judgement of the certificate means for the signature.
 *
 * @see EN 319 102-1 §5.3.4 (3)–(5), §5.5.4 (4)
 */
function conclude(
  check: CmsCheck,
  judgement: Judgement,
  signer: Certificate,
  bestSignatureTime: Date,
  { madeAfter }: SignatureInput,
  tokens: readonly TimestampReport[],
): { subIndication: SubIndication | null; finding: Finding[] } {
  const of = (subIndication: SubIndication | null, ...finding: Finding[]) => ({ subIndication, finding });
  if (judgement.subIndication === "REVOKED_NO_POE" && madeAfter && judgement.revokedAt! <= madeAfter) {
    return of(
      "REVOKED",
      failure("made-after-revocation", "the signature was made after its certificate was revoked"),
    );
  }
  if (judgement.subIndication === "OUT_OF_BOUNDS_NO_POE" && madeAfter && madeAfter > signer.notAfter) {
    return of(
      "EXPIRED",
      failure("made-after-expiry", "the signature was made after its certificate expired"),
    );
  }
  if (judgement.subIndication !== null) return of(judgement.subIndication);
  const weak = check.weaknesses.find(({ since }) => bestSignatureTime >= since);
  if (weak)
    return of(
      "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
      failure("weak-algorithm", `the signature uses ${weak.what}`),
    );
  const isDisordered = tokens.some((token) => token.subIndication === "TIMESTAMP_ORDER_FAILURE");
  const isTooEarly = madeAfter && bestSignatureTime < madeAfter;
  if (isDisordered || isTooEarly) {
    return of(
      "TIMESTAMP_ORDER_FAILURE",
      failure("time-order", "the times of the time-stamps contradict each other"),
    );
  }
  return of(null);
}

function validateTokens(
  cms: Cms,
  position: number,
  existedAt: ExistedAt,
  context: ValidationContext,
): TimestampReport[] {
  const [signer] = cms.signers;
  const values = signer!.unsignedAttributes
    .filter(({ oid }) => oid === OID.signatureTimestamp)
    .flatMap((one) => one.values)
    .slice(0, MAX_TOKENS);
  return values.map((tokenDer) => {
    const digest = imprintDigestOf(tokenDer);
    const hash = digest ? digestOf(digest, signer!.signature) : new Uint8Array();
    return validateToken(tokenDer, hash, position, existedAt, context);
  });
}

function imprintDigestOf(tokenDer: Uint8Array) {
  try {
    return parseTimestampToken(tokenDer).imprint.digest;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

const earliest = (tokens: readonly TimestampReport[], otherwise: Date): Date =>
  tokens.reduce(
    (first, { indication, generatedAt }) =>
      indication === "TOTAL-PASSED" && generatedAt! < first ? generatedAt! : first,
    otherwise,
  );

/** Why a certificate is not for signing documents. @see RFC 9336, EN 319 412-2 §4.3.2 */
export function signingProblem({
  keyUsage,
  extendedKeyUsage,
}: Pick<Certificate, "keyUsage" | "extendedKeyUsage">): string | null {
  if (keyUsage && !keyUsage.some((use) => use === "digitalSignature" || use === "contentCommitment")) {
    return "the certificate's key usage does not allow signatures";
  }
  if (extendedKeyUsage && !extendedKeyUsage.some((purpose) => SIGNING_PURPOSES.includes(purpose))) {
    return "the certificate is for other purposes than signing documents";
  }
  return null;
}

/** @see EN 319 142-1 §6.3, table 1 */
function levelOf(
  check: CmsCheck,
  judgement: Judgement,
  bestSignatureTime: Date,
  tokens: readonly TimestampReport[],
  { now }: ValidationContext,
): BaselineLevel | null {
  if (!check.isBaseline) return null;
  if (bestSignatureTime >= now) return "B-B";
  const passed = tokens.filter(({ indication }) => indication === "TOTAL-PASSED");
  const isKept = (statuses: readonly PathStatus[]) =>
    statuses.every(({ proof, isExempt, isEmbedded }) => isEmbedded && (isExempt || proof?.position != null));
  const isComplete =
    judgement.subIndication === null && [judgement, ...passed].every(({ statuses }) => isKept(statuses));
  return isComplete ? "B-LT" : "B-T";
}

/** What the signer's computer said of the time, beside what is proven. It decides nothing. */
function claimFindings(
  { claimedAt = null }: SignatureInput,
  check: CmsCheck,
  signer: Certificate,
  bestSignatureTime: Date,
  toleranceMs = CLAIM_TOLERANCE_MS,
): Finding[] {
  const claim = claimedAt ?? check.claimedAt;
  if (!claim) return [];
  const difference = Math.abs(claim.getTime() - bestSignatureTime.getTime());
  return [
    ...(isValidAt(signer, claim)
      ? []
      : [warning("claimed-time-outside", "the claimed time lies outside the certificate's validity")]),
    ...(difference > toleranceMs
      ? [
          warning(
            "claimed-time-differs",
            `the claimed time differs from the proven time by ${Math.round(difference / 1000)} s`,
          ),
        ]
      : []),
  ];
}

function readCms(cms: Uint8Array | Cms): Cms | string {
  if (!(cms instanceof Uint8Array)) return cms;
  try {
    return parseCms(cms);
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
}

const unreadable = (message: string, bestSignatureTime: Date): SignatureReport => ({
  indication: "TOTAL-FAILED",
  subIndication: "FORMAT_FAILURE",
  bestSignatureTime,
  signerCertificate: null,
  path: [],
  anchor: null,
  statuses: [],
  signatureTimestamps: [],
  baselineLevel: null,
  findings: [failure("unreadable", message)],
});
