import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import type { ReportId } from "#lib/ids.ts";
import { reportWords } from "../core/reports/report-words.ts";
import type { Download } from "../download.ts";
import { fileOf, type ReportForm } from "./list-reports.ts";
import { loadReport } from "./reports-store.ts";

const TYPES = { pdf: "application/pdf", csv: "text/csv; charset=utf-8", json: "application/json" } as const;

/** Gives a report in one form, and records that. @throws evidence/not-found, report-not-ready, reason-required */
export async function downloadReport(
  ctx: Context,
  input: { readonly reportId: ReportId; readonly form: ReportForm },
): Promise<Download> {
  requirePermission(ctx, "report.read");
  requirePermission(ctx, "evidence.download");
  const { reportId, form } = input;
  const { file, fileName } = await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    const row = await loadReport(ctx, reportId);
    const file = fileOf(row, form);
    const title = reportWords()(`kinds.${row.kind}`);
    const fileName = `${title} ${row.fromDay} to ${row.toDay}.${form}`;
    const data = { kind: "report", file: fileName, report: reportId, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
    return { file, fileName };
  });
  const bytes = await ctx.runtime.files.stream(file.key);
  return { fileName, contentType: TYPES[form], sizeBytes: file.bytes, bytes };
}
