import type { Verdict } from "#lib/evidence/core/validation/validation-report.ts";

/** What `whereof verify package.zip --json` prints, and what the page in the package shows. */
export interface PackageReport {
  readonly format: "whereof-package-check/1";
  readonly verdict: Verdict;
  /** 0 passed, 1 failed, 2 it cannot be told. */
  readonly exitCode: 0 | 1 | 2;
  /** The first line for people. */
  readonly summary: string;
  readonly checkedAt: string;
  readonly package: {
    readonly id: string;
    readonly variant: "full" | "redacted";
    readonly envelope: string;
    readonly organization: string;
    readonly createdAt: string;
  } | null;
  /** The certificate everything has to end at. */
  readonly trustAnchor: {
    readonly subject: string;
    readonly sha256: string;
    /** It came out of the package: compare its fingerprint. */
    readonly isFromPackage: boolean;
  } | null;
  /** Files that are not what was signed. */
  readonly damagedFiles: readonly string[];
  readonly checks: readonly PackageCheck[];
}

/** One check, told in plain sentences. */
export interface PackageCheck {
  readonly title: string;
  readonly verdict: Verdict;
  readonly sentences: readonly string[];
}

/** Collects what is found while one thing is checked. */
export class CheckNotes {
  readonly sentences: string[] = [];
  readonly title: string;
  #verdict: Verdict = "passed";

  constructor(title: string) {
    this.title = title;
  }

  holds(sentence: string): void {
    this.sentences.push(sentence);
  }

  fails(sentence: string): void {
    this.#verdict = "failed";
    this.sentences.push(sentence);
  }

  isOpen(sentence: string): void {
    if (this.#verdict === "passed") this.#verdict = "indeterminate";
    this.sentences.push(sentence);
  }

  of(verdict: Verdict, sentence: string): void {
    if (verdict === "passed") this.holds(sentence);
    else if (verdict === "failed") this.fails(sentence);
    else this.isOpen(sentence);
  }

  get check(): PackageCheck {
    return { title: this.title, verdict: this.#verdict, sentences: this.sentences };
  }
}

/** As good as the worst. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("failed")) return "failed";
  return verdicts.includes("indeterminate") ? "indeterminate" : "passed";
}

const WORDS = { passed: "holds", failed: "DOES NOT HOLD", indeterminate: "cannot be told" } as const;

/** A report as people read it, in plain lines. */
export function describePackage(report: PackageReport): string {
  const { summary, trustAnchor, checks } = report;
  const lines = [summary, ""];
  if (report.package) {
    const { envelope, organization, createdAt, variant } = report.package;
    const kind = variant === "redacted" ? "Redacted package" : "Package";
    lines.push(`${kind} of envelope ${envelope}, made by ${organization} on ${createdAt}`);
  }
  if (trustAnchor?.isFromPackage)
    lines.push(
      `Everything was asked to end at ${trustAnchor.subject}, which came with the package. Compare its fingerprint:`,
      `  ${trustAnchor.sha256}`,
    );
  for (const { title, verdict, sentences } of checks)
    lines.push("", `${title}: ${WORDS[verdict]}`, ...sentences.map((sentence) => `  ${sentence}`));
  return `${lines.join("\n")}\n`;
}

/** The answer when a check could not be ended. */
export const brokenOff = (why: string, now: Date): PackageReport => ({
  format: "whereof-package-check/1",
  ...{ verdict: "indeterminate", exitCode: 2, summary: "This package could not be checked to its end." },
  checkedAt: now.toISOString(),
  ...{ package: null, trustAnchor: null, damagedFiles: [] },
  checks: [{ title: "Package", verdict: "indeterminate", sentences: [why] }],
});
