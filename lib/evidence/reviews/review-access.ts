import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { hasPermission, requireMember, requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type Role, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { applyRole } from "#lib/identity/change-member.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { ROLES } from "#lib/identity/invite-member.ts";
import { type MemberId, type ReportId, uuidV7 } from "#lib/ids.ts";
import {
  DEFAULT_TERMS,
  decidesOn,
  isPrivileged,
  isReviewed,
  quarterBegin,
  REVIEW_SCOPES,
  type ReviewTerms,
  SILENCES,
  type Silence,
} from "../core/review-terms.ts";
import { evidenceError } from "../errors.ts";
import { loadAccess, loadSchedules, removeSchedule, saveSchedule } from "../reports/reports-store.ts";
import { orderReport } from "../reports/request-report.ts";
import {
  changeItem,
  changeReview,
  findOpenReview,
  hasBegunSince,
  loadClosedReviews,
  loadItems,
  loadReview,
  type ReviewRow,
  saveReview,
} from "./reviews-store.ts";

export interface ReviewItem {
  readonly memberId: MemberId;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly since: Date;
  readonly decision: "kept" | "removed" | "changed" | null;
  /** The role they were given. */
  readonly newRole: string | null;
  readonly reason: string | null;
}

export interface ReviewsView {
  readonly open: {
    readonly id: string;
    readonly openedAt: Date;
    /** The last day for answers. */
    readonly dueOn: string;
    readonly onSilence: Silence;
    readonly items: readonly ReviewItem[];
  } | null;
  /** Every quarter one is begun so; null where none is. */
  readonly schedule: ReviewTerms | null;
  /** Begins and ends reviews; else decides on the people of their team. */
  readonly mayManage: boolean;
  readonly closed: readonly { readonly id: string; readonly closedAt: Date; readonly reportId: ReportId }[];
}

const SHOWN = 20;

/** The access review under way, and the records of earlier ones; of who leads a team, what is about its people. */
export async function listReviews(ctx: Context): Promise<ReviewsView> {
  const { memberId, mayManage } = requireReviewer(ctx);
  return inTransaction(ctx, async (ctx) => {
    const open = await findOpenReview(ctx);
    const closed = mayManage ? await loadClosedReviews(ctx, SHOWN) : [];
    const items = open ? await loadItems(ctx, open.id) : [];
    const schedule = (await loadSchedules(ctx)).find(({ kind }) => kind === "access-review");
    return {
      open: open && {
        ...{ id: open.id, openedAt: open.openedAt, dueOn: open.dueOn, onSilence: open.terms.onSilence },
        items: items.filter((item) => mayManage || decidesOn(memberId, item)),
      },
      schedule: schedule?.review ?? null,
      mayManage,
      closed: closed.map(({ review, reportId }) => ({ id: review.id, closedAt: review.closedAt!, reportId })),
    };
  });
}

/** Owners and admins, and who leads a team. @throws authorize/not-allowed */
function requireReviewer(ctx: Context): { readonly memberId: MemberId; readonly mayManage: boolean } {
  const member = requireMember(ctx);
  if (hasPermission(member, "access-review.manage")) return { memberId: member.memberId, mayManage: true };
  if (!member.leads?.length) requirePermission(ctx, "access-review.manage");
  return { memberId: member.memberId, mayManage: false };
}

const Terms = z.object({
  scope: z.enum(REVIEW_SCOPES).default(DEFAULT_TERMS.scope),
  days: z.coerce.number().int().min(1).max(90).default(DEFAULT_TERMS.days),
  onSilence: z.enum(SILENCES).default(DEFAULT_TERMS.onSilence),
});

/**
 * Begins a review of those who have access now: of everybody, of owners, administrators and counsel, or of those whose team
 * is led by somebody.
 *
 * @throws evidence/review-open; not-found where it would be about nobody
 */
export async function openReview(ctx: Context, input: z.input<typeof Terms> = {}): Promise<void> {
  const { memberId } = requirePermission(ctx, "access-review.manage");
  await begin(ctx, Terms.parse(input), memberId);
}

async function begin(ctx: Context, terms: ReviewTerms, openedBy: MemberId | null): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const openedAt = ctx.now();
    const id = uuidV7(openedAt.getTime(), ctx.runtime.random(10));
    const dueOn = new Date(openedAt.getTime() + terms.days * 86_400_000).toISOString().slice(0, 10);
    const members = (await loadAccess(ctx)).filter((one) => isReviewed(terms.scope, one));
    if (members.length === 0) throw evidenceError("not-found", `nobody in a review of ${terms.scope}`);
    const items = members.map(({ id: one, name, email, role, since, managerId }) => ({
      ...{ organizationId, reviewId: id, memberId: one, name, email, role, since, managerId },
    }));
    if (!(await saveReview(ctx, { organizationId, id, openedBy, openedAt, terms, dueOn }, items)))
      throw evidenceError("review-open", "one at a time");
    const managers = [...new Set(members.flatMap(({ managerId }) => managerId ?? []))];
    const data = { review: id, members: members.length, ...terms, dueOn, managers };
    await appendEvent(ctx, { type: "access-review.opened", envelopeId: null, data });
  });
}

