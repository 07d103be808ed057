import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { expectedPurgeDay, isReminderDue } from "./core/purge.ts";
import { dayOf, isComingUp, NOTICE_DAYS, REMINDER_DAYS } from "./core/schedule.ts";
import { extendHolds } from "./place-hold.ts";
import {
  dequeue,
  enqueue,
  loadComingUp,
  loadQueue,
  lockPurge,
  type PurgeRow,
  saveNotices,
} from "./queue-store.ts";
import { ruleOf } from "./rule.ts";
import { lockEnvelope } from "./store.ts";

const DAY_MS = 86_400_000;
const AT_ONCE = 500;
const MOST_WAITING = 10_000;

/**
 * Once a night: holds what has come to match a hold, takes out of the queue what a changed class keeps longer, and
 * puts in what comes up within a fortnight. Who decides is told once for all that is new, and once more a week before
 * it may be destroyed.
 *
 * @returns how many were put in
 */
export async function planPurges(ctx: Context): Promise<number> {
  requireSystem(ctx);
  await extendHolds(ctx);
  const waiting = await inTransaction(ctx, (ctx) => loadQueue(ctx, ["due", "reviewed"], MOST_WAITING));
  for (const { envelope } of waiting) await inTransaction(ctx, (ctx) => reconsider(ctx, envelope.id));

  const now = ctx.now();
  const before = new Date(now.getTime() + (NOTICE_DAYS + 1) * DAY_MS);
  const wanted = { before, today: dayOf(now), limit: AT_ONCE };
  let queued = 0;
  for (let goesOn = true; goesOn; ) {
    const known = queued;
    const coming = await inTransaction(ctx, (ctx) => loadComingUp(ctx, wanted));
    for (const { id } of coming) {
      if (await inTransaction(ctx, (ctx) => queue(ctx, id))) queued++;
    }
    goesOn = coming.length === AT_ONCE && queued > known;
  }
  const isNew = ({ announcedAt }: PurgeRow) => announcedAt === null;
  await inTransaction(ctx, (ctx) => announce(ctx, NOTICE_DAYS, isNew, { announcedAt: now }));
  const isNear = (purge: PurgeRow) => isReminderDue(purge, now);
  await inTransaction(ctx, (ctx) => announce(ctx, REMINDER_DAYS, isNear, { remindedAt: now }));
  return queued;
}

/** Tells those who decide, and writes down that they are told: one for all, and both or neither. */
async function announce(
  ctx: Context,
  daysAhead: number,
  isMeant: (purge: PurgeRow) => boolean,
  notice: Parameters<typeof saveNotices>[2],
): Promise<void> {
  const rows = await loadQueue(ctx, ["due", "reviewed", "approved"], MOST_WAITING);
  const meant = rows.map(({ purge }) => purge).filter(isMeant);
  if (meant.length === 0) return;
  await saveNotices(
    ctx,
    meant.map(({ envelopeId }) => envelopeId),
    notice,
  );
  const [dueOn] = meant.map((purge) => expectedPurgeDay({ ...purge, ...notice }, ctx.now())).toSorted();
  const data = { envelopes: meant.length, dueOn: dueOn!, daysAhead };
  await appendEvent(ctx, { type: "purge.announced", envelopeId: null, data });
}

/** @returns whether it was put in. */
async function queue(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  const rule = await ruleOf(ctx, envelope);
  const known = await lockPurge(ctx, envelopeId);
  const isOut =
    !known ||
    (known.state === "removed" && (known.returnsOn ?? "") <= dayOf(ctx.now())) ||
    (known.state === "archived" && rule?.class.action !== "archive");
  if (!rule || !isOut || envelope.heldSince || envelope.purgedAt) return false;
  const { dueOn } = rule;
  if (!isComingUp(dueOn, ctx.now())) return false;
  const { id, name, years, action } = rule.class;
  await enqueue(ctx, envelopeId, { dueOn, action });
  const data = { dueOn, class: id, name, years, action };
  await appendEvent(ctx, { type: "purge.queued", envelopeId, data });
  return true;
}

async function reconsider(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  if (purge?.state !== "due" && purge?.state !== "reviewed") return;
  const rule = await ruleOf(ctx, envelope);
  const isSame = rule?.dueOn === purge.dueOn && rule.class.action === purge.action;
  if (isSame && isComingUp(rule.dueOn, ctx.now())) return;
  await dequeue(ctx, envelopeId);
  const data = { because: "kept-longer", was: purge.state };
  await appendEvent(ctx, { type: "purge.stopped", envelopeId, data });
}
