import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { bouncesTooOften, quietMinutes, WINDOW_MS } from "../core/bulk/pacing.ts";
import { bulkSettings } from "./may-send.ts";
import { pauseByItself } from "./release-rows.ts";
import {
  beginSend,
  countInWindow,
  countSends,
  endSend,
  findRow,
  hasBegun,
  lockJob,
  lockSending,
  markBounced,
} from "./store.ts";

export interface Invitation {
  readonly eventId: string;
  readonly envelopeId: EnvelopeId;
  readonly recipientId: RecipientId;
}

/** Whether an envelope was made of a row of a table. Part of our own jobs. */
export async function isOfBulkJob(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  requireSystem(ctx);
  return (await findRow(ctx, envelopeId)) !== null;
}

/** How long to wait before asking again, where nothing tells. */
const PAUSED_SECONDS = 10;
const IN_FLIGHT_SECONDS = 2;

const untilFree = (oldestDoneAt: Date | null, now: Date): number =>
  oldestDoneAt
    ? Math.max(1, Math.ceil((oldestDoneAt.getTime() + WINDOW_MS - now.getTime()) / 1_000))
    : IN_FLIGHT_SECONDS;

/**
 * Sends an invitation when the throttle of its bulk job lets it; one that belongs to no job goes at once. However late
 * envelopes get ready, and however many of them at once: in no 60 seconds more than the limit go out.
 *
 * @param send gives what became of the mail, or null when there was nothing to send any more.
 * @returns after how many seconds to come again; null when it is done
 */
export async function sendInTurn(
  ctx: Context,
  invitation: Invitation,
  send: () => Promise<"delivered" | "refused" | null>,
): Promise<number | null> {
  requireSystem(ctx);
  const message = `${invitation.eventId}.${invitation.recipientId}`;
  const turn = await inTransaction(ctx, (ctx) => takeTurn(ctx, invitation, message));
  if (turn.kind === "wait") return turn.seconds;
  if (turn.kind === "free") {
    await send();
    return null;
  }
  let outcome: Awaited<ReturnType<typeof send>> = null;
  try {
    outcome = await send();
  } catch (error) {
    // The server takes nothing now: the rest need not try it one by one.
    if (isRefusal(error, "mail/unavailable")) await pauseByItself(ctx, turn.jobId, "mail");
    throw error;
  } finally {
    await inTransaction(ctx, (ctx) => endSend(ctx, message, outcome));
  }
  if (outcome === "refused") await lookAtBounces(ctx, turn.jobId, turn.bouncePercent);
  return null;
}

type Turn =
  | { readonly kind: "free" }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "go"; readonly jobId: string; readonly bouncePercent: number };

async function takeTurn(ctx: Context, { envelopeId }: Invitation, message: string): Promise<Turn> {
  const row = await findRow(ctx, envelopeId);
  if (!row) return { kind: "free" };
  await lockSending(ctx);
  const job = await lockJob(ctx, row.jobId);
  const now = ctx.now();
  // Somebody whose turn comes later in an envelope that is under way is not kept waiting by a pause.
  if (!(await hasBegun(ctx, envelopeId))) {
    if (job.state === "paused") return { kind: "wait", seconds: PAUSED_SECONDS };
    const { quietHours } = job;
    const minutes = quietHours ? quietMinutes(quietHours, row.timeZone || quietHours.timeZone, now) : 0;
    if (minutes > 0) return { kind: "wait", seconds: minutes * 60 };
  }
  const { perMinute } = await bulkSettings(ctx);
  const full = [
    { limit: job.perMinute, window: await countInWindow(ctx, job.id, now) },
    { limit: perMinute, window: await countInWindow(ctx, null, now) },
  ].find(({ limit, window }) => window.count >= limit);
  if (full) return { kind: "wait", seconds: untilFree(full.window.oldestDoneAt, now) };
  const { organizationId } = ctx;
  await beginSend(ctx, { organizationId, message, jobId: job.id, envelopeId, begunAt: now });
  return { kind: "go", jobId: job.id, bouncePercent: job.bouncePercent };
}

/**
 * An invitation that was taken and came back later counts as one that was refused: too many pause their job. Does
 * nothing for a mail of no bulk job.
 */
export async function noteBounce(ctx: Context, message: string): Promise<void> {
  requireSystem(ctx);
  const job = await inTransaction(ctx, (ctx) => markBounced(ctx, message));
  if (job) await lookAtBounces(ctx, job.jobId, job.bouncePercent);
}

async function lookAtBounces(ctx: Context, jobId: string, percent: number): Promise<void> {
  const { done, refused } = await inTransaction(ctx, (ctx) => countSends(ctx, jobId));
  if (bouncesTooOften(refused, done, percent)) await pauseByItself(ctx, jobId, "bounces");
}