const Schedule = z.object({ terms: Terms.nullable() });

/** Has a review begun by itself on the first day of every quarter, so; null ends that. */
export async function scheduleReviews(ctx: Context, input: z.input<typeof Schedule>): Promise<void> {
  const { memberId } = requirePermission(ctx, "access-review.manage");
  const { terms } = Schedule.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const row = { organizationId, kind: "access-review", cadence: "quarterly", review: terms } as const;
    if (terms === null) await removeSchedule(ctx, "access-review");
    else await saveSchedule(ctx, { ...row, setBy: memberId, setAt: ctx.now() });
    await appendEvent(ctx, { type: "access-review.scheduled", envelopeId: null, data: { ...terms } });
  });
}

/** Begins the review of a quarter that has begun since it was scheduled, when none is under way. Safe to run at any time. */
export async function beginDueReview(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const begun = quarterBegin(ctx.now());
  const terms = await inTransaction(ctx, async (ctx) => {
    const schedule = (await loadSchedules(ctx)).find(({ kind }) => kind === "access-review");
    if (!schedule?.review || schedule.setAt >= begun || (await findOpenReview(ctx))) return null;
    return (await hasBegunSince(ctx, begun)) ? null : schedule.review;
  });
  if (!terms) return;
  try {
    await begin(ctx, terms, null);
  } catch (error) {
    // Nobody it is about, or somebody was quicker.
    if (!isRefusal(error)) throw error;
  }
}

/**
 * Once the last day for answers is over: takes out who was not answered for, where that was chosen, though no owner; and
 * tells owners of what is still open. With nothing open the review ends.
 */
export async function settleSilence(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, async (ctx) => {
    const found = await findOpenReview(ctx);
    const now = ctx.now();
    if (!found || found.dueOn >= now.toISOString().slice(0, 10)) return;
    const review = await loadReview(ctx, found.id, true);
    if (review.closedAt) return;
    const silent = (await loadItems(ctx, review.id)).filter(({ decision }) => decision === null);
    const isOut = ({ role }: { role: string }) => review.terms.onSilence === "revoke" && role !== "owner";
    for (const { memberId } of silent.filter(isOut)) {
      await carryOut(ctx, memberId, null, () => {
        throw evidenceError("review-self", "an owner is not taken out by silence");
      });
      await changeItem(ctx, review.id, memberId, { decision: "removed", decidedAt: now });
      const data = { review: review.id, member: memberId, decision: "removed", because: "no-answer" };
      await appendEvent(ctx, { type: "access-review.decided", envelopeId: null, data });
    }
    const left = silent.filter((item) => !isOut(item)).length;
    if (left === 0) return end(ctx, review, null);
    if (review.escalatedAt) return;
    await changeReview(ctx, review.id, { escalatedAt: now });
    const data = { review: review.id, members: left, dueOn: review.dueOn };
    await appendEvent(ctx, { type: "access-review.overdue", envelopeId: null, data });
  });
}

