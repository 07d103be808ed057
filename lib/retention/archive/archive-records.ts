import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { chainToArchive, type RecordToArchive, reportsToArchive } from "#lib/evidence/records-to-archive.ts";
import { lockOf } from "../core/archive-lock.ts";
import { dueDay, FLOOR_YEARS } from "../core/schedule.ts";
import { findPlace, hasRecord, type PlaceRow, saveRecord } from "./archive-store.ts";
import { openArchivePlace } from "./open-place.ts";

const AT_ONCE = 20;

/**
 * Once a day: copies sealed reports that are not in the archive yet, and once a month the organization's own audit chain,
 * encrypted, each read back whole, and locked for seven years where the place locks. What is refused comes again.
 *
 * @returns how many were copied
 */
export async function archiveRecords(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const place = await inTransaction(ctx, findPlace);
  if (!place || place.triedAt === null || place.refusal !== null) return 0;
  const chain = chainToArchive(ctx);
  const isThere = await inTransaction(ctx, (ctx) => hasRecord(ctx, chain));
  const due = [...(await reportsToArchive(ctx, AT_ONCE)), ...(isThere ? [] : [chain])];
  let copied = 0;
  for (const record of due) {
    try {
      await copy(ctx, place, record);
      copied++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ctx.runtime.log.warn({ code: error.code, kind: record.kind }, "a record is not archived; tried again");
      break;
    }
  }
  return copied;
}

async function copy(ctx: WorkerContext, place: PlaceRow, record: RecordToArchive): Promise<void> {
  const { kind, subject, ending, sha256, open } = record;
  const { runtime, organizationId } = ctx;
  const lock = lockOf(place, dueDay(ctx.now(), FLOOR_YEARS), ctx.now());
  const target = await openArchivePlace(ctx, place);
  const attempt = toHex(runtime.random(4));
  const key = `org/${organizationId}/records/${kind}-${subject}-${attempt}.${ending}.enc`;
  const stored = await runtime.archive.put(target, key, await open(), lock);
  if (sha256 !== null && stored.sha256 !== sha256)
    throw new Error(`${kind} ${subject} is not what was stored`);
  const { versionId, sizeBytes } = stored;
  await inTransaction(ctx, async (ctx) => {
    const lockedUntil = lock?.until ?? null;
    const isNew = await saveRecord(ctx, {
      ...{ organizationId, kind, subject, placeId: place.id, objectKey: key, versionId },
      ...{ sha256: stored.sha256, sizeBytes, lockedUntil, storedAt: ctx.now() },
    });
    if (!isNew) return;
    const data = {
      ...{
        kind,
        subject,
        sha256: stored.sha256,
        place: place.id,
        bucket: place.bucket,
        lockMode: lock?.mode ?? null,
      },
      lockedUntil: lockedUntil?.toISOString() ?? null,
    };
    await appendEvent(ctx, { type: "record.archived", envelopeId: null, data });
  });
}
