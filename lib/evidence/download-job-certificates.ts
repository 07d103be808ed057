import { and, asc, eq, gt, inArray, isNotNull, lte, type SQL } from "drizzle-orm";
import { bulkRows } from "#db/schema/bulk.ts";
import { certificates, envelopes, recipients, signingSteps } from "#db/schema/envelopes.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { getJob } from "#lib/envelopes/bulk/get-job.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { publicId } from "#lib/ids.ts";
import type { Download } from "./download.ts";

const COLUMNS = [
  ...["row", "envelope", "envelope_state", "act", "signer_name", "signer_email", "signed_at"],
  ...["certificate", "subject", "serial", "sha256", "valid_from", "valid_until"],
];
const BATCH = 500;
/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";

/**
 * One index of every signature in a bulk job and the certificate it was made with, and of everybody who read and
 * confirmed or approved without one, as CSV that is written while it is read; and records that.
 *
 * @throws envelopes/bulk-not-found; identity/reason-required
 */
export async function downloadJobCertificates(
  ctx: Context,
  input: { readonly jobId: string },
): Promise<Download> {
  requirePermission(ctx, "evidence.download");
  const { id, fileName: table } = await getJob(ctx, input);
  const fileName = `${table.replace(/\.[^.]*$/, "")} - certificates.csv`;
  await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    const data = { kind: "bulk-certificates", file: personal(fileName), job: id, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
  });
  let after = 0;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine(COLUMNS)));
    },
    async pull(controller) {
      const { rows, last } = await inTransaction(ctx, (ctx) => actsAfter(ctx, id, after));
      if (last === null) return controller.close();
      after = last;
      controller.enqueue(fromUtf8(rows.map(lineOf).join("")));
    },
  });
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}

type Row = Awaited<ReturnType<typeof actsAfter>>["rows"][number];

function lineOf({ number, envelopeId, state, act, name, email, at, certificate }: Row): string {
  const { id, subject, serial, sha256, notBefore, notAfter } = certificate ?? {};
  return csvLine([
    ...[String(number), publicId("envelope", envelopeId), state, act, name, email, at?.toISOString() ?? ""],
    ...[id ? publicId("certificate", id) : "", subject ?? "", serial ?? "", sha256 ?? ""],
    ...[notBefore?.toISOString() ?? "", notAfter?.toISOString() ?? ""],
  ]);
}

/** What people did who made no signature. */
const SAID = { viewer: "acknowledged", approver: "approved" } as const;

async function actsAfter(ctx: Context, jobId: string, after: number) {
  const own = and(eq(bulkRows.jobId, jobId), eq(bulkRows.organizationId, ctx.organizationId));
  const some = await ctx.connection
    .select({ number: bulkRows.number })
    .from(bulkRows)
    .where(and(own, gt(bulkRows.number, after)))
    .orderBy(asc(bulkRows.number))
    .limit(BATCH);
  const last = some.at(-1)?.number ?? null;
  if (last === null) return { rows: [], last };
  const within = and(
    own,
    gt(bulkRows.number, after),
    lte(bulkRows.number, last),
    eq(envelopes.organizationId, ctx.organizationId),
  );
  const signed = await signaturesWithin(ctx, within);
  const said = await wordsWithin(ctx, within);
  const rows = [...signed, ...said].toSorted((a, b) => a.number - b.number || a.position - b.position);
  return { rows, last };
}

async function signaturesWithin(ctx: Context, within: SQL | undefined) {
  const { id, subject, serial, sha256, notBefore, notAfter } = certificates;
  const rows = await ctx.connection
    .selectDistinctOn([bulkRows.number, recipients.position, recipients.id], {
      ...{ number: bulkRows.number, envelopeId: bulkRows.id, state: envelopes.state },
      ...{ position: recipients.position, name: recipients.name, email: recipients.email },
      at: recipients.signedAt,
      certificate: { id, subject, serial, sha256, notBefore, notAfter },
    })
    .from(bulkRows)
    .innerJoin(envelopes, eq(envelopes.id, bulkRows.id))
    .innerJoin(signingSteps, eq(signingSteps.envelopeId, bulkRows.id))
    .innerJoin(recipients, eq(recipients.id, signingSteps.recipientId))
    .innerJoin(certificates, eq(id, signingSteps.certificateId))
    .where(and(within, isNotNull(signingSteps.doneAt)))
    .orderBy(asc(bulkRows.number), asc(recipients.position), asc(recipients.id));
  return rows.map((row) => ({ ...row, act: "signed" }));
}

async function wordsWithin(ctx: Context, within: SQL | undefined) {
  const rows = await ctx.connection
    .select({
      ...{ number: bulkRows.number, envelopeId: bulkRows.id, state: envelopes.state },
      ...{ position: recipients.position, name: recipients.name, email: recipients.email },
      ...{ at: recipients.finishedAt, role: recipients.role },
    })
    .from(bulkRows)
    .innerJoin(envelopes, eq(envelopes.id, bulkRows.id))
    .innerJoin(recipients, eq(recipients.envelopeId, bulkRows.id))
    .where(and(within, inArray(recipients.role, ["viewer", "approver"]), eq(recipients.state, "finished")));
  return rows.map(({ role, ...row }) => ({
    ...row,
    act: SAID[role as keyof typeof SAID],
    certificate: null,
  }));
}
