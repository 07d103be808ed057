import { and, asc, desc, eq, gte, isNull } from "drizzle-orm";
import { accessReviewItems, accessReviews, reports } from "#db/schema/reports.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";

export type ReviewRow = typeof accessReviews.$inferSelect;
export type ReviewItemRow = typeof accessReviewItems.$inferSelect;

/** @returns whether none was open. */
export async function saveReview(
  ctx: Context,
  row: typeof accessReviews.$inferInsert,
  items: readonly (typeof accessReviewItems.$inferInsert)[],
): Promise<boolean> {
  const saved = await ctx.connection
    .insert(accessReviews)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: accessReviews.id });
  if (saved.length === 0) return false;
  await ctx.connection.insert(accessReviewItems).values([...items]);
  return true;
}

/** @throws evidence/not-found */
export async function loadReview(ctx: Context, id: string, lock = false): Promise<ReviewRow> {
  const find = ctx.connection
    .select()
    .from(accessReviews)
    .where(and(eq(accessReviews.id, id), eq(accessReviews.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw evidenceError("not-found", `access review ${id}`);
  return row;
}

export async function findOpenReview(ctx: Context): Promise<ReviewRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(accessReviews)
    .where(and(eq(accessReviews.organizationId, ctx.organizationId), isNull(accessReviews.closedAt)));
  return row ?? null;
}

/** Closed ones with the reports that are their records, newest first. */
export async function loadClosedReviews(ctx: Context, limit: number) {
  return ctx.connection
    .select({ review: accessReviews, reportId: reports.id })
    .from(accessReviews)
    .innerJoin(reports, eq(reports.reviewId, accessReviews.id))
    .where(eq(accessReviews.organizationId, ctx.organizationId))
    .orderBy(desc(accessReviews.closedAt))
    .limit(limit);
}

export async function loadItems(ctx: Context, reviewId: string): Promise<ReviewItemRow[]> {
  return ctx.connection
    .select()
    .from(accessReviewItems)
    .where(
      and(eq(accessReviewItems.reviewId, reviewId), eq(accessReviewItems.organizationId, ctx.organizationId)),
    )
    .orderBy(asc(accessReviewItems.name), asc(accessReviewItems.memberId));
}

export async function changeItem(
  ctx: Context,
  reviewId: string,
  memberId: MemberId,
  change: Partial<ReviewItemRow>,
): Promise<void> {
  await ctx.connection
    .update(accessReviewItems)
    .set(change)
    .where(
      and(
        eq(accessReviewItems.reviewId, reviewId),
        eq(accessReviewItems.memberId, memberId),
        eq(accessReviewItems.organizationId, ctx.organizationId),
      ),
    );
}

/** Whether one was begun since a moment. */
export async function hasBegunSince(ctx: Context, at: Date): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: accessReviews.id })
    .from(accessReviews)
    .where(and(eq(accessReviews.organizationId, ctx.organizationId), gte(accessReviews.openedAt, at)))
    .limit(1);
  return rows.length > 0;
}

export async function changeReview(ctx: Context, id: string, change: Partial<ReviewRow>): Promise<void> {
  await ctx.connection
    .update(accessReviews)
    .set(change)
    .where(and(eq(accessReviews.id, id), eq(accessReviews.organizationId, ctx.organizationId)));
}
