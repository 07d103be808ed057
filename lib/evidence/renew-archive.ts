import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { concatSource, sha256Of, sourceOf, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import type { OpenFile } from "#lib/ports/files.ts";
import { requireLonger } from "#lib/signing/core/outlast.ts";
import { recordArchiveTimestamp } from "#lib/signing/record-archive-timestamp.ts";
import { renewDocumentTimestamp, renewTimestamp } from "#lib/signing/renew-timestamp.ts";
import { evidenceError } from "./errors.ts";
import { loadArchiveLine, loadDueTimestamps, loadRecord } from "./store.ts";

const DAY_MS = 86_400_000;
/** Long enough for an authority that is away for months. */
const AHEAD_MS = 400 * DAY_MS;
const AT_ONCE = 50;
/** What could not be bettered is tried again a day later. */
const tried = new Map<string, number>();

/**
 * Puts a new time-stamp over each completed document and audit trail whose newest could soon not be checked any
 * more: because its authority's certificate ends, or one of its algorithms. What would last no longer is not put over it.
 *
 * @returns how many were renewed; what failed is logged and due again.
 */
export async function renewArchive(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const now = ctx.now().getTime();
  const due = await inTransaction(ctx, (ctx) =>
    loadDueTimestamps(ctx, { now: new Date(now), before: new Date(now + AHEAD_MS) }, AT_ONCE + tried.size),
  );
  let renewed = 0;
  for (const { id, envelopeId, documentId, number, until: outlasts } of due) {
    if (renewed === AT_ONCE || now - (tried.get(id) ?? Number.NEGATIVE_INFINITY) < DAY_MS) continue;
    try {
      const next = { envelopeId, number: number + 1, outlasts };
      if (documentId) {
        const { revisions } = await inTransaction(ctx, (ctx) => loadRecord(ctx, envelopeId));
        const newest = revisions.findLast((revision) => revision.documentId === documentId)!;
        await renewDocumentTimestamp(ctx, { ...next, documentId, after: newest.number });
      } else await renewAuditTrail(ctx, next);
      renewed++;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      ctx.runtime.log.warn(
        { err: error, envelopeId },
        "archive time-stamp not renewed; tried again tomorrow",
      );
    }
    tried.set(id, now);
  }
  for (const [id, at] of tried) if (now - at >= DAY_MS) tried.delete(id);
  return renewed;
}

async function renewAuditTrail(
  ctx: WorkerContext,
  {
    envelopeId,
    number,
    outlasts,
  }: { readonly envelopeId: EnvelopeId; readonly number: number; readonly outlasts: Date },
): Promise<void> {
  const { files, random } = ctx.runtime;
  const keys = await inTransaction(ctx, (ctx) => auditTrailKeys(ctx, envelopeId));
  const parts: OpenFile[] = [];
  try {
    for (const key of keys) parts.push(await files.open(key));
    const source = concatSource(...parts);
    const { tail, until } = await renewTimestamp(ctx, { file: PdfFile.open(source), source }, random(32));
    requireLonger(until, outlasts);
    const tailKey = `org/${ctx.organizationId}/envelopes/${envelopeId}/audit-trail-${number}-${toHex(random(4))}.tail.enc`;
    await files.put(tailKey, [tail], tail.length);
    const whole = concatSource(source, sourceOf(tail));
    const sha256 = sha256Of(whole);
    await inTransaction(ctx, async (ctx) => {
      await loadRecord(ctx, envelopeId, true);
      // Another worker was faster: its time-stamp stands, ours was never part of anything.
      if ((await auditTrailKeys(ctx, envelopeId)).length !== keys.length) return;
      const sizeBytes = whole.size;
      await recordArchiveTimestamp(ctx, {
        ...{ envelopeId, documentId: null, number, until },
        ...{ tailKey, sha256, sizeBytes },
      });
      const data = { sha256, until: until.toISOString() };
      await appendEvent(ctx, { type: "archive-timestamp.renewed", envelopeId, data });
    });
  } finally {
    for (const part of parts) part.close();
  }
}

/** The files that make up an audit trail, in order. */
async function auditTrailKeys(ctx: WorkerContext, envelopeId: EnvelopeId): Promise<string[]> {
  const { artifacts } = await loadRecord(ctx, envelopeId);
  const trail = artifacts.find(({ kind }) => kind === "audit-trail");
  if (!trail) throw evidenceError("not-complete", "the audit trail is made at completion");
  const line = await loadArchiveLine(ctx, envelopeId);
  return [trail.fileKey, ...line.flatMap(({ tailKey }) => tailKey ?? [])];
}
