import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { daysLeft, dueWarnings } from "../core/key-dates.ts";
import { endingKeys } from "./list-keys.ts";
import { saveWarning } from "./store.ts";

/**
 * Records that the end of a key or certificate comes near; who looks after keys is then told. Each warning happens
 * once, however often this runs; of several that are due at once only the nearest to the end does.
 *
 * @returns how many warnings there were
 */
export async function warnExpiries(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  let warned = 0;
  for (const { kind, name, sha256, until } of await endingKeys(ctx)) {
    const [nearest, ...passed] = dueWarnings(kind, until, ctx.now());
    if (nearest === undefined) continue;
    const isNew = await inTransaction(ctx, async (ctx) => {
      for (const days of passed) await saveWarning(ctx, sha256, days);
      if (!(await saveWarning(ctx, sha256, nearest))) return false;
      const data = { kind, name, certificateSha256: sha256, until: until.toISOString(), days: nearest };
      await appendEvent(ctx, {
        type: "certificate.expiring",
        envelopeId: null,
        data: { ...data, daysLeft: daysLeft(until, ctx.now()) },
      });
      return true;
    });
    if (isNew) warned++;
  }
  return warned;
}
