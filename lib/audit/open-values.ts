import type { Context } from "#lib/context.ts";
import type { EventId } from "#lib/ids.ts";
import type { Opening } from "./core/commitment.ts";
import {
  addressMark,
  openOpenings,
  sealedBy,
  type TrailKeys,
  trailKeysOf,
  unwrapChainKey,
} from "./core/sealed-openings.ts";
import { loadChainOpenings, loadOpeningsOf, type SealedOpenings } from "./store.ts";

/** The keys of the trail's personal values. The first who asks for a workspace may wait for the master key. */
export async function trailKeys({ runtime, organizationId }: Context): Promise<TrailKeys> {
  return trailKeysOf(await runtime.workspaceKeys.of(organizationId));
}

/** What opens the commitments of some events, by event; nothing for one whose values were erased. */
export async function readOpenings(ctx: Context, ids: readonly EventId[]): Promise<Map<EventId, Opening[]>> {
  return openAll(ctx, await loadOpeningsOf(ctx, ids));
}

/** The same for a whole chain. */
export async function readChainOpenings(ctx: Context, chainId: string): Promise<Map<EventId, Opening[]>> {
  return openAll(ctx, await loadChainOpenings(ctx, chainId));
}

/** By what the events that came from a network address are found. */
export async function markOfAddress(ctx: Context, address: string): Promise<Uint8Array> {
  return addressMark(await trailKeys(ctx), address);
}

/** A value that does not open is as good as erased to whoever reads; the check of the log names it. */
async function openAll(ctx: Context, rows: readonly SealedOpenings[]): Promise<Map<EventId, Opening[]>> {
  const opened = new Map<EventId, Opening[]>();
  if (rows.length === 0) return opened;
  const keys = await trailKeys(ctx);
  const { organizationId } = ctx;
  const chains = new Map<string, Uint8Array | null>();
  for (const { eventId, chainId, sealed, wrappedKey } of rows) {
    if (!chains.has(chainId))
      chains.set(chainId, wrappedKey && unwrapChainKey(keys, { organizationId, chainId }, wrappedKey));
    const key = sealedBy(sealed) === "workspace" ? keys.values : chains.get(chainId);
    const openings = key && openOpenings(key, { organizationId, chainId, eventId }, sealed);
    if (openings) opened.set(eventId, openings);
  }
  return opened;
}
