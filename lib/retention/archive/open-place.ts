import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toHex, toUtf8 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { ArchivePlace } from "#lib/ports/archive.ts";
import { changePlace, loadPlaceOf, type PlaceRow } from "./archive-store.ts";
import { archivePurpose } from "./set-place.ts";

/** As long as a trial's object is locked: it cannot be removed before. */
const TRIAL_LOCK_MS = 60_000;

/** A place with the secret to get in. */
export async function openArchivePlace(ctx: WorkerContext, row: PlaceRow): Promise<ArchivePlace> {
  const { endpoint, region, bucket, keyPrefix, accessKeyId } = row;
  const secret = await ctx.runtime.openSecret(archivePurpose(row.id), row.sealedSecret);
  return { endpoint, region, bucket, keyPrefix, accessKeyId, secretAccessKey: toUtf8(secret) };
}

/**
 * Tries a place out: write, read back, and remove; where copies are to be locked, the bucket has to refuse removing
 * one. What it is refused with stands on the page, and nothing is archived there until a trial went well.
 */
export async function tryArchivePlace(
  ctx: WorkerContext,
  input: { readonly placeId: string },
): Promise<void> {
  requireSystem(ctx);
  const row = await inTransaction(ctx, (ctx) => loadPlaceOf(ctx, input.placeId));
  if (row.removedAt) return;
  const place = await openArchivePlace(ctx, row);
  const { runtime } = ctx;
  const until = new Date(ctx.now().getTime() + TRIAL_LOCK_MS);
  const lock = row.lockMode ? { mode: row.lockMode, until } : null;
  const key = `org/${ctx.organizationId}/archive-trial-${toHex(runtime.random(6))}.txt`;
  const refusal = await runtime.archive.tryOut(place, key, lock).then(
    () => null,
    (error: unknown) => {
      if (isRefusal(error)) return error.code;
      throw error;
    },
  );
  await inTransaction(ctx, async (ctx) => {
    await changePlace(ctx, row.id, { triedAt: ctx.now(), refusal });
    const data = { place: row.id, lockMode: row.lockMode, refusal };
    await appendEvent(ctx, { type: "archive-place.tried", envelopeId: null, data });
  });
}
