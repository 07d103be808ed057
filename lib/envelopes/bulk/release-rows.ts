import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { FileStore } from "#lib/ports/files.ts";
import { policyOf } from "../authentication/policy.ts";
import type { SourceFile } from "../core/bulk/bulk-source.ts";
import { quietMinutes, shareOut } from "../core/bulk/pacing.ts";
import { bulkSettings } from "./may-send.ts";
import { fileKeysIn, saveEnvelopes } from "./save-envelopes.ts";
import {
  changeJob,
  type JobRow,
  keysSentBefore,
  loadJob,
  loadPaced,
  loadZones,
  lockJob,
  lockSending,
  markRows,
  nextRows,
  type RowRow,
} from "./store.ts";

/**
 * Sends the rows whose turn it is, of every running job of an organization. The envelope, its events and the row that
 * says it is sent are one transaction: cut off anywhere, a row went out or did not, and never twice.
 *
 * @returns how many rows went out
 */
export async function releaseRows(ctx: Context): Promise<number> {
  requireSystem(ctx);
  const plan = await inTransaction(ctx, planNext);
  let count = 0;
  for (const { job, rows } of plan) {
    try {
      await copyFiles(ctx, job, rows);
    } catch (error) {
      // What is gone for good stops the job; what cannot be reached now is tried again in a second.
      if (!(error instanceof AppError) || error.code !== "files/not-found") throw error;
      await pauseByItself(ctx, job.id, "files");
      continue;
    }
    count += await inTransaction(ctx, (ctx) => release(ctx, job.id, rows));
  }
  return count;
}

/** When seals or time-stamps are slow, envelopes do not pile up before them. */
const room = ({ perMinute, underWay }: { readonly perMinute: number; readonly underWay: number }): number =>
  Math.max(0, Math.max(perMinute, LEAST_UNDER_WAY) - underWay);
const LEAST_UNDER_WAY = 20;

type Planned = { readonly job: JobRow; readonly rows: readonly RowRow[] };

async function planNext(ctx: Context): Promise<Planned[]> {
  const now = ctx.now();
  const paced = await loadPaced(ctx, now);
  const { perMinute } = await bulkSettings(ctx);
  const used = paced.reduce((sum, { inWindow }) => sum + inWindow, 0);
  const waiting = paced.map((job) => ({ ...job, waiting: job.hasWaiting ? room(job) : 0 }));
  const shares = shareOut(waiting, Math.max(0, perMinute - used));
  const plan: Planned[] = [];
  for (const { id, hasWaiting } of paced) {
    if (!hasWaiting) await finish(ctx, id);
    const limit = shares.get(id) ?? 0;
    if (limit === 0) continue;
    const job = await loadJob(ctx, id);
    const rows = await nextRows(ctx, id, { limit, quietZones: await quietZones(ctx, job, now) });
    if (rows.length > 0) plan.push({ job, rows });
  }
  return plan;
}

/** The zones, as rows name them, in which nobody is written to now. */
async function quietZones(ctx: Context, { id, quietHours }: JobRow, now: Date): Promise<string[]> {
  if (!quietHours) return [];
  const zones = await loadZones(ctx, id);
  return zones.filter((zone) => quietMinutes(quietHours, zone || quietHours.timeZone, now) > 0);
}

async function finish(ctx: Context, jobId: string): Promise<void> {
  const job = await lockJob(ctx, jobId);
  if (job.state !== "running") return;
  await changeJob(ctx, jobId, { state: "done", endedAt: ctx.now() });
  await appendEvent(ctx, { type: "bulk-job.finished", envelopeId: null, data: { job: jobId } });
}

/** Every envelope has its own copies, under its own key: what is destroyed with it is all there was of it. */
async function copyFiles(ctx: Context, { source }: JobRow, rows: readonly RowRow[]): Promise<void> {
  const { files } = ctx.runtime;
  for (const { id: documentId, original, preview } of source.documents) {
    const [readOriginal, readPreview] = await Promise.all([
      readerOf(files, original),
      readerOf(files, preview),
    ]);
    const copyOf = async ({ id }: RowRow) => {
      const { originalKey, previewKey } = fileKeysIn(ctx.organizationId, id, documentId);
      await files.put(originalKey, await readOriginal());
      await files.put(previewKey, await readPreview());
    };
    for (let start = 0; start < rows.length; start += AT_ONCE)
      await Promise.all(rows.slice(start, start + AT_ONCE).map(copyOf));
  }
}

/** The disk is what copies wait for. */
const AT_ONCE = 8;
const HELD_BYTES = 8 * 1024 * 1024;

/** Hands out a file again and again; one that is not large is read once for all. */
async function readerOf(files: FileStore, { fileKey, sizeBytes }: SourceFile): Promise<() => Promise<Bytes>> {
  const stream = async () => (await files.stream(fileKey)) as unknown as AsyncIterable<Uint8Array>;
  if (sizeBytes > HELD_BYTES) return stream;
  const held = await Array.fromAsync(await stream());
  return async () => held;
}

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function release(ctx: Context, jobId: string, planned: readonly RowRow[]): Promise<number> {
  await lockSending(ctx);
  const job = await lockJob(ctx, jobId);
  if (job.state !== "running") return 0;
  const now = ctx.now();
  const inWindow = (await loadPaced(ctx, now)).find(({ id }) => id === jobId)!.inWindow;
  const ids = planned.slice(0, Math.max(0, job.perMinute - inWindow)).map(({ id }) => id);
  if (ids.length === 0) return 0;
  const rows = await nextRows(ctx, jobId, { limit: ids.length, quietZones: [], ids });
  const fresh = await withoutRepeats(ctx, job, rows);
  await saveEnvelopes(
    ctx,
    job,
    fresh.map(({ id, number, cells }) => ({ id, number, cells: cells ?? [] })),
    await policyOf(ctx, null, job.source.chosenClass?.id),
  );
  const sent = fresh.map(({ id }) => id);
  await markRows(ctx, jobId, sent, { state: "sent", sentAt: now });
  return sent.length;
}

/** Two jobs with the same rows may run side by side: whoever comes second leaves them. */
async function withoutRepeats(ctx: Context, job: JobRow, rows: readonly RowRow[]): Promise<RowRow[]> {
  if (job.allowsRepeats) return [...rows];
  const before = await keysSentBefore(
    ctx,
    job.id,
    rows.map(({ key }) => key!),
  );
  const isRepeat = ({ key }: RowRow) => before.has(toHex(key!));
  const repeats = rows.filter(isRepeat).map(({ id }): EnvelopeId => id);
  await markRows(ctx, job.id, repeats, { state: "wrong", problems: [{ code: "sent-before", column: null }] });
  return rows.filter((row) => !isRepeat(row));
}

/** Stops a job that should not go on by itself. Part of what our own jobs do. */
export async function pauseByItself(
  ctx: Context,
  jobId: string,
  because: "bounces" | "mail" | "files",
): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, async (ctx) => {
    const job = await lockJob(ctx, jobId);
    if (job.state !== "running") return;
    await changeJob(ctx, jobId, { state: "paused", pauseReason: because });
    await appendEvent(ctx, { type: "bulk-job.paused", envelopeId: null, data: { job: jobId, because } });
  });
}
