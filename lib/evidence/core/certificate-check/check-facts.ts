import type { CertificateId } from "#lib/ids.ts";
import type { Finding } from "#lib/pki/core/findings.ts";

/** Where a certificate that is looked at again is stored. */
export type CheckSource = "stored" | "registered" | "presented" | "authority";
export type CheckVerdict = "valid" | "expired" | "revoked" | "faulty" | "unknown";
export type CheckCounts = Readonly<Record<CheckVerdict, number>>;

/** One look at every stored certificate. */
export interface CheckRunView {
  readonly id: string;
  readonly startedAt: Date;
  /** Null where the year was over. */
  readonly startedBy: string | null;
  readonly endedAt: Date | null;
  readonly counts: CheckCounts;
  readonly checked: number;
}

export interface CheckFinding {
  readonly source: CheckSource;
  /** Of the index, where it is in there. */
  readonly certificateId: CertificateId | null;
  readonly name: string | null;
  readonly sha256: string;
  readonly verdict: CheckVerdict;
  readonly reasons: readonly Finding[];
}

/** What the sealed report of a run says. */
export interface CheckReportFacts extends CheckRunView {
  readonly found: readonly CheckFinding[];
  /** How many more there are than are listed. */
  readonly more: number;
}
