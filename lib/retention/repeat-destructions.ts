import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { NOTICE_DAYS, REMINDER_DAYS } from "./core/schedule.ts";
import { destroyedEnvelopes, readDestroyedNote } from "./destroyed-notes.ts";
import { saveDestruction } from "./destruction-store.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { hasLiveKey } from "./purge-store.ts";
import { letThroughAgain, lockPurge } from "./queue-store.ts";
import { ruleOf } from "./rule.ts";
import { lockEnvelope } from "./store.ts";

const DAY_MS = 86_400_000;
const daysBefore = (day: string, days: number) => new Date(Date.parse(day) - days * DAY_MS);

export interface Repeated {
  readonly again: readonly EnvelopeId[];
  /** Destroyed before, back with the database, and not destroyed now: held, or kept longer by a class. */
  readonly kept: readonly EnvelopeId[];
}

/**
 * Destroys anew what had been destroyed and came back with a database from a backup, before anybody can open it: what
 * stands among the files as destroyed while its key is in the database. Safe to run at every start.
 *
 * @throws files/unavailable: nothing may be served then
 */
export async function repeatDestructions(ctx: Context): Promise<Repeated> {
  requireSystem(ctx);
  const back: EnvelopeId[] = [];
  for await (const envelopeId of destroyedEnvelopes(ctx))
    if (await inTransaction(ctx, (ctx) => hasLiveKey(ctx, envelopeId))) back.push(envelopeId);
  const [again, kept]: [EnvelopeId[], EnvelopeId[]] = [[], []];
  for (const envelopeId of back) {
    await repeatOne(ctx, envelopeId);
    const isKept = await inTransaction(ctx, (ctx) => hasLiveKey(ctx, envelopeId));
    (isKept ? kept : again).push(envelopeId);
  }
  if (again.length > 0)
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, {
        type: "database.restored",
        envelopeId: null,
        data: { destroyedAgain: again.length, kept: kept.length },
      }),
    );
  return { again, kept };
}

async function repeatOne(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  const note = await readDestroyedNote(ctx, envelopeId);
  const { organizationId } = ctx;
  try {
    await inTransaction(ctx, async (ctx) => {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const known = await lockPurge(ctx, envelopeId);
      if (known?.state === "approved" || known?.state === "purging") return;
      const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
      const { by: approvedBy, role: approverRole, at } = note.approved;
      await saveDestruction(ctx, { organizationId, id, approvedBy, approverRole, approvedAt: new Date(at) });
      const action = (await ruleOf(ctx, envelope))?.class.action ?? "destroy";
      await letThroughAgain(ctx, envelopeId, {
        // They were told in time, before it was destroyed for the first time.
        announcedAt: daysBefore(note.dueOn, NOTICE_DAYS),
        remindedAt: daysBefore(note.dueOn, REMINDER_DAYS),
        ...{ dueOn: note.dueOn, action, destructionId: id, reviewedBy: note.reviewed.by },
        ...{ reviewerRole: note.reviewed.role, reviewedAt: new Date(note.reviewed.at) },
      });
      // The chain that came back may be older than what two people decided.
      const data = { reviewedBy: note.reviewed.by, approvedBy, destruction: id };
      await appendEvent(ctx, { type: "purge.repeated", envelopeId, data });
    });
    await purgeEnvelope(ctx, { envelopeId });
  } catch (error) {
    // Its key alone matters before anything is served; the rest goes on by the clock.
    if (!(error instanceof AppError)) throw error;
    ctx.runtime.log.warn(
      { err: error, code: error.code, envelopeId },
      "not destroyed again; tried again later",
    );
  }
}
