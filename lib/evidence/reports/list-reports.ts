import { hasPermission, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { MemberId, ReportId } from "#lib/ids.ts";
import type { Cadence } from "../core/reports/periods.ts";
import type { ReportContent, ReportKind } from "../core/reports/report-content.ts";
import { evidenceError } from "../errors.ts";
import { loadAccess, loadReport, loadReports, loadSchedules, type ReportRecord } from "./reports-store.ts";

const SHOWN = 60;

export interface ReportView {
  readonly id: ReportId;
  readonly kind: ReportKind;
  readonly from: string;
  readonly to: string;
  readonly isScheduled: boolean;
  readonly isReady: boolean;
  readonly rowCount: number | null;
  readonly sha256: string | null;
  readonly createdAt: Date;
}

export interface ReportsView {
  readonly reports: readonly ReportView[];
  /** Kinds that make themselves. */
  readonly schedules: Readonly<
    Partial<Record<ReportKind, { readonly cadence: Cadence; readonly recipients: readonly MemberId[] }>>
  >;
  /** Members who may read reports, and be mailed of them. */
  readonly readers: readonly { readonly id: MemberId; readonly name: string; readonly email: string }[];
}

/** The newest reports, and which make themselves. */
export async function listReports(ctx: Context): Promise<ReportsView> {
  requirePermission(ctx, "report.read");
  return inTransaction(ctx, async (ctx) => ({
    reports: (await loadReports(ctx, SHOWN)).map(viewOf),
    schedules: Object.fromEntries(
      (await loadSchedules(ctx)).map(({ kind, cadence, recipients }) => [kind, { cadence, recipients }]),
    ),
    readers: (await loadAccess(ctx)).flatMap(({ id, role, name, email }) =>
      hasPermission({ kind: "member", role } as MemberActor, "report.read") ? [{ id, name, email }] : [],
    ),
  }));
}

/** One report with its rows. @throws evidence/not-found, report-not-ready */
export async function getReport(
  ctx: Context,
  input: { readonly reportId: ReportId },
): Promise<ReportView & { readonly content: ReportContent | null }> {
  requirePermission(ctx, "report.read");
  const row = await inTransaction(ctx, (ctx) => loadReport(ctx, input.reportId));
  if (!row.jsonKey) return { ...viewOf(row), content: null };
  const text = await new Response(await ctx.runtime.files.stream(row.jsonKey)).text();
  return { ...viewOf(row), content: JSON.parse(text) as ReportContent };
}

export const REPORT_FORMS = ["pdf", "csv", "json"] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** @throws evidence/report-not-ready */
export function fileOf(
  row: ReportRecord,
  form: ReportForm,
): { readonly key: string; readonly bytes: number } {
  const key = { pdf: row.pdfKey, csv: row.csvKey, json: row.jsonKey }[form];
  const bytes = { pdf: row.pdfBytes, csv: row.csvBytes, json: row.jsonBytes }[form];
  if (key === null || bytes === null) throw evidenceError("report-not-ready", `report ${row.id}`);
  return { key, bytes };
}

function viewOf(row: ReportRecord): ReportView {
  const { id, kind, fromDay, toDay, isScheduled, state, rowCount, pdfSha256, createdAt } = row;
  return {
    ...{ id, kind, from: fromDay, to: toDay, isScheduled, isReady: state === "ready" },
    ...{ rowCount, sha256: pdfSha256, createdAt },
  };
}
