import type { History } from "#lib/pdf/changes.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import english from "../../../../messages/en/verify.json" with { type: "json" };
import type { CheckedSignature, ValidationTerms } from "./check-signatures.ts";
import { anchorName, signatureView } from "./signature-view.ts";
import { summaryOf } from "./summary.ts";
import type { FileView, FindingView, ValidationReport } from "./validation-report.ts";
import { changesAfter, EXIT_CODES, fileVerdict } from "./verdict.ts";

/** The whole answer about a file that could be read. */
export function buildReport(
  history: History,
  checked: readonly CheckedSignature[],
  file: Omit<FileView, "isEncrypted">,
  terms: ValidationTerms,
): ValidationReport {
  const signatures = checked.map((one, index) =>
    signatureView(history, one, index + 1, changesAfter(history, one.found)),
  );
  const isTest = checked.some(isOfTest);
  const findings = findingsOf(history, checked);
  if (isTest) findings.push(OF_TEST);
  const found = fileVerdict(
    signatures.map((signature) => signature.verdict),
    findings,
  );
  // Everything about a test may hold, and it still says nothing that anybody meant.
  const isDoubted = isTest && found === "passed" && !terms.acceptsTests;
  const verdict = isDoubted ? "indeterminate" : found;
  return {
    ...heading(terms),
    ...{
      verdict,
      exitCode: EXIT_CODES[verdict],
      summary: isDoubted ? TEST_SUMMARY : summaryOf(verdict, history, checked),
    },
    file: { ...file, isEncrypted: history.file.condition.isEncrypted },
    signatures,
    revisions: history.revisions.map(({ end, changes }, index) => ({
      number: index + 1,
      endBytes: end,
      signatures: signatures
        .filter(({ coverage }) => coverage.revision === index + 1)
        .map(({ number }) => number),
      changes,
    })),
    findings,
  };
}

/** The answer about a file that cannot be checked, and why. */
export function unreadableReport(
  file: FileView,
  finding: Omit<FindingView, "severity">,
  terms: ValidationTerms,
): ValidationReport {
  return {
    ...heading(terms),
    ...{ verdict: "indeterminate", exitCode: EXIT_CODES.indeterminate },
    summary: english.report.summaries.unconfirmed,
    file,
    signatures: [],
    revisions: [],
    findings: [{ severity: "error", ...finding }],
  };
}

const heading = ({ anchors, lists = [], now }: ValidationTerms) =>
  ({
    format: "whereof-verify/1",
    checkedAt: now.toISOString(),
    trustAnchors: anchors.filter(({ listing }) => !listing).map(anchorName),
    trustLists: lists,
  }) as const;

const TEST_SUMMARY = english.report.summaries.test;
const OF_TEST: FindingView = {
  ...{ severity: "warning", code: "test-workspace" },
  message: "signed with certificates for tests (policy 1.4): not a real document",
};

const isOfTest = ({ signature }: CheckedSignature): boolean =>
  signature?.signerCertificate?.policies.includes(WHEREOF_OID.testPolicy) ?? false;

function findingsOf(history: History, checked: readonly CheckedSignature[]): FindingView[] {
  const findings: FindingView[] = history.findings.map(({ severity, code, message }) => ({
    ...{ severity, code, message },
  }));
  if (checked.length === 0)
    findings.push({ severity: "warning", code: "no-signatures", message: "the file holds no signature" });
  if (!history.isReadable) {
    const message = "the list of objects is damaged, and programs differ in what they make of it";
    findings.push({ severity: "warning", code: "damaged", message });
  }
  return findings;
}
