import { and, eq, inArray, isNull } from "drizzle-orm";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { accessReviewItems, accessReviews, reportSchedules, reports } from "#db/schema/reports.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId, ReportId } from "#lib/ids.ts";

/** A report that the schedule asked for, and who waits for it; null for one that somebody asked for by hand. */
export async function findScheduledReport(ctx: Context, reportId: ReportId) {
  const [row] = await ctx.connection
    .select({ report: reports, recipients: reportSchedules.recipients })
    .from(reports)
    .innerJoin(
      reportSchedules,
      and(eq(reportSchedules.organizationId, reports.organizationId), eq(reportSchedules.kind, reports.kind)),
    )
    .where(
      and(
        eq(reports.id, reportId),
        eq(reports.organizationId, ctx.organizationId),
        eq(reports.isScheduled, true),
      ),
    );
  return row ?? null;
}

/** Those who are members still, with the role they have now. */
export async function loadPresent(ctx: Context, ids: readonly MemberId[]) {
  if (ids.length === 0) return [];
  return ctx.connection
    .select({ memberId: members.id, role: members.role, name: accounts.name, email: accounts.email })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(
        eq(members.organizationId, ctx.organizationId),
        inArray(members.id, [...ids]),
        isNull(members.removedAt),
      ),
    );
}

/** The review under way of this id, and who may decide in it by leading a team. */
export async function findReviewUnderWay(ctx: Context, id: string) {
  const [review] = await ctx.connection
    .select()
    .from(accessReviews)
    .where(
      and(
        eq(accessReviews.id, id),
        eq(accessReviews.organizationId, ctx.organizationId),
        isNull(accessReviews.closedAt),
      ),
    );
  if (!review) return null;
  const items = await ctx.connection
    .select({ role: accessReviewItems.role, managerId: accessReviewItems.managerId })
    .from(accessReviewItems)
    .where(and(eq(accessReviewItems.reviewId, id), eq(accessReviewItems.organizationId, ctx.organizationId)));
  return { review, items };
}
