import { requirePermission } from "#lib/authorize.ts";
import type { ConnectorSetting } from "#lib/connector-settings.ts";
import type { Context } from "#lib/context.ts";
import type { Runtime } from "#lib/runtime.ts";
import { listLooks } from "./store.ts";

/** A provider that no worker has looked at for so long is not set up any more. */
const FORGOTTEN_AFTER_MS = 86_400_000;
/** Without a look for so long, no worker is running. */
const STALE_AFTER_MS = 180_000;

export interface KeyProviderView {
  readonly name: string;
  /** Null when nobody has looked lately. */
  readonly isReachable: boolean | null;
  /** Since when it is so; when it was last looked at, if that is long ago. */
  readonly since: Date;
  readonly checkedAt: Date;
  /** Why its keys cannot be used: its sentence is that of the refusal. */
  readonly refusal: string | null;
  /** Whether new seals are made there. */
  readonly makesSeals: boolean;
}

/** Where the installation's keys are, and whether they can be used. */
export async function listKeyProviders(ctx: Context): Promise<KeyProviderView[]> {
  requirePermission(ctx, "certificate.read");
  return viewKeyProviders({ ...ctx.runtime, now: ctx.now });
}

/** The same for a verb that has asked who wants to know. */
export async function viewKeyProviders(
  runtime: Pick<Runtime, "now" | "database">,
): Promise<KeyProviderView[]> {
  const now = runtime.now().getTime();
  const looks = await listLooks(runtime.database.db, new Date(now - FORGOTTEN_AFTER_MS));
  return looks.map(({ provider: name, refusal, since, checkedAt, makesSeals }) => {
    const isStale = now - checkedAt.getTime() > STALE_AFTER_MS;
    return {
      ...{ name, checkedAt, makesSeals, refusal: isStale ? null : refusal },
      isReachable: isStale ? null : refusal === null,
      since: isStale ? checkedAt : since,
    };
  });
}

/** How long the last look at each took, and what the worker's environment says of it. */
export async function connectorFacts(
  runtime: Pick<Runtime, "now" | "database">,
): Promise<
  ReadonlyMap<string, { readonly tookMs: number | null; readonly settings: readonly ConnectorSetting[] }>
> {
  const looks = await listLooks(runtime.database.db, new Date(runtime.now().getTime() - FORGOTTEN_AFTER_MS));
  return new Map(looks.map(({ provider, tookMs, settings }) => [provider, { tookMs, settings }]));
}
