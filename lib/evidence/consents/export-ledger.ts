import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { publicId } from "#lib/ids.ts";
import type { Download } from "../download.ts";
import { loadActsAfter } from "./store.ts";

const COLUMNS = [
  ...[
    "at",
    "kind",
    "name",
    "email",
    "envelope",
    "envelope_title",
    "mode",
    "notice_version",
    "notice_language",
  ],
  ...["notice_sha256", "demonstration", "detail", "paper_sent_at", "audit_event"],
];
/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";
const BATCH = 500;

type Row = Awaited<ReturnType<typeof loadActsAfter>>[number];

/** The whole ledger as CSV that is written while it is read; that it was taken is on record. @throws identity/reason-required */
export async function exportLedger(ctx: Context): Promise<Download> {
  requirePermission(ctx, "consent.read");
  const fileName = `consents ${ctx.now().toISOString().slice(0, 10)}.csv`;
  await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    const data = { kind: "consent-ledger", file: fileName, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
  });
  let after: Row["act"] | null = null;
  let isStarted = false;
  const bytes = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const rows: Row[] = await inTransaction(ctx, (ctx) => loadActsAfter(ctx, after, BATCH));
      after = rows.at(-1)?.act ?? after;
      const head = isStarted ? "" : BYTE_ORDER_MARK + csvLine(COLUMNS);
      isStarted = true;
      if (rows.length > 0 || head !== "") controller.enqueue(fromUtf8(head + rows.map(lineOf).join("")));
      if (rows.length < BATCH) controller.close();
    },
  });
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}

const lineOf = ({ act, title, paperSentAt }: Row): string =>
  csvLine([
    ...[act.at.toISOString(), act.kind, act.name, act.email, publicId("envelope", act.envelopeId), title],
    ...[act.mode ?? "", act.version ?? "", act.locale ?? "", act.noticeSha256 ?? "", act.demonstration ?? ""],
    ...[act.detail, paperSentAt?.toISOString() ?? "", publicId("event", act.eventId)],
  ]);
