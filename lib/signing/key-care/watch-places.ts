import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import type { KeyProviderView } from "#lib/pki/key-providers/list-key-providers.ts";
import { findNotice, saveNotice } from "../notices-store.ts";
import { loadActiveSeal } from "../store.ts";
import { loadStandby } from "./store.ts";

/**
 * Records once for each outage that the place of the organization's seal key cannot be used, and that it can be used
 * again: who looks after keys is then told.
 */
export async function noteOutages(ctx: WorkerContext, places: readonly KeyProviderView[]): Promise<void> {
  requireSystem(ctx);
  const lost = places.filter(({ isReachable }) => isReachable === false);
  const found = places.filter(({ isReachable }) => isReachable === true);
  if (lost.length === 0 && found.length === 0) return;
  await inTransaction(ctx, async (ctx) => {
    const active = await loadActiveSeal(ctx);
    const standby = await loadStandby(ctx);
    for (const { name: provider, since, refusal, makesSeals } of lost) {
      const isOurs = active ? provider === active.key.provider : makesSeals;
      if (!isOurs || !(await saveNotice(ctx, lostNotice(provider, since)))) continue;
      const data = { provider, since: since.toISOString(), refusal, standby: standby?.state === "ready" };
      await appendEvent(ctx, { type: "key-provider.lost", envelopeId: null, data });
    }
    for (const place of found) await noteReturn(ctx, place);
  });
}

const lostNotice = (provider: string, since: Date) => `lost ${provider} ${since.toISOString()}`;

/** Only for an outage that was told of. */
async function noteReturn(ctx: Context, { name: provider, since }: KeyProviderView): Promise<void> {
  const outage = await findNotice(ctx, `lost ${provider} `, since);
  if (!outage || !(await saveNotice(ctx, `returned ${outage}`))) return;
  const data = { provider, since: since.toISOString() };
  await appendEvent(ctx, { type: "key-provider.returned", envelopeId: null, data });
}
