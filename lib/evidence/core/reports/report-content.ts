import type { Period } from "./periods.ts";

/** What can be reported on; reviews report themselves when they are closed. */
export const REPORT_KINDS = [
  ...(["signing", "authentication", "completeness", "validation"] as const),
  ...(["access", "sign-ins", "exports"] as const),
  ...(["keys", "key-operations", "custody", "restore-drills", "connectors"] as const),
  ...(["retention", "retention-actions", "late-archive", "health", "part-11", "qualification"] as const),
] as const;
export type RunnableReport = (typeof REPORT_KINDS)[number];
export type ReportKind = RunnableReport | "access-review" | "sample-review";

/** What a report shows, in its order; the words for each name are in `report.json`. */
export const REPORT_COLUMNS: Readonly<Record<ReportKind, readonly string[]>> = {
  access: ["name", "email", "role", "since", "lastSeen"],
  "sign-ins": ["at", "what", "email", "ip"],
  exports: ["at", "who", "what", "reason", "ip"],
  keys: ["name", "use", "algorithm", "until", "state"],
  retention: ["what", "scope", "basis", "since", "count"],
  validation: ["envelope", "title", "document", "at", "result"],
  signing: ["at", "envelope", "who", "what"],
  authentication: ["class", "method", "envelope", "who", "at"],
  completeness: ["envelope", "title", "completed", "missing"],
  "late-archive": ["envelope", "title", "completedOn", "archivedOn", "days", "state"],
  "retention-actions": ["at", "envelope", "who", "what"],
  health: ["record", "term", "basis", "count"],
  "part-11": ["rule", "asks", "found", "met"],
  qualification: ["phase", "checked", "expected", "observed", "outcome"],
  "key-operations": ["at", "envelope", "who", "what"],
  custody: ["destination", "contract", "step", "openSince", "days"],
  connectors: ["connector", "name", "tried", "state"],
  "restore-drills": ["what", "at", "by", "result"],
  "sample-review": ["envelope", "title", "machine", "decision", "by", "note"],
  "access-review": ["name", "email", "role", "since", "decision", "by", "reason"],
};

export interface ReportRow {
  /** As many as there are columns. */
  readonly cells: readonly string[];
  /** Where in the product it can be looked at; null for nowhere. */
  readonly address: string | null;
}

export interface ReportContent {
  readonly kind: ReportKind;
  readonly period: Period;
  /** Counts, each with a definition in `report.json`. */
  readonly numbers: readonly { readonly key: string; readonly value: number }[];
  readonly rows: readonly ReportRow[];
  /** There was more than a report holds. */
  readonly isCut: boolean;
}

/** A report that holds everything up to this many rows; more are counted, not listed. */
export const MOST_ROWS = 5000;
