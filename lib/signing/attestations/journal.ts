import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { Attestation } from "#lib/envelopes/core/attestation.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { journalRows } from "./store.ts";

const BATCH = 500;
const SHOWN = 50;
const BYTE_ORDER_MARK = "\ufeff";

const COLUMNS = [
  ...["Time (UTC)", "Notary", "Act", "Signer and certificate", "State", "County", "Identification"],
  ...["Identification detail", "Commission", "Commission state", "Commission expires", "Fee"],
  ...["Document", "Envelope"],
] as const;

type Row = Awaited<ReturnType<typeof journalRows>>[number];

function cellsOf({ entry, madeAt, name, block, title, shortId }: Row): string[] {
  if (entry.kind !== "notary") return [];
  return [
    ...[madeAt!.toISOString(), name, entry.act, block, entry.venueState, entry.venueCounty],
    ...[entry.identification, entry.identificationDetail, entry.commissionNumber, entry.commissionState],
    ...[entry.commissionExpiresOn, entry.fee, title, shortId],
  ];
}

/** The journal of notarial acts as a table, newest first. @throws identity/reason-required */
export async function exportJournal(ctx: Context) {
  requirePermission(ctx, "journal.read");
  await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    await appendEvent(ctx, { type: "journal.exported", envelopeId: null, data: { reason } });
  });
  let before: Date | null = null;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine([...COLUMNS])));
    },
    async pull(controller) {
      const rows: Row[] = await inTransaction(ctx, (ctx) => journalRows(ctx, before, BATCH));
      if (rows.length === 0) return controller.close();
      before = rows.at(-1)!.madeAt;
      controller.enqueue(fromUtf8(rows.map((row) => csvLine(cellsOf(row))).join("")));
    },
  });
  const contentType = "text/csv; charset=utf-8";
  return { fileName: "Notary journal.csv", contentType, sizeBytes: null, bytes };
}

export interface JournalEntry {
  readonly entry: Extract<Attestation, { kind: "notary" }>;
  readonly madeAt: Date;
  readonly notary: string;
  readonly block: string;
  readonly envelopeId: string;
  readonly title: string;
}

/** The newest acts of notaries. */
export async function listJournal(ctx: Context): Promise<JournalEntry[]> {
  requirePermission(ctx, "journal.read");
  const rows = await inTransaction(ctx, (ctx) => journalRows(ctx, null, SHOWN));
  return rows.flatMap(({ entry, madeAt, name, block, envelopeId, title }) =>
    entry.kind === "notary" ? [{ entry, madeAt: madeAt!, notary: name, block, envelopeId, title }] : [],
  );
}
