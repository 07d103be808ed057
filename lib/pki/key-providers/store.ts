import { and, asc, eq, gt, isNotNull, lte, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import { keyProviderStates } from "#db/schema/key-providers.ts";
import type { ConnectorSetting } from "#lib/connector-settings.ts";

/** Whether it is ours to look: nobody has since `before`. */
export async function claimLook(
  connection: Connection,
  { provider, now, before }: { readonly provider: string; readonly now: Date; readonly before: Date },
): Promise<boolean> {
  const claimed = await connection
    .insert(keyProviderStates)
    .values({ provider, claimedAt: now })
    .onConflictDoUpdate({
      target: keyProviderStates.provider,
      set: { claimedAt: now },
      setWhere: lte(keyProviderStates.claimedAt, before),
    })
    .returning({ provider: keyProviderStates.provider });
  return claimed.length > 0;
}

/** Keeps what was found, and since when; gives what was known before, undefined when nothing was. */
export async function saveLook(
  connection: Connection,
  found: {
    readonly provider: string;
    readonly refusal: string | null;
    readonly checkedAt: Date;
    readonly makesSeals: boolean;
    readonly tookMs: number;
    readonly settings: readonly ConnectorSetting[];
  },
): Promise<string | null | undefined> {
  const { provider, refusal, checkedAt, makesSeals, tookMs, settings } = found;
  const [known] = await connection
    .select()
    .from(keyProviderStates)
    .where(eq(keyProviderStates.provider, provider));
  const isSame = known?.since != null && known.refusal === refusal;
  await connection
    .update(keyProviderStates)
    .set({
      refusal,
      checkedAt,
      makesSeals,
      tookMs,
      settings: [...settings],
      ...(isSame ? {} : { since: checkedAt }),
    })
    .where(eq(keyProviderStates.provider, provider));
  return known?.since ? known.refusal : undefined;
}

/** What was looked at after `after`. */
export async function listLooks(connection: Connection, after: Date) {
  return connection
    .select({
      provider: keyProviderStates.provider,
      refusal: keyProviderStates.refusal,
      makesSeals: keyProviderStates.makesSeals,
      tookMs: keyProviderStates.tookMs,
      settings: keyProviderStates.settings,
      since: sql<Date>`${keyProviderStates.since}`.mapWith(keyProviderStates.since),
      checkedAt: sql<Date>`${keyProviderStates.checkedAt}`.mapWith(keyProviderStates.checkedAt),
    })
    .from(keyProviderStates)
    .where(and(isNotNull(keyProviderStates.since), gt(keyProviderStates.checkedAt, after)))
    .orderBy(asc(keyProviderStates.provider));
}
