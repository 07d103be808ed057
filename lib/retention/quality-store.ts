import { and, asc, count, desc, eq, isNull, lte, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { qualityChecks } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import { own } from "./store.ts";

/** Those that completed by then and were never looked at. */
const unchecked = (ctx: Context, completedBy: Date) =>
  and(
    own(ctx, envelopes),
    eq(envelopes.state, "completed"),
    isNull(envelopes.purgedAt),
    lte(envelopes.endedAt, completedBy),
    sql`not exists (select from quality_checks q where q.envelope_id = ${envelopes.id})`,
  );

/** Envelopes that completed by then and were never looked at, those that wait longest first. */
export async function loadUnchecked(ctx: Context, completedBy: Date, limit: number) {
  const rows = await ctx.connection
    .select({
      ...{ id: envelopes.id, shortId: envelopes.shortId, title: envelopes.title },
      endedAt: envelopes.endedAt,
    })
    .from(envelopes)
    .where(unchecked(ctx, completedBy))
    .orderBy(asc(envelopes.endedAt), asc(envelopes.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, endedAt: row.endedAt! }));
}

export async function countUnchecked(ctx: Context, completedBy: Date): Promise<number> {
  const [row] = await ctx.connection
    .select({ found: count() })
    .from(envelopes)
    .where(unchecked(ctx, completedBy));
  return row!.found;
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
