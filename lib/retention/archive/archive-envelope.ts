import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { type FileToArchive, filesToArchive } from "#lib/evidence/files-to-archive.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { reached } from "#lib/signing/steps.ts";
import { lockOf } from "../core/archive-lock.ts";
import { leastDueOn } from "../rule.ts";
import { loadEnvelope, lockEnvelope } from "../store.ts";
import {
  findArchive,
  findPlace,
  loadArchivable,
  loadFiles,
  type PlaceRow,
  saveArchive,
  saveFile,
} from "./archive-store.ts";
import { followArchived } from "./keep-archive.ts";
import { openArchivePlace } from "./open-place.ts";

const AT_ONCE = 20;

/** Archives what is complete and not archived yet; for the clock. What is refused stands on the page and comes again. */
export async function archiveDue(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const due = await inTransaction(ctx, async (ctx) =>
    isUsable(await findPlace(ctx)) ? loadArchivable(ctx, ctx.now(), AT_ONCE) : [],
  );
  for (const envelopeId of due) await archiveEnvelope(ctx, { envelopeId });
  return due.length;
}

const isUsable = (place: PlaceRow | null): place is PlaceRow =>
  place !== null && place.triedAt !== null && place.refusal === null;

/**
 * Copies the sealed documents, the audit trail and the newest evidence package of a completed envelope to the chosen
 * bucket: encrypted by the envelope's own key, locked until its retention ends where the place locks, each read back
 * whole. Copies that are there already stay; a file that has grown since (an archive time-stamp) is copied again.
 */
export async function archiveEnvelope(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  const place = await inTransaction(ctx, findPlace);
  if (!isUsable(place)) return;
  try {
    if (await copyAll(ctx, envelopeId, place)) await followArchived(ctx, { envelopeId });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await noteFailure(ctx, envelopeId, place, error);
  }
}

/** @returns whether anything was copied */
async function copyAll(ctx: WorkerContext, envelopeId: EnvelopeId, place: PlaceRow): Promise<boolean> {
  const found = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    if (envelope.state !== "completed" || envelope.purgedAt) return null;
    const dueOn = await leastDueOn(ctx, envelope);
    return {
      envelope,
      dueOn,
      stored: await loadFiles(ctx, envelopeId),
      archive: await findArchive(ctx, envelopeId),
    };
  });
  if (!found?.dueOn) return false;
  const wanted = await filesToArchive(ctx, { envelopeId });
  if (wanted.length === 0) return false;
  const isThere = ({ name, sha256 }: FileToArchive) =>
    found.archive?.placeId === place.id &&
    found.stored.some((one) => one.name === name && one.sha256 === sha256);
  const missing = wanted.filter((one) => !isThere(one));
  if (missing.length === 0 && found.archive?.archivedAt) return false;

  const lock = lockOf(place, found.dueOn, ctx.now());
  const target = await openArchivePlace(ctx, place);
  const { runtime, organizationId } = ctx;
  for (const { name, sha256, ending, open } of missing) {
    const attempt = toHex(runtime.random(4));
    const key = `org/${organizationId}/envelopes/${envelopeId}/archive/${name}-${attempt}.${ending}.enc`;
    const bytes = (await open()) as unknown as AsyncIterable<Uint8Array>;
    const copy = await runtime.archive.put(target, key, bytes, lock);
    if (copy.sha256 !== sha256) throw new Error(`${name} of ${envelopeId} is not what was stored`);
    reached("archive: copied");
    const { versionId, sizeBytes } = copy;
    await inTransaction(ctx, (ctx) =>
      saveFile(ctx, {
        ...{ organizationId, envelopeId, name, objectKey: key, versionId, sha256, sizeBytes },
        storedAt: ctx.now(),
      }),
    );
  }
  await inTransaction(ctx, async (ctx) => {
    await lockEnvelope(ctx, envelopeId);
    const at = ctx.now();
    await saveArchive(ctx, {
      ...{ organizationId, envelopeId, placeId: place.id, triedAt: at, tries: 0, refusal: null },
      ...{ archivedAt: at, lockedUntil: lock?.until ?? null, isHeld: false, checkedAt: at, finding: null },
    });
    const files = Object.fromEntries(wanted.map(({ name, sha256 }) => [name, sha256]));
    const data = {
      ...{ place: place.id, bucket: place.bucket, files, lockMode: lock?.mode ?? null },
      lockedUntil: lock?.until.toISOString() ?? null,
    };
    await appendEvent(ctx, { type: "envelope.archived", envelopeId, data });
  });
  return true;
}

async function noteFailure(
  ctx: WorkerContext,
  envelopeId: EnvelopeId,
  place: PlaceRow,
  { code }: AppError,
): Promise<void> {
  const { organizationId } = ctx;
  ctx.runtime.log.warn({ code, envelopeId }, "not archived; tried again later");
  await inTransaction(ctx, async (ctx) => {
    const known = await findArchive(ctx, envelopeId);
    await saveArchive(ctx, {
      ...{ organizationId, envelopeId, placeId: known?.placeId ?? place.id, refusal: code },
      ...{ triedAt: ctx.now(), tries: (known?.tries ?? 0) + 1 },
    });
    // Once for each reason: a bucket that is away for a day would fill the chain.
    if (known?.refusal === code) return;
    await appendEvent(ctx, { type: "archive.failed", envelopeId, data: { place: place.id, refusal: code } });
  });
}
