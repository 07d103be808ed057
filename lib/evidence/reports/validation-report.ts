import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { anchorAbove } from "../core/anchor-above.ts";
import { endOf, type Period } from "../core/reports/periods.ts";
import { MOST_ROWS, type ReportRow } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { loadRecord } from "../store.ts";
import { validateRevisions } from "../validate-revisions.ts";
import { loadCompletedDocuments, loadNotHolding } from "./reports-store.ts";

/** Validates every document completed in a period anew, as a stranger would, and lists what waits with a bad seal. */
export async function validationReport(ctx: WorkerContext, period: Period) {
  const from = new Date(`${period.from}T00:00:00Z`);
  const { done, waiting } = await inTransaction(ctx, async (ctx) => ({
    done: await loadCompletedDocuments(ctx, from, endOf(period), MOST_ROWS + 1),
    waiting: await loadNotHolding(ctx),
  }));
  const words = reportWords();
  const rows: ReportRow[] = waiting.map(({ id, shortId, title, changedAt }) => ({
    cells: [shortId, title, "", stamp(changedAt), words("validation.waiting")],
    address: addressOf(id),
  }));
  let failed = 0;
  for (const { envelope, documentId, documentName } of done) {
    const { verdict, summary } = await validateNow(ctx, envelope.id, documentId, documentName);
    if (verdict !== "passed") failed++;
    rows.push({
      cells: [
        ...[envelope.shortId, envelope.title, documentName, stamp(envelope.endedAt ?? envelope.changedAt)],
        words(`validation.${verdict}`, { summary }),
      ],
      address: addressOf(envelope.id),
    });
  }
  return {
    numbers: [
      { key: "envelopes", value: new Set(done.map(({ envelope }) => envelope.id)).size },
      { key: "documents", value: done.length },
      { key: "failed", value: failed },
      { key: "waiting", value: waiting.length },
    ],
    // What does not pass stands first.
    rows: rows.toSorted((a, b) => Number(isPassed(a)) - Number(isPassed(b))),
  };

  function isPassed({ cells }: ReportRow): boolean {
    return cells.at(-1) === words("validation.passed");
  }
}

const stamp = (at: Date) => at.toISOString().slice(0, 16).replace("T", " ");
const addressOf = (id: string) => `/envelopes/${publicId("envelope", id)}`;

/** A file that cannot even be opened is one that does not pass. */
async function validateNow(
  ctx: WorkerContext,
  envelopeId: Parameters<typeof loadRecord>[1],
  documentId: string,
  name: string,
) {
  const record = await inTransaction(ctx, (ctx) => loadRecord(ctx, envelopeId));
  const parts = record.revisions.filter((one) => one.documentId === documentId && one.number >= 1);
  try {
    return await validateRevisions(ctx, parts, name, record.certificates.flatMap(anchorAbove));
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    if (!code.startsWith("files/damaged") && !code.startsWith("files/not-found")) throw error;
    return { verdict: "failed" as const, summary: code };
  }
}
