import { isRefusal } from "#lib/errors.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  type Finding,
  failure,
  type Indication,
  indicationOf,
  type SubIndication,
} from "#lib/pki/core/findings.ts";
import {
  parseTimestampToken,
  type TimestampToken,
  timestampingProblem,
  verifyTimestampToken,
} from "#lib/pki/core/timestamps/timestamp-token.ts";
import { withCertificates } from "#lib/pki/core/validation/evidence.ts";
import {
  type ExistedAt,
  judge,
  type PathStatus,
  type ValidationContext,
} from "#lib/pki/core/validation/judge.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";

/** A document time-stamp as the PDF gives it. */
export interface DocumentTimestamp {
  /** TimeStampToken from /Contents, padded or not. */
  readonly tokenDer: Uint8Array;
  /** Of the bytes its ByteRange names, under the digest of the token's imprint. */
  readonly documentDigest: Uint8Array;
  /**
   * Length of the document, in bytes, that its ByteRange covers but for itself; the caller has checked that
   * it does.
   */
  readonly coversUpTo: number;
}

export interface TimestampReport {
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** Null when it cannot be read. */
  readonly token: TimestampToken | null;
  /** What the token says; a proof of existence only when the indication is TOTAL-PASSED. */
  readonly generatedAt: Date | null;
  readonly authority: Certificate | null;
  readonly path: readonly Certificate[];
  readonly anchor: TrustAnchor | null;
  readonly statuses: readonly PathStatus[];
  /** Null for a signature time-stamp, which covers no document. */
  readonly coversUpTo: number | null;
  readonly findings: readonly Finding[];
}

const MAX_TIMESTAMPS = 100;

/**
 * Validates the document time-stamps of a PDF, the newest first, so that each is proven by those after it.
 *
 * @returns one report each, newest first.
 * @see EN 319 102-1 §5.4, §5.6.3 (4)
 */
export function validateTimestamps(
  timestamps: readonly DocumentTimestamp[],
  context: ValidationContext,
): TimestampReport[] {
  const reports: TimestampReport[] = [];
  const newestFirst = timestamps.toSorted((a, b) => b.coversUpTo - a.coversUpTo);
  for (const [index, { tokenDer, documentDigest, coversUpTo }] of newestFirst.entries()) {
    const report =
      index < MAX_TIMESTAMPS
        ? validateToken(tokenDer, documentDigest, coversUpTo, existenceBy(reports, context.now), context)
        : unread("FORMAT_FAILURE", `more than ${MAX_TIMESTAMPS} time-stamps`);
    reports.push({ ...report, coversUpTo });
  }
  return reports;
}

/** When something is proven to have existed by the time-stamps that cover it. @see EN 319 102-1 §5.6.2.3 */
export function existenceBy(reports: readonly TimestampReport[], now: Date): ExistedAt {
  const proofs = reports.filter(
    ({ indication, coversUpTo }) => indication === "TOTAL-PASSED" && coversUpTo !== null,
  );
  return (position) =>
    proofs.reduce(
      (first, { coversUpTo, generatedAt }) =>
        position !== null && position <= coversUpTo! && generatedAt! < first ? generatedAt! : first,
      now,
    );
}

/**
 * Validates one token over a hash.
 *
 * @param position where the document holds it, for the proofs of its own age.
 */
export function validateToken(
  tokenDer: Uint8Array,
  hash: Uint8Array,
  position: number,
  existedAt: ExistedAt,
  context: ValidationContext,
): TimestampReport {
  const token = readToken(tokenDer);
  if (typeof token === "string") return unread("FORMAT_FAILURE", token);
  const evidence = withCertificates(context.evidence, token.cms.certificates, position);
  const check = verifyTimestampToken(
    token,
    hash,
    evidence.certificates.map(({ value }) => value),
  );
  const known = {
    token,
    generatedAt: token.generatedAt,
    authority: check.signer,
    path: [],
    anchor: null,
    statuses: [],
    coversUpTo: null,
  };
  const report = (subIndication: SubIndication | null, findings: readonly Finding[]): TimestampReport => ({
    ...known,
    indication: indicationOf(subIndication),
    subIndication,
    findings: [...check.findings, ...findings],
  });
  if (check.subIndication !== null || !check.signer) return report(check.subIndication, []);
  const provenAt = existedAt(position);
  // Time flows from the token to what covers it; a second and its own accuracy are forgiven.
  if (token.generatedAt.getTime() > provenAt.getTime() + (token.accuracyMs ?? 0) + 1000) {
    const message = `token of ${token.generatedAt.toISOString()} existed at ${provenAt.toISOString()}`;
    return report("TIMESTAMP_ORDER_FAILURE", [failure("time-order", message)]);
  }
  const weak = check.weaknesses.find(({ since }) => provenAt >= since);
  if (weak)
    return report("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", [
      failure("weak-algorithm", `token uses ${weak.what}`),
    ]);
  const judgement = judge(
    {
      certificate: check.signer,
      provenAt,
      purposeProblem: timestampingProblem(check.signer),
      anchors: context.timestampAnchors ?? context.anchors,
      existedAt,
    },
    { ...context, evidence, statusMaxAgeMs: context.timestampStatusMaxAgeMs ?? context.statusMaxAgeMs },
  );
  const { path, anchor, statuses } = judgement;
  return { ...report(judgement.subIndication, judgement.findings), path, anchor, statuses };
}

function readToken(der: Uint8Array): TimestampToken | string {
  try {
    return parseTimestampToken(der);
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
}

const unread = (subIndication: SubIndication, message: string): TimestampReport => ({
  indication: indicationOf(subIndication),
  subIndication,
  token: null,
  generatedAt: null,
  authority: null,
  path: [],
  anchor: null,
  statuses: [],
  coversUpTo: null,
  findings: [failure("unreadable", message)],
});
