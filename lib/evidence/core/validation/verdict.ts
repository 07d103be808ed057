import type { History, SignatureInFile } from "#lib/pdf/changes.ts";
import type { CheckedSignature } from "./check-signatures.ts";
import type { FindingView, SignatureView, Verdict } from "./validation-report.ts";

export type ChangesAfter = SignatureView["coverage"]["changesAfter"];

/** The worst that was done to a file after a signature. */
export function changesAfter(
  { revisions, isReadable }: History,
  { revision }: SignatureInFile,
): ChangesAfter {
  if (revision === null) return "unknown";
  const changes = revisions.slice(revision + 1).flatMap((one) => one.changes);
  const has = (verdict: string) => changes.some((change) => change.verdict === verdict);
  if (has("forbidden")) return "forbidden";
  if (!isReadable) return "unknown";
  if (has("unclear")) return "unclear";
  return revision === revisions.length - 1 ? "none" : "allowed";
}

/** One signature, with what was done to the file after it. */
export function verdictOf(checked: CheckedSignature, after: ChangesAfter): Verdict {
  const { indication, subIndication, signature } = checked;
  // EN 319 102-1 leaves these open, since the signature may be older than the revocation; nothing shows that it is.
  const isRevoked = subIndication === "REVOKED_NO_POE" || subIndication === "REVOKED_CA_NO_POE";
  const hasBrokenToken = signature?.signatureTimestamps.some((token) => token.indication === "TOTAL-FAILED");
  if (indication === "TOTAL-FAILED" || isRevoked || hasBrokenToken || after === "forbidden") return "failed";
  const isOpen = indication === "INDETERMINATE" || after === "unclear" || after === "unknown";
  if (isOpen || checked.isTamperedWith) return "indeterminate";
  return "passed";
}

/** The whole file: as good as the worst of its signatures, and never good without one. */
export function fileVerdict(verdicts: readonly Verdict[], findings: readonly FindingView[]): Verdict {
  const hasError = findings.some(({ severity }) => severity === "error");
  if (hasError || verdicts.includes("failed")) return "failed";
  return verdicts.length === 0 || verdicts.includes("indeterminate") ? "indeterminate" : "passed";
}

export const EXIT_CODES = { passed: 0, failed: 1, indeterminate: 2 } as const;
