import { and, between, count, desc, eq, isNull, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { qualityChecks } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { own } from "./store.ts";

/** Envelopes that completed between two days and were not looked at yet, some of them by chance. */
export async function sampleUnchecked(
  ctx: Context,
  { from, to, size }: { readonly from: Date; readonly to: Date; readonly size: number },
): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(
      and(
        own(ctx, envelopes),
        eq(envelopes.state, "completed"),
        isNull(envelopes.purgedAt),
        between(envelopes.endedAt, from, to),
        sql`not exists (select from quality_checks q where q.envelope_id = ${envelopes.id})`,
      ),
    )
    .orderBy(sql`random()`)
    .limit(size);
  return rows.map(({ id }) => id);
}

export async function saveQualityCheck(
  ctx: Context,
  row: Omit<typeof qualityChecks.$inferInsert, "organizationId">,
): Promise<boolean> {
  const { organizationId } = ctx;
  const written = await ctx.connection
    .insert(qualityChecks)
    .values({ organizationId, ...row })
    .onConflictDoNothing()
    .returning({ envelopeId: qualityChecks.envelopeId });
  return written.length > 0;
}

/** Those that found something first, then the newest. */
export async function loadQualityChecks(ctx: Context, limit: number) {
  return ctx.connection
    .select({ check: qualityChecks, shortId: envelopes.shortId, title: envelopes.title })
    .from(qualityChecks)
    .innerJoin(envelopes, eq(envelopes.id, qualityChecks.envelopeId))
    .where(own(ctx, qualityChecks))
    .orderBy(sql`jsonb_array_length(${qualityChecks.findings}) = 0`, desc(qualityChecks.checkedAt))
    .limit(limit);
}

export async function countQualityChecks(ctx: Context): Promise<{ all: number; failed: number }> {
  const [row] = await ctx.connection
    .select({
      all: count(),
      failed: sql<number>`count(*) filter (where jsonb_array_length(${qualityChecks.findings}) > 0)::int`,
    })
    .from(qualityChecks)
    .where(own(ctx, qualityChecks));
  return row!;
}
