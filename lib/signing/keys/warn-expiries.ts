import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { daysLeft, dueWarnings } from "../core/key-dates.ts";
import { allEnds, ownersOf } from "./list-ends.ts";
import { saveWarning } from "./store.ts";

const DAY_MS = 86_400_000;

/**
 * Records that the end of a key, a certificate or an access comes near; who looks after it is then told, of all at once
 * in one mail. Each warning happens once, however often this runs; of several that are due only the nearest to the end
 * does. Who made something for a month knows that it is for a month: warnings from before that are no news.
 *
 * @returns how many warnings there were
 */
export async function warnExpiries(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const { known } = await allEnds(ctx);
  const near = known.flatMap((one) => {
    const lifeDays = one.since
      ? (one.until.getTime() - one.since.getTime()) / DAY_MS
      : Number.POSITIVE_INFINITY;
    const due = dueWarnings(one.kind, one.until, ctx.now()).filter((days) => days < lifeDays);
    return due.length > 0 ? [{ ...one, due }] : [];
  });
  if (near.length === 0) return 0;
  return inTransaction(ctx, async (ctx) => {
    const owners = await ownersOf(ctx, near);
    const endings = [];
    for (const { kind, name, ref, until, due } of near) {
      const [nearest, ...passed] = due as [number, ...number[]];
      for (const days of passed) await saveWarning(ctx, ref, days);
      if (!(await saveWarning(ctx, ref, nearest))) continue;
      const left = daysLeft(until, ctx.now());
      const about = { kind, name, until: until.toISOString(), daysLeft: left };
      await appendEvent(ctx, {
        type: "certificate.expiring",
        envelopeId: null,
        data: { ...about, certificateSha256: ref, days: nearest },
      });
      endings.push({ ...about, owner: owners.get(ref) ?? null });
    }
    if (endings.length > 0)
      await appendEvent(ctx, { type: "expiry-digest.made", envelopeId: null, data: { endings } });
    return endings.length;
  });
}
