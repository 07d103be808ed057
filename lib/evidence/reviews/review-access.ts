import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { changeMemberRole } from "#lib/identity/change-member.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type MemberId, type ReportId, uuidV7 } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { loadAccess } from "../reports/reports-store.ts";
import { orderReport } from "../reports/request-report.ts";
import {
  changeItem,
  closeReviewRow,
  findOpenReview,
  loadClosedReviews,
  loadItems,
  loadReview,
  saveReview,
} from "./reviews-store.ts";

export interface ReviewItem {
  readonly memberId: MemberId;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly since: Date;
  readonly decision: "kept" | "removed" | null;
  readonly reason: string | null;
}

export interface ReviewsView {
  readonly open: {
    readonly id: string;
    readonly openedAt: Date;
    readonly items: readonly ReviewItem[];
  } | null;
  readonly closed: readonly { readonly id: string; readonly closedAt: Date; readonly reportId: ReportId }[];
}

const SHOWN = 20;

/** The access review under way, and the records of earlier ones. */
export async function listReviews(ctx: Context): Promise<ReviewsView> {
  requirePermission(ctx, "access-review.manage");
  return inTransaction(ctx, async (ctx) => {
    const open = await findOpenReview(ctx);
    const closed = await loadClosedReviews(ctx, SHOWN);
    return {
      open: open && { id: open.id, openedAt: open.openedAt, items: await loadItems(ctx, open.id) },
      closed: closed.map(({ review, reportId }) => ({ id: review.id, closedAt: review.closedAt!, reportId })),
    };
  });
}

/** Begins a review of everybody who has access now. @throws evidence/review-open */
export async function openReview(ctx: Context): Promise<void> {
  const { memberId } = requirePermission(ctx, "access-review.manage");
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const openedAt = ctx.now();
    const id = uuidV7(openedAt.getTime(), ctx.runtime.random(10));
    const members = await loadAccess(ctx);
    const items = members.map(({ id: one, name, email, role, since }) => ({
      ...{ organizationId, reviewId: id, memberId: one, name, email, role, since },
    }));
    if (!(await saveReview(ctx, { organizationId, id, openedBy: memberId, openedAt }, items)))
      throw evidenceError("review-open", "one at a time");
    const data = { review: id, members: members.length };
    await appendEvent(ctx, { type: "access-review.opened", envelopeId: null, data });
  });
}

const Decision = z.object({
  reviewId: z.uuid(),
  memberId: z.uuid().transform((id) => id as MemberId),
  decision: z.enum(["kept", "removed"]),
  reason: typedLine(200).default(""),
});

/**
 * Confirms a member's access, or takes them out of the organization at once. Nobody takes themselves out.
 *
 * @throws evidence/review-closed, review-self, not-found; identity/last-owner; authorize/not-allowed
 */
export async function decideAccess(ctx: Context, input: z.input<typeof Decision>): Promise<void> {
  const member = requirePermission(ctx, "access-review.manage");
  const { reviewId, memberId, decision, reason } = Decision.parse(input);
  if (decision === "removed" && memberId === member.memberId)
    throw evidenceError("review-self", "somebody else decides on one's own access");
  await inTransaction(ctx, async (ctx) => {
    const review = await loadReview(ctx, reviewId, true);
    if (review.closedAt) throw evidenceError("review-closed", `review ${reviewId}`);
    const item = (await loadItems(ctx, reviewId)).find((one) => one.memberId === memberId);
    if (!item) throw evidenceError("not-found", `member ${memberId} of the review`);
    if (item.decision === "removed") throw evidenceError("review-decided", "they are out already");
    if (decision === "removed") await takeOut(ctx, memberId);
    await changeItem(ctx, reviewId, memberId, {
      ...{ decision, reason: reason === "" ? null : reason },
      ...{ decidedBy: member.memberId, decidedAt: ctx.now() },
    });
    await appendEvent(ctx, {
      type: "access-review.decided",
      envelopeId: null,
      data: {
        review: reviewId,
        member: memberId,
        decision,
        reason: reason === "" ? undefined : personal(reason),
      },
    });
  });
}

/** Who was taken out on another page meanwhile is out. */
async function takeOut(ctx: Context, memberId: MemberId): Promise<void> {
  try {
    await changeMemberRole(ctx, { memberId, role: null });
  } catch (error) {
    if (!isRefusal(error, "identity/member-not-found")) throw error;
  }
}

/**
 * Ends a review in which everybody has been decided on; its record is sealed as a report.
 *
 * @throws evidence/review-undecided, review-closed, not-found
 */
export async function closeReview(ctx: Context, input: { readonly reviewId: string }): Promise<void> {
  const { memberId } = requirePermission(ctx, "access-review.manage");
  const reviewId = z.uuid().parse(input.reviewId);
  await inTransaction(ctx, async (ctx) => {
    const review = await loadReview(ctx, reviewId, true);
    if (review.closedAt) throw evidenceError("review-closed", `review ${reviewId}`);
    const items = await loadItems(ctx, reviewId);
    const open = items.filter(({ decision }) => decision === null).length;
    if (open > 0) throw evidenceError("review-undecided", `${open} members`);
    const closedAt = ctx.now();
    await closeReviewRow(ctx, reviewId, { closedAt, closedBy: memberId });
    const data = { review: reviewId, members: items.length };
    await appendEvent(ctx, { type: "access-review.closed", envelopeId: null, data });
    const day = (at: Date) => at.toISOString().slice(0, 10);
    const period = { from: day(review.openedAt), to: day(closedAt) };
    await orderReport(ctx, "access-review", period, { reviewId });
  });
}
