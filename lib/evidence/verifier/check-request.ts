import type { PackageReport } from "#lib/evidence/core/package/package-report.ts";
import type { ValidationReport } from "#lib/evidence/core/validation/validation-report.ts";

/** What the checker in the browser is told. */
export interface CheckRequest {
  readonly file: File;
  /** Certificates to believe in, DER each; those in `anchorFile` instead when there is one. */
  readonly anchors: readonly Uint8Array[];
  readonly anchorFile: File | null;
  /** Revocation lists that may be newer than those in the file, DER. */
  readonly crls: readonly Uint8Array[];
}

/** What it says: a report, the code of a refusal, or why this browser cannot check the file. */
export type CheckAnswer =
  | { readonly report: ValidationReport | PackageReport }
  | { readonly refusal: string }
  | { readonly failure: string };
