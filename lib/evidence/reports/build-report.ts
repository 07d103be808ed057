import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import type { ReportId } from "#lib/ids.ts";
import { sealFile } from "#lib/signing/seal-file.ts";
import type { ReportContent } from "../core/reports/report-content.ts";
import { columnTitles, reportPaper } from "../core/reports/report-paper.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { eachEvent } from "../explorer/search-events.ts";
import { reviewContent } from "../reviews/review-content.ts";
import { sampleContent } from "../reviews/sample-content.ts";
import { GENERATOR } from "../trail-facts.ts";
import { collectReport } from "./collect-report.ts";
import { changeReport, loadOrganizationOf, loadReport, type ReportRecord } from "./reports-store.ts";

const FIELD = "Seal";
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Collects what a report shows, writes it as PDF, CSV and JSON, and seals the PDF with the organization's key.
 *
 * @throws keys/unavailable, timestamps/unavailable, files/unavailable: the job comes again
 */
export async function buildReport(ctx: WorkerContext, input: { readonly reportId: ReportId }): Promise<void> {
  requireSystem(ctx);
  const { reportId } = input;
  const row = await inTransaction(ctx, (ctx) => loadReport(ctx, reportId));
  if (row.state === "ready") return;
  const content = await contentOf(ctx, row);
  const { runtime, organizationId } = ctx;
  const pdf = await sealed(ctx, row, content);
  const attempt = toHex(runtime.random(4));
  const put = (bytes: Uint8Array, ending: string) =>
    runtime.files.put(
      `org/${organizationId}/reports/${reportId}-${attempt}.${ending}.enc`,
      [bytes],
      bytes.length,
    );
  const stored = await put(pdf, "pdf");
  const csv = await put(fromUtf8(csvOf(content, runtime.config.baseUrl)), "csv");
  const json = await put(jsonOf(content), "json");
  await inTransaction(ctx, async (ctx) => {
    const { state } = await loadReport(ctx, reportId, true);
    if (state === "ready") return;
    await changeReport(ctx, reportId, {
      ...{ state: "ready", rowCount: content.rows.length, readyAt: ctx.now() },
      ...{ pdfKey: stored.key, pdfSha256: stored.sha256, pdfBytes: stored.sizeBytes },
      ...{ csvKey: csv.key, csvBytes: csv.sizeBytes, jsonKey: json.key, jsonBytes: json.sizeBytes },
    });
    const { sha256, sizeBytes } = stored;
    const data = { report: reportId, kind: row.kind, sha256, sizeBytes, csvSha256: csv.sha256 };
    await appendEvent(ctx, { type: "report.built", envelopeId: null, data });
  });
}

async function contentOf(ctx: WorkerContext, row: ReportRecord): Promise<ReportContent> {
  const period = { from: row.fromDay, to: row.toDay };
  if (row.kind === "sample-review") return sampleContent(ctx, row.reviewId!, period);
  if (row.kind !== "access-review") return collectReport(ctx, row.kind, period, row.id);
  return reviewContent(ctx, row.reviewId!, period);
}

async function sealed(ctx: WorkerContext, row: ReportRecord, content: ReportContent): Promise<Uint8Array> {
  const { sandbox, random, config } = ctx.runtime;
  const words = reportWords();
  const organization = await inTransaction(ctx, loadOrganizationOf);
  const order = { organizationName: organization.name, madeAt: row.createdAt, generator: GENERATOR };
  const written = await sandbox.run("paper", {
    paper: reportPaper(content, { ...order, askedBy: await whoAsked(ctx, row) }),
    options: {
      ...{ paper: organization.settings.paper, seed: random(32), createdAt: row.createdAt },
      ...{ author: organization.name, producer: GENERATOR },
      signatureField: { name: FIELD, label: words("sealField") },
      attachment: {
        ...{ name: "report.json", mediaType: "application/json", description: words("attachment") },
        ...{ relationship: "Source", modifiedAt: row.createdAt, bytes: jsonOf(content) },
      },
    },
  });
  const plan = { fieldName: FIELD, reason: words("sealReason"), level: config.level };
  const use = { kind: "report", subjectId: row.id, envelopeId: null } as const;
  return (await sealFile(ctx, written, { ...plan, use })).bytes;
}

/** As the event says that asked for it; null for the schedule. */
async function whoAsked(ctx: WorkerContext, row: ReportRecord): Promise<string | null> {
  if (row.isScheduled) return null;
  const filter = {
    ...{ ownerId: null, people: null, chainId: ctx.organizationId, address: null, words: null },
    ...{ types: ["report.requested"], from: row.createdAt, to: null },
  };
  for await (const events of eachEvent(ctx, filter)) {
    const name = events.find(({ data }) => data.report === row.id)?.actor.name;
    if (typeof name === "string") return name;
  }
  return reportWords()("unknown");
}

function csvOf({ kind, rows }: ReportContent, baseUrl: string): string {
  const lines = rows.map(({ cells, address }) =>
    csvLine([...cells, address === null ? "" : baseUrl + address]),
  );
  return BYTE_ORDER_MARK + csvLine(columnTitles(kind)) + lines.join("");
}

const jsonOf = (content: ReportContent): Uint8Array => fromUtf8(`${JSON.stringify(content, null, 1)}\n`);
