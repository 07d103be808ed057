import type { TrustListView } from "../trust/list-view.ts";

/** What `whereof verify --json` prints. Names and meanings stay; new ones may be added. See docs/verify.md. */
export interface ValidationReport {
  readonly format: "whereof-verify/1";
  readonly verdict: Verdict;
  /** 0 passed, 1 failed, 2 it cannot be told. */
  readonly exitCode: 0 | 1 | 2;
  /** The first line for people. */
  readonly summary: string;
  /** ISO 8601, as all instants here. */
  readonly checkedAt: string;
  readonly file: FileView;
  /** Those of no list; what lists name stands with the signature it is for. */
  readonly trustAnchors: readonly AnchorView[];
  readonly trustLists: readonly TrustListView[];
  /** In the order in which they cover the file. */
  readonly signatures: readonly SignatureView[];
  /** From the one with the first signature on. */
  readonly revisions: readonly RevisionView[];
  /** About the file as a whole. */
  readonly findings: readonly FindingView[];
}

export type Verdict = "passed" | "failed" | "indeterminate";

export interface FileView {
  readonly name: string | null;
  readonly sizeBytes: number;
  /** Hexadecimal; null when the check was broken off. */
  readonly sha256: string | null;
  readonly isEncrypted: boolean;
}

export interface FindingView {
  readonly severity: "warning" | "error";
  /** Stable. */
  readonly code: string;
  readonly message: string;
}

export interface SignatureView {
  /** From 1. */
  readonly number: number;
  readonly kind: "signature" | "certification" | "timestamp";
  readonly field: string;
  /** `26 0`. */
  readonly object: string | null;
  readonly subFilter: string | null;
  readonly verdict: Verdict;
  /** Of EN 319 102-1; what was done to the file afterwards counts in `verdict` only. */
  readonly indication: "TOTAL-PASSED" | "TOTAL-FAILED" | "INDETERMINATE";
  readonly subIndication: string | null;
  readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA" | null;
  /** Whose signature it is by its certificate; the authority's for a time-stamp. */
  readonly signer: SignerView | null;
  /**
   * How whoever signed was identified, by the policies of a certificate of this product whose path was confirmed:
   * `link`, `email-code` …; null for any other.
   */
  readonly identifiedBy: readonly string[] | null;
  /** What the signature says of itself; nobody checked it. */
  readonly claims: {
    readonly name: string | null;
    readonly reason: string | null;
    readonly location: string | null;
    readonly at: string | null;
  };
  readonly time: {
    /** Proven to have existed by then; of a time-stamp, when it was made. */
    readonly provenAt: string | null;
    readonly proof: "signature-timestamp" | "document-timestamp" | null;
    readonly authority: string | null;
  };
  readonly coverage: {
    readonly byteRange: readonly number[] | null;
    /** Index in `revisions`, from 1; null when it covers none. */
    readonly revision: number | null;
    readonly isWholeFile: boolean;
    /** The worst that was done after it; `unknown` when that cannot be told. */
    readonly changesAfter: "none" | "allowed" | "unclear" | "forbidden" | "unknown";
  };
  readonly permits: {
    /** DocMDP level in force from here on: 1 nothing, 2 filling and signing, 3 comments too; null no limit. */
    readonly level: 1 | 2 | 3 | null;
    readonly locks: readonly {
      readonly action: "all" | "include" | "exclude";
      readonly fields: readonly string[];
    }[];
  };
  readonly path: readonly CertificateView[];
  readonly trustAnchor: AnchorView | null;
  readonly revocation: readonly RevocationView[];
  readonly timestamps: readonly TimestampView[];
  readonly findings: readonly FindingView[];
}

export interface CertificateName {
  readonly subject: string;
  /** Hexadecimal fingerprint; null when only a key is known. */
  readonly sha256: string | null;
}

/** Where a path ends. */
export interface AnchorView extends CertificateName {
  /** The list that vouches for it; null when whoever asked does. */
  readonly listing: {
    readonly list: string;
    readonly service: string;
    readonly provider: string;
    readonly grantedFrom: string | null;
    readonly grantedUntil: string | null;
  } | null;
}

export interface CertificateView extends CertificateName {
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface SignerView extends CertificateView {
  readonly name: string;
  readonly organization: string | null;
  readonly email: string | null;
}

export interface RevocationView {
  readonly subject: string;
  readonly status: "good" | "revoked" | "unknown" | "not-needed";
  readonly source: "ocsp" | "crl" | null;
  readonly issuedAt: string | null;
  readonly nextUpdateAt: string | null;
  readonly revokedAt: string | null;
  readonly reason: string | null;
  readonly isInFile: boolean;
}

/** A time-stamp inside a signature. */
export interface TimestampView {
  readonly indication: string;
  readonly subIndication: string | null;
  readonly at: string | null;
  readonly authority: string | null;
  readonly trustAnchor: AnchorView | null;
  readonly findings: readonly FindingView[];
}

export interface RevisionView {
  /** From 1. */
  readonly number: number;
  readonly endBytes: number;
  /** Numbers of the signatures that end it. */
  readonly signatures: readonly number[];
  /** What it did to the revision before it. */
  readonly changes: readonly {
    readonly verdict: "allowed" | "unclear" | "forbidden";
    readonly code: string;
    readonly object: string | null;
    readonly message: string;
  }[];
}
