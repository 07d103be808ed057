import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { reports, sampleReviewItems, sampleReviews } from "#db/schema/reports.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";

export type SampleRow = typeof sampleReviews.$inferSelect;
export type SampleItemRow = typeof sampleReviewItems.$inferSelect;

/** Some completed envelopes by chance, and how many there are. */
export async function pickCompleted(
  ctx: Context,
  size: number,
): Promise<{ ids: EnvelopeId[]; outOf: number }> {
  const rows = await ctx.connection
    .select({ id: envelopes.id, outOf: sql<number>`(count(*) over ())::int` })
    .from(envelopes)
    .where(
      and(
        eq(envelopes.organizationId, ctx.organizationId),
        eq(envelopes.state, "completed"),
        isNull(envelopes.purgedAt),
        isNull(envelopes.deletedAt),
      ),
    )
    .orderBy(sql`random()`)
    .limit(size);
  return { ids: rows.map(({ id }) => id), outOf: rows[0]?.outOf ?? 0 };
}

/** @returns whether none was open. */
export async function saveSample(
  ctx: Context,
  row: typeof sampleReviews.$inferInsert,
  items: readonly (typeof sampleReviewItems.$inferInsert)[],
): Promise<boolean> {
  const saved = await ctx.connection
    .insert(sampleReviews)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: sampleReviews.id });
  if (saved.length === 0) return false;
  await ctx.connection.insert(sampleReviewItems).values([...items]);
  return true;
}

/** @throws evidence/not-found */
export async function loadSample(ctx: Context, id: string, lock = false): Promise<SampleRow> {
  const find = ctx.connection
    .select()
    .from(sampleReviews)
    .where(and(eq(sampleReviews.id, id), eq(sampleReviews.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw evidenceError("not-found", `sampling review ${id}`);
  return row;
}

export async function findOpenSample(ctx: Context): Promise<SampleRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(sampleReviews)
    .where(and(eq(sampleReviews.organizationId, ctx.organizationId), isNull(sampleReviews.closedAt)));
  return row ?? null;
}

export async function loadClosedSamples(ctx: Context, limit: number) {
  return ctx.connection
    .select({ review: sampleReviews, reportId: reports.id })
    .from(sampleReviews)
    .innerJoin(reports, eq(reports.reviewId, sampleReviews.id))
    .where(eq(sampleReviews.organizationId, ctx.organizationId))
    .orderBy(desc(sampleReviews.closedAt))
    .limit(limit);
}

export async function loadSampleItems(ctx: Context, reviewId: string) {
  return ctx.connection
    .select({ item: sampleReviewItems, shortId: envelopes.shortId, title: envelopes.title })
    .from(sampleReviewItems)
    .innerJoin(envelopes, eq(envelopes.id, sampleReviewItems.envelopeId))
    .where(
      and(eq(sampleReviewItems.reviewId, reviewId), eq(sampleReviewItems.organizationId, ctx.organizationId)),
    )
    .orderBy(asc(sampleReviewItems.position));
}

export async function changeSampleItem(
  ctx: Context,
  reviewId: string,
  envelopeId: EnvelopeId,
  change: Partial<SampleItemRow>,
): Promise<void> {
  await ctx.connection
    .update(sampleReviewItems)
    .set(change)
    .where(
      and(
        eq(sampleReviewItems.reviewId, reviewId),
        eq(sampleReviewItems.envelopeId, envelopeId),
        eq(sampleReviewItems.organizationId, ctx.organizationId),
      ),
    );
}

export async function closeSampleRow(
  ctx: Context,
  id: string,
  closed: Pick<SampleRow, "closedAt" | "closedBy">,
): Promise<void> {
  await ctx.connection
    .update(sampleReviews)
    .set(closed)
    .where(and(eq(sampleReviews.id, id), eq(sampleReviews.organizationId, ctx.organizationId)));
}
