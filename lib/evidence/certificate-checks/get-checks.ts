import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requirePermission, requireSystem } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { type CertificateId, publicId } from "#lib/ids.ts";
import type { Finding } from "#lib/pki/core/findings.ts";
import { loadCertificate } from "../certificates-store.ts";
import type {
  CheckFinding,
  CheckReportFacts,
  CheckRunView,
  CheckVerdict,
} from "../core/certificate-check/check-facts.ts";
import type { Download } from "../download.ts";
import { evidenceError } from "../errors.ts";
import { requireReader } from "../get-certificate.ts";
import { nextCheckAt } from "./run-checks.ts";
import {
  type CheckRow,
  type CheckRunRow,
  countStored,
  findRun,
  loadChecksOf,
  loadFound,
  loadLatest,
  loadResults,
  loadRuns,
} from "./store.ts";

const MOST_RUNS = 20;
const MOST_FOUND = 200;
const MOST_SHOWN = 20;
const BATCH_SIZE = 1000;

export interface CertificateChecksView {
  readonly runs: readonly CheckRunView[];
  /** Of the newest run. */
  readonly found: readonly CheckFinding[];
  readonly nextAt: Date | null;
  /** How many there are to look at now, without the installation's own. */
  readonly stored: number;
  readonly mayAsk: boolean;
}

/** Every yearly look at the certificates, and what the last one found. */
export async function listCertificateChecks(ctx: Context): Promise<CertificateChecksView> {
  const member = requirePermission(ctx, "certificate.read");
  return inTransaction(ctx, async (ctx) => {
    const runs = await loadRuns(ctx, MOST_RUNS);
    const [newest] = runs;
    return {
      runs: runs.map(runView),
      found: newest ? await foundIn(ctx, newest.id) : [],
      nextAt: await nextCheckAt(ctx),
      stored: await countStored(ctx),
      mayAsk: hasPermission(member, "key.manage") && runs.every(({ endedAt }) => endedAt !== null),
    };
  });
}

function runView({ id, startedAt, startedBy, endedAt, ...row }: CheckRunRow): CheckRunView {
  const { valid, expired, revoked, faulty, unknown } = row;
  const checked = valid + expired + revoked + faulty + unknown;
  return { id, startedAt, startedBy, endedAt, counts: { valid, expired, revoked, faulty, unknown }, checked };
}

async function foundIn(ctx: Context, runId: string): Promise<CheckFinding[]> {
  return (await loadFound(ctx, runId, MOST_FOUND)).map(({ check, subject }) => ({
    ...{ source: check.source, sha256: check.sha256, verdict: check.verdict, reasons: check.reasons },
    certificateId: subject === null ? null : (check.certificateId as CertificateId),
    name: subject,
  }));
}

/** What was found of one certificate on one day. */
export interface CheckView {
  readonly at: Date;
  readonly verdict: CheckVerdict;
  readonly reasons: readonly Finding[];
}

const viewOf = ({ checkedAt: at, verdict, reasons }: CheckRow): CheckView => ({ at, verdict, reasons });

/** Every time a certificate of the index was looked at again, the newest first, and when it is next. */
export async function getCertificateChecks(
  ctx: Context,
  { certificateId }: { readonly certificateId: CertificateId },
): Promise<{ readonly checks: readonly CheckView[]; readonly nextAt: Date | null }> {
  requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    requireReader(ctx, await loadCertificate(ctx, certificateId));
    const rows = await loadChecksOf(ctx, certificateId, MOST_SHOWN);
    return { checks: rows.map(viewOf), nextAt: await nextCheckAt(ctx) };
  });
}

/** The newest finding of each of these, by their ids. */
export async function latestChecks(
  ctx: Context,
  { certificateIds }: { readonly certificateIds: readonly CertificateId[] },
): Promise<ReadonlyMap<CertificateId, CheckView>> {
  requirePermission(ctx, "certificate.read");
  const rows = await inTransaction(ctx, (ctx) => loadLatest(ctx, certificateIds));
  return new Map(rows.map((row) => [row.certificateId as CertificateId, viewOf(row)]));
}

/** What the sealed report of a run says. @throws evidence/not-found */
export async function checkReportFacts(
  ctx: WorkerContext,
  { runId }: { readonly runId: string },
): Promise<CheckReportFacts> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => {
    const row = await findRun(ctx, runId);
    if (!row) throw evidenceError("not-found", `check ${runId}`);
    const view = runView(row);
    const found = await foundIn(ctx, runId);
    const { revoked, faulty, unknown } = view.counts;
    return { ...view, found, more: revoked + faulty + unknown - found.length };
  });
}

const COLUMNS = ["certificate", "stored_as", "sha256", "verdict", "reasons", "checked_at"];
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Every result of one look, as CSV that is written while it is read, and records that.
 *
 * @throws authorize/not-allowed; evidence/not-found, reason-required
 */
export async function downloadCheckResults(
  ctx: Context,
  { runId }: { readonly runId: string },
): Promise<Download> {
  requirePermission(ctx, "certificate.read");
  requirePermission(ctx, "evidence.download");
  const fileName = await inTransaction(ctx, async (ctx) => {
    const run = await findRun(ctx, runId);
    if (!run) throw evidenceError("not-found", `check ${runId}`);
    const file = `certificate check ${run.startedAt.toISOString().slice(0, 10)}.csv`;
    const reason = await requireReason(ctx, "export", null);
    const data = { kind: "certificate-check", file, reason, run: runId };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
    return file;
  });
  let after: CheckRow | null = null;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine(COLUMNS)));
    },
    async pull(controller) {
      const rows: CheckRow[] = await inTransaction(ctx, (ctx) => loadResults(ctx, runId, after, BATCH_SIZE));
      after = rows.at(-1) ?? null;
      if (rows.length > 0) controller.enqueue(fromUtf8(rows.map(lineOf).join("")));
      else controller.close();
    },
  });
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}

const lineOf = ({ certificateId, source, sha256, verdict, reasons, checkedAt }: CheckRow): string =>
  csvLine([
    source === "stored" ? publicId("certificate", certificateId as CertificateId) : certificateId,
    ...[source, sha256, verdict],
    reasons.map(({ message }) => message).join(" "),
    checkedAt.toISOString(),
  ]);