const Decision = z.object({
  reviewId: z.uuid(),
  memberId: z.uuid().transform((id) => id as MemberId),
  decision: z.enum(["kept", "removed", "changed"]),
  /** Where it is changed. */
  role: z.enum(ROLES).optional(),
  reason: typedLine(200).default(""),
});

/**
 * Confirms a member's access, gives them another role, or takes them out of the organization, at once. Nobody takes
 * themselves out or gives themselves another role. To keep owners, administrators and counsel takes a reason. Who leads a
 * team decides on those in it who are senders or viewers, and makes nobody anything else.
 *
 * @throws evidence/review-closed, review-self, review-reason-missing, review-role-wrong, not-found; identity/last-owner;
 *   authorize/not-allowed
 */
export async function decideAccess(ctx: Context, input: z.input<typeof Decision>): Promise<void> {
  const reviewer = requireReviewer(ctx);
  const { reviewId, memberId, decision, role, reason } = Decision.parse(input);
  if (decision !== "kept" && memberId === reviewer.memberId)
    throw evidenceError("review-self", "somebody else decides on one's own access");
  await inTransaction(ctx, async (ctx) => {
    const review = await loadReview(ctx, reviewId, true);
    if (review.closedAt) throw evidenceError("review-closed", `review ${reviewId}`);
    const item = (await loadItems(ctx, reviewId)).find((one) => one.memberId === memberId);
    const isTheirs = item !== undefined && (reviewer.mayManage || decidesOn(reviewer.memberId, item));
    if (!item || !isTheirs) throw evidenceError("not-found", `member ${memberId} of the review`);
    if (item.decision === "removed") throw evidenceError("review-decided", "they are out already");
    const newRole = decision === "changed" ? (role ?? null) : null;
    if (decision === "changed") {
      if (!newRole || newRole === (item.newRole ?? item.role))
        throw evidenceError("review-role-wrong", `${newRole} again`);
      if (!reviewer.mayManage && isPrivileged(newRole)) requirePermission(ctx, "access-review.manage");
    }
    if (decision === "kept" && isPrivileged(item.newRole ?? item.role) && reason === "")
      throw evidenceError("review-reason-missing", `${item.role} is kept`);
    if (decision !== "kept")
      await carryOut(ctx, memberId, newRole, () => requirePermission(ctx, "member.manage-owners"));
    await changeItem(ctx, reviewId, memberId, {
      ...{ decision, newRole, reason: reason === "" ? null : reason },
      ...{ decidedBy: reviewer.memberId, decidedAt: ctx.now() },
    });
    await appendEvent(ctx, {
      type: "access-review.decided",
      envelopeId: null,
      data: {
        ...{ review: reviewId, member: memberId, decision },
        ...(newRole ? { from: item.role, to: newRole } : {}),
        reason: reason === "" ? undefined : personal(reason),
      },
    });
  });
}

/** Who was taken out on another page meanwhile is out. */
async function carryOut(
  ctx: Context,
  memberId: MemberId,
  role: Role | null,
  ownersMay: () => unknown,
): Promise<void> {
  try {
    await applyRole(ctx, memberId, role, ownersMay);
  } catch (error) {
    if (role !== null || !isRefusal(error, "identity/member-not-found")) throw error;
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
    await end(ctx, review, memberId);
  });
}

/** @param closedBy null where the last day for answers ended it */
async function end(ctx: Context, review: ReviewRow, closedBy: MemberId | null): Promise<void> {
  const closedAt = ctx.now();
  const items = await loadItems(ctx, review.id);
  await changeReview(ctx, review.id, { closedAt, closedBy });
  const data = { review: review.id, members: items.length };
  await appendEvent(ctx, { type: "access-review.closed", envelopeId: null, data });
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const period = { from: day(review.openedAt), to: day(closedAt) };
  await orderReport(ctx, "access-review", period, { reviewId: review.id });
}
