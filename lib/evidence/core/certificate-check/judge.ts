import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { type Finding, warning } from "#lib/pki/core/findings.ts";
import { viewCertificate } from "#lib/pki/core/view/certificate-view.ts";
import { type InspectionTerms, viewChain } from "#lib/pki/core/view/inspect.ts";
import type { CheckVerdict } from "./check-facts.ts";

/** What was learned of a certificate's revocation. */
export type LearnedStatus =
  | { readonly kind: "told"; readonly revokedAt: Date | null; readonly reason: string | null }
  /** Nobody has to say: it vouches for itself, or its time was over before. */
  | { readonly kind: "needless" }
  | { readonly kind: "silent"; readonly why: "no-address" | "no-issuer" | "no-answer" };

export interface Judged {
  readonly verdict: CheckVerdict;
  readonly reasons: readonly Finding[];
}

export interface JudgeRequest {
  readonly certificate: Certificate;
  /** What came with it, its issuer among them. */
  readonly heap: readonly Certificate[];
  readonly terms: InspectionTerms;
  readonly status: LearnedStatus;
  /** It signed a document, or is meant to. */
  readonly isSigner: boolean;
}

const SILENT = {
  "no-address": "It names no address where one can ask whether it was revoked.",
  "no-issuer": "Its issuer's certificate is not at hand, so nobody could be asked whether it was revoked.",
  "no-answer": "Nobody answered at the addresses it names whether it was revoked.",
} as const;

/** These do not speak against the certificate itself, or have a verdict of their own. */
const APART = new Set(["revoked", "expired", "chain-incomplete"]);

/**
 * What a stored certificate is worth today. Of one whose time is over the chain is judged at its last moment, since
 * what it signed before is what still counts.
 */
export function judgeCertificate({ certificate, heap, terms, status, isSigner }: JudgeRequest): Judged {
  const { at } = terms;
  const isOver = at > certificate.notAfter;
  const revocation = status.kind === "told" ? { revokedAt: status.revokedAt, reason: status.reason } : null;
  const view = viewCertificate({ ...terms, certificate, heap, revocation, isSigner });
  const chain = viewChain(certificate, heap, { ...terms, at: isOver ? certificate.notAfter : at });
  const reasons = distinct([
    ...view.findings,
    ...chain.findings,
    ...(status.kind === "silent" ? [warning(`status-${status.why}`, SILENT[status.why])] : []),
  ]);
  const has = (code: string) => reasons.some((one) => one.code === code);
  const isWrong = reasons.some(({ code, severity }) => severity === "error" && !APART.has(code));
  const isOpen = status.kind === "silent" || has("chain-incomplete");
  const verdict =
    revocation?.revokedAt != null
      ? "revoked"
      : isWrong
        ? "faulty"
        : isOver
          ? "expired"
          : isOpen
            ? "unknown"
            : "valid";
  return { verdict, reasons };
}

const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((one) => [one.code, one])).values(),
];
