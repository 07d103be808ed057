import type { SignatureView, ValidationReport, Verdict } from "./validation-report.ts";
import { fileVerdict } from "./verdict.ts";

/** What the signature covers is as it was, and only what it allows was done to the file since. */
export const isIntact = ({ indication, coverage }: Pick<SignatureView, "indication" | "coverage">): boolean =>
  indication !== "TOTAL-FAILED" && (coverage.changesAfter === "none" || coverage.changesAfter === "allowed");

/** Whether a signature was in the file when that had this many bytes. */
export const isEarlier = ({ coverage }: Pick<SignatureView, "coverage">, originalBytes: number): boolean => {
  const [, , from, length] = coverage.byteRange ?? [];
  return from !== undefined && length !== undefined && from + length <= originalBytes;
};

/**
 * Judges a document whose upload was signed already: our own signatures have to pass; of the earlier ones, whose trust is
 * the reader's to decide, it is asked that they are intact.
 *
 * @param originalBytes size of the file as it was uploaded; 0 when all signatures in it are ours.
 */
export function verdictBesides(
  { verdict, signatures, findings }: Pick<ValidationReport, "verdict" | "signatures" | "findings">,
  originalBytes: number,
): Verdict {
  if (originalBytes === 0) return verdict;
  const own = signatures.filter((one) => !isEarlier(one, originalBytes));
  const earlier = signatures.filter((one) => isEarlier(one, originalBytes));
  if (earlier.some((one) => !isIntact(one))) return "failed";
  return fileVerdict(
    own.map((one) => one.verdict),
    findings,
  );
}
