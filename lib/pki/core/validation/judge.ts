import { type Certificate, isValidAt } from "#lib/pki/core/certificates/certificate.ts";
import { type Finding, failure, type SubIndication, warning } from "#lib/pki/core/findings.ts";
import type { Issuing } from "#lib/pki/core/revocation/crl.ts";
import type { Evidence } from "#lib/pki/core/validation/evidence.ts";
import { findPath, type PathResult, type TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { type StatusProof, statusProofs } from "#lib/pki/core/validation/status.ts";

/** What every judgement rests on. */
export interface ValidationContext {
  readonly evidence: Evidence;
  readonly anchors: readonly TrustAnchor[];
  /** Where time-stamping authorities may end; `anchors` when not given. */
  readonly timestampAnchors?: readonly TrustAnchor[];
  readonly now: Date;
  /**
   * How long after its issue a status is still accepted past its nextUpdate, in milliseconds. Zero, the
   * default, is what the issuer promised; more is the operator's decision.
   */
  readonly statusMaxAgeMs?: number;
  /**
   * The same for time-stamping authorities, whose status as of the last sealing is all that is left when nobody can
   * be asked any more. What is accepted past its nextUpdate is said in a finding.
   */
  readonly timestampStatusMaxAgeMs?: number;
  /** How far a claimed time may be from the proven one before that is a finding; ten minutes when not given. */
  readonly claimToleranceMs?: number;
}

/** When something in the document is proven to have existed. @see EN 319 102-1 §5.6.2.3 */
export type ExistedAt = (position: number | null) => Date;

/** Status of one certificate of a path. */
export interface PathStatus {
  readonly certificate: Certificate;
  /** The proof that counted; null when none did or none is needed. */
  readonly proof: StatusProof | null;
  /** Its authority publishes no status for it (RFC 9608), or it is a trust anchor itself. */
  readonly isExempt: boolean;
  /** The document carries the certificate. */
  readonly isEmbedded: boolean;
}

/** Whether a certificate was good for what it was used for. */
export interface Judgement {
  /** Null when it was. */
  readonly subIndication: SubIndication | null;
  /** The instant for which it was judged: when the use is proven, or now. */
  readonly at: Date;
  readonly path: readonly Certificate[];
  readonly anchor: TrustAnchor | null;
  readonly statuses: readonly PathStatus[];
  /** When the certificate was revoked, as far as the evidence knows. */
  readonly revokedAt: Date | null;
  readonly findings: readonly Finding[];
}

export interface Use {
  readonly certificate: Certificate;
  /** When the signature is proven to have existed: `context.now` without any proof. */
  readonly provenAt: Date;
  /** Why the certificate is not made for this use; null when it is. */
  readonly purposeProblem: string | null;
  readonly anchors: readonly TrustAnchor[];
  readonly existedAt: ExistedAt;
}

const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Judges the use of a certificate: at the instant the use is proven, else as of now.
 *
 * This is X.509 validation (EN 319 102-1 §5.2.6) and past certificate validation with its sliding of time
 * (§5.6.2.1–2) in one: a status holds from its issue until its nextUpdate, and the use must be proven before
 * the earliest end.
 */
export function judge(use: Use, context: ValidationContext): Judgement {
  const then = judgeAt(use, context, use.provenAt);
  const isFinal = then.subIndication === null || then.subIndication === "NOT_YET_VALID";
  if (isFinal || use.provenAt.getTime() === context.now.getTime()) return then;
  const today = judgeAt(use, context, context.now);
  return today.subIndication === null ? today : then;
}

function judgeAt(use: Use, context: ValidationContext, at: Date): Judgement {
  const { certificate, anchors } = use;
  const candidates = context.evidence.certificates.map(({ value }) => value);
  const found = findPath({ certificate, candidates, anchors, at });
  const base = { at, path: found.path, anchor: null, statuses: [], revokedAt: null };
  if (!found.isValid) {
    return {
      ...base,
      subIndication: pathFailure(found, certificate, at),
      findings: [failure("path", found.problem.message)],
    };
  }
  if (use.purposeProblem) {
    const findings = [failure("purpose", use.purposeProblem)];
    return { ...base, anchor: found.anchor, subIndication: "CHAIN_CONSTRAINTS_FAILURE", findings };
  }
  const weak = weaknessFinding(found, use, context);
  const judged = { ...base, anchor: found.anchor, ...judgeStatuses(found, use, context, at) };
  if (judged.subIndication !== null || !weak) return judged;
  return {
    ...judged,
    subIndication: "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    findings: [...judged.findings, weak],
  };
}

function pathFailure(
  { problem }: Extract<PathResult, { isValid: false }>,
  certificate: Certificate,
  at: Date,
): SubIndication {
  if (problem.kind === "no-path") return "NO_CERTIFICATE_CHAIN_FOUND";
  if (problem.kind === "constraints") return "CERTIFICATE_CHAIN_GENERAL_FAILURE";
  if (isValidAt(certificate, at)) return "CERTIFICATE_CHAIN_GENERAL_FAILURE";
  return at < certificate.notBefore ? "NOT_YET_VALID" : "OUT_OF_BOUNDS_NO_POE";
}

/**
 * The first signature in the path that was made with what is no longer trusted and not proven to be older.
 */
function weaknessFinding(
  found: Extract<PathResult, { isValid: true }>,
  use: Use,
  context: ValidationContext,
): Finding | null {
  const weak = found.weaknesses.find(({ certificate, weakness }) => {
    const known = context.evidence.certificates.find(({ value }) => value.sha256 === certificate.sha256);
    const existed = use.existedAt(known?.position ?? null);
    const provenAt = certificate === use.certificate && use.provenAt < existed ? use.provenAt : existed;
    return provenAt >= weakness.since;
  });
  return weak
    ? failure(
        "weak-algorithm",
        `certificate of ${weak.certificate.subject.text} is signed with ${weak.weakness.what}`,
      )
    : null;
}

/** From the anchor to the certificate, so that an authority's revocation bounds what it signed. */
function judgeStatuses(
  found: Extract<PathResult, { isValid: true }>,
  use: Use,
  context: ValidationContext,
  at: Date,
) {
  const statuses: PathStatus[] = [];
  const findings: Finding[] = [];
  let issuerRevokedAt: Date | null = null;
  let issuer: Issuing & { readonly notAfter?: Date } = found.anchor;
  for (const certificate of found.path.toReversed()) {
    const isLast = certificate === use.certificate;
    // RFC 9608 §3: only an end entity may go without revocation.
    const isExempt = found.isAnchorItself || (isLast && certificate.isWithoutRevocation);
    const isEmbedded = isInDocument(certificate, context);
    const proofs = isExempt ? [] : statusProofs(certificate, issuer, context.evidence);
    const revoked = firstRevocation(proofs);
    const revokedAt = revoked?.revokedAt ?? null;
    if (revoked && revokedAt && revokedAt <= at) {
      const message = `revoked at ${revokedAt.toISOString()} (${revoked.reason}): ${certificate.subject.text}`;
      statuses.unshift({ certificate, proof: revoked, isExempt, isEmbedded });
      findings.push(failure("revoked", message));
      const subIndication: SubIndication = isLast ? "REVOKED_NO_POE" : "REVOKED_CA_NO_POE";
      return { statuses, findings, subIndication, revokedAt: isLast ? revokedAt : null };
    }
    const proof: StatusProof | null =
      revoked ?? bestGood(proofs, { certificate, issuer, issuerRevokedAt, at }, use, context);
    statuses.unshift({ certificate, proof, isExempt, isEmbedded });
    if (!proof && !isExempt) {
      findings.push(
        failure(
          "status-unknown",
          `no status of ${certificate.subject.text} that holds at ${at.toISOString()}`,
        ),
      );
      return { statuses, findings, subIndication: "TRY_LATER" as const, revokedAt: null };
    }
    if (revoked)
      findings.push(warning("revoked-later", `${certificate.subject.text} was revoked after it was used`));
    if (proof && !proof.isRevoked && at > (proof.nextUpdate ?? proof.thisUpdate)) {
      const asOf = `${proof.thisUpdate.toISOString().slice(0, 16).replace("T", " ")} UTC`;
      const message = `${certificate.subject.text} was not revoked as of ${asOf}; a newer status was not at hand`;
      findings.push(warning("status-as-of", message));
    } else if (isLast && proof && !proof.isRevoked && proof.thisUpdate < at && at < context.now) {
      findings.push(
        warning(
          "status-older",
          "the status was issued before the signature and was due for renewal after it",
        ),
      );
    }
    if (isLast) return { statuses, findings, subIndication: null, revokedAt };
    issuerRevokedAt = revokedAt;
    issuer = certificate;
  }
  throw new Error("a path ends with its certificate");
}

const isInDocument = ({ sha256 }: Certificate, { evidence }: ValidationContext): boolean =>
  evidence.certificates.some(({ value, position }) => value.sha256 === sha256 && position !== null);

const firstRevocation = (proofs: readonly StatusProof[]): StatusProof | null =>
  proofs
    .filter(({ isRevoked }) => isRevoked)
    .toSorted((a, b) => a.revokedAt!.getTime() - b.revokedAt!.getTime())[0] ?? null;

interface Question {
  readonly certificate: Certificate;
  readonly issuer: Issuing & { readonly notAfter?: Date };
  readonly issuerRevokedAt: Date | null;
  readonly at: Date;
}

/** One that is not past its time, then one from the document, then the latest. */
function bestGood(
  proofs: readonly StatusProof[],
  question: Question,
  use: Use,
  context: ValidationContext,
): StatusProof | null {
  const good = proofs.filter((proof) => !proof.isRevoked && holdsFor(proof, question, use, context));
  const rank = ({ position, thisUpdate, nextUpdate }: StatusProof) =>
    (question.at <= (nextUpdate ?? thisUpdate) ? 4 : 0) +
    (position === null ? 0 : 2) +
    (thisUpdate >= question.at ? 1 : 0);
  return (
    good.toSorted((a, b) => rank(b) - rank(a) || b.thisUpdate.getTime() - a.thisUpdate.getTime())[0] ?? null
  );
}

/** Whether "not revoked" may be believed for the instant. @see EN 319 102-1 §5.6.2.2 (4) */
function holdsFor(
  proof: StatusProof,
  question: Question,
  { existedAt }: Use,
  context: ValidationContext,
): boolean {
  const { certificate, issuer, issuerRevokedAt, at } = question;
  const { thisUpdate, nextUpdate, keepsExpiredSince, responder } = proof;
  const existed = existedAt(proof.position);
  const until = Math.max(
    (nextUpdate ?? thisUpdate).getTime(),
    thisUpdate.getTime() + (context.statusMaxAgeMs ?? 0),
  );
  const signerNotAfter = responder?.notAfter ?? issuer.notAfter;
  return (
    thisUpdate >= certificate.notBefore &&
    thisUpdate.getTime() <= context.now.getTime() + CLOCK_SKEW_MS &&
    at.getTime() <= until &&
    // Authorities may forget certificates that expired, unless they say that they do not.
    (thisUpdate <= certificate.notAfter ||
      (keepsExpiredSince !== null && keepsExpiredSince <= certificate.notAfter)) &&
    // Whoever signed it may have lost the key after expiry or revocation: it must be proven older.
    (!signerNotAfter || existed <= signerNotAfter) &&
    (!issuerRevokedAt || existed < issuerRevokedAt) &&
    proof.weaknesses.every(({ since }) => existed < since)
  );
}
