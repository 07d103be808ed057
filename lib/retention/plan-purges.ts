import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { dayOf, isComingUp, NOTICE_DAYS } from "./core/schedule.ts";
import { extendHolds } from "./place-hold.ts";
import { dequeue, enqueue, loadComingUp, loadQueue, lockPurge } from "./queue-store.ts";
import { ruleOf } from "./rule.ts";
import { lockEnvelope } from "./store.ts";

const DAY_MS = 86_400_000;
const AT_ONCE = 500;
const MOST_WAITING = 10_000;

/**
 * Once a night: holds what has come to match a hold, takes out of the queue what a changed class keeps longer, and
 * puts in what comes up within a fortnight. Who decides is told once for all that is new.
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
  let earliest: string | null = null;
  for (let goesOn = true; goesOn; ) {
    const known = queued;
    const coming = await inTransaction(ctx, (ctx) => loadComingUp(ctx, wanted));
    for (const { id } of coming) {
      const dueOn = await inTransaction(ctx, (ctx) => queue(ctx, id));
      if (dueOn === null) continue;
      queued++;
      if (earliest === null || dueOn < earliest) earliest = dueOn;
    }
    goesOn = coming.length === AT_ONCE && queued > known;
  }
  if (earliest !== null) {
    const data = { envelopes: queued, dueOn: earliest };
    await inTransaction(ctx, (ctx) => appendEvent(ctx, { type: "purge.announced", envelopeId: null, data }));
  }
  return queued;
}

/** @returns the day, when it was put in. */
async function queue(ctx: Context, envelopeId: EnvelopeId): Promise<string | null> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  const rule = await ruleOf(ctx, envelope);
  const known = await lockPurge(ctx, envelopeId);
  const isOut = !known || (known.state === "removed" && (known.returnsOn ?? "") <= dayOf(ctx.now()));
  if (!rule || !isOut || envelope.heldSince || envelope.purgedAt) return null;
  const { dueOn } = rule;
  if (!isComingUp(dueOn, ctx.now())) return null;
  await enqueue(ctx, envelopeId, dueOn);
  const data = { dueOn, class: rule.class.id, name: rule.class.name, years: rule.class.years };
  await appendEvent(ctx, { type: "purge.queued", envelopeId, data });
  return dueOn;
}

async function reconsider(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  if (purge?.state !== "due" && purge?.state !== "reviewed") return;
  const rule = await ruleOf(ctx, envelope);
  if (rule && rule.dueOn === purge.dueOn && isComingUp(rule.dueOn, ctx.now())) return;
  await dequeue(ctx, envelopeId);
  const data = { because: "kept-longer", was: purge.state };
  await appendEvent(ctx, { type: "purge.stopped", envelopeId, data });
}
