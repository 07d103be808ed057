import type { Context } from "#lib/context.ts";
import type { EnvelopeId, OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

/** That something happened; what it was is read from the chain by who may read it. */
export interface Announcement {
  readonly organizationId: OrganizationId;
  readonly envelopeId: EnvelopeId | null;
  readonly type: string;
}

type Listener = (announcement: Announcement) => void;

const CHANNEL = "whereof_events";
const hubs = new WeakMap<Runtime, { readonly listeners: Set<Listener>; readonly ready: Promise<unknown> }>();

/** Tells listening pages, once the transaction is committed. */
export function announce(ctx: Context, { organizationId, envelopeId, type }: Announcement): void {
  const { database } = ctx.runtime;
  const tell = () => database.notify(CHANNEL, JSON.stringify({ organizationId, envelopeId, type }));
  // Within somebody else's transaction it may be too soon, and the page that looks finds nothing new.
  if (ctx.afterCommit) ctx.afterCommit.push(tell);
  else tell();
}

/**
 * Calls back for every event of the installation from now on, whichever process it comes from. All callers of a
 * process share one connection. The caller sees to it that nobody learns what is not theirs.
 *
 * @returns stops it.
 */
export async function listenToEvents(runtime: Runtime, listener: Listener): Promise<() => void> {
  const hub = hubs.get(runtime) ?? openHub(runtime);
  hub.listeners.add(listener);
  try {
    await hub.ready;
  } catch (error) {
    hubs.delete(runtime);
    throw error;
  }
  return () => hub.listeners.delete(listener);
}

function openHub(runtime: Runtime) {
  const listeners = new Set<Listener>();
  const ready = runtime.database.listen(CHANNEL, (payload) => {
    const announcement = JSON.parse(payload) as Announcement;
    for (const listener of listeners) listener(announcement);
  });
  const hub = { listeners, ready };
  hubs.set(runtime, hub);
  return hub;
}
