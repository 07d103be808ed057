import type { History } from "#lib/pdf/changes.ts";
import english from "../../../../messages/en/verify.json" with { type: "json" };
import type { CheckedSignature } from "./check-signatures.ts";
import type { Verdict } from "./validation-report.ts";

const SENTENCES = english.report.summaries;

/** Changes that show on no page. */
const INVISIBLE = new Set([
  ...["validation-data-added", "time-stamp-added", "metadata-updated", "form-resources-added", "xref-kind"],
]);

/** The first line people read: one of four sentences, each as far as it is true. */
export function summaryOf(verdict: Verdict, history: History, checked: readonly CheckedSignature[]): string {
  if (checked.length === 0) return SENTENCES.noSignature;
  const changes = changesAfterAll(history, checked);
  if (verdict === "passed") {
    return changes.every(({ code }) => INVISIBLE.has(code)) ? SENTENCES.exact : SENTENCES.changedAsAllowed;
  }
  const isChanged =
    checked.some(({ subIndication }) => subIndication === "HASH_FAILURE") ||
    history.revisions.some((revision) => revision.changes.some(({ verdict }) => verdict !== "allowed"));
  if (isChanged) return SENTENCES.changed;
  const isIntact = checked.every(({ indication, signature, timestamp }) => {
    const signer = signature?.signerCertificate ?? timestamp?.authority;
    return indication !== "TOTAL-FAILED" && signer !== null && signer !== undefined;
  });
  if (verdict === "indeterminate" && isIntact && history.isReadable) return SENTENCES.others;
  return SENTENCES.unconfirmed;
}

function changesAfterAll({ revisions }: History, checked: readonly CheckedSignature[]) {
  const last = Math.max(0, ...checked.map(({ found }) => found.revision ?? 0));
  return revisions.slice(last + 1).flatMap(({ changes }) => changes);
}
