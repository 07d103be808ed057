import { type ByteSource, sha256Of } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { historyOf } from "#lib/pdf/changes.ts";
import { buildReport, unreadableReport } from "./core/validation/build-report.ts";
import { checkSignatures, type ValidationTerms } from "./core/validation/check-signatures.ts";
import { refusalWords } from "./core/validation/refusal-words.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";

/**
 * Validates every signature and time-stamp of a PDF, ours or another's, and says what was done to it afterwards.
 * Nothing is fetched: it rests on what the file holds and on the certificates the caller believes in.
 *
 * @param source hostile; read in ranges. Run it in a sandbox: time and memory are its caller's to limit.
 * @returns a report, also for a file that cannot be read
 */
export function validateDocument(
  source: ByteSource,
  terms: ValidationTerms & { readonly name: string | null },
): ValidationReport {
  const file = { name: terms.name, sizeBytes: source.size, sha256: sha256Of(source) };
  try {
    const history = historyOf(source);
    return buildReport(history, checkSignatures(history, terms), file, terms);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const isEncrypted = error.code === "pdf/needs-password" || error.code === "pdf/encryption-unsupported";
    return unreadableReport(
      { ...file, isEncrypted },
      { code: error.code, message: refusalWords(error.code) },
      terms,
    );
  }
}
