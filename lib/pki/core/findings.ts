/** How an answer of EN 319 102-1 begins. @see EN 319 102-1 §5.1.3, table 5 */
export type Indication = "TOTAL-PASSED" | "TOTAL-FAILED" | "INDETERMINATE";

/** Why an answer is not TOTAL-PASSED, in the standard's words. @see EN 319 102-1 §5.1.3, table 5 */
export type SubIndication =
  | "FORMAT_FAILURE"
  | "HASH_FAILURE"
  | "SIG_CRYPTO_FAILURE"
  | "REVOKED"
  | "EXPIRED"
  | "NOT_YET_VALID"
  | "SIG_CONSTRAINTS_FAILURE"
  | "CHAIN_CONSTRAINTS_FAILURE"
  | "CERTIFICATE_CHAIN_GENERAL_FAILURE"
  | "CRYPTO_CONSTRAINTS_FAILURE"
  | "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
  | "TIMESTAMP_ORDER_FAILURE"
  | "NO_SIGNING_CERTIFICATE_FOUND"
  | "NO_CERTIFICATE_CHAIN_FOUND"
  | "REVOKED_NO_POE"
  | "REVOKED_CA_NO_POE"
  | "OUT_OF_BOUNDS_NO_POE"
  | "NO_POE"
  | "TRY_LATER";

export type Severity = "warning" | "error";

/**
 * Something seen while checking: a value, never a throw. The code is stable, the message is for the report.
 */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
}

export const warning = (code: string, message: string): Finding => ({ code, severity: "warning", message });
export const failure = (code: string, message: string): Finding => ({ code, severity: "error", message });

const FAILED: readonly SubIndication[] = [
  "FORMAT_FAILURE",
  "HASH_FAILURE",
  "SIG_CRYPTO_FAILURE",
  "REVOKED",
  "EXPIRED",
  "NOT_YET_VALID",
];

/** The indication a sub-indication belongs to. @see EN 319 102-1 §5.1.3, table 5 */
export function indicationOf(subIndication: SubIndication | null): Indication {
  if (subIndication === null) return "TOTAL-PASSED";
  return FAILED.includes(subIndication) ? "TOTAL-FAILED" : "INDETERMINATE";
}
