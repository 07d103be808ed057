import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { sendApprovals, sendDuties } from "#db/schema/teams.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import type { DutyCase, SendDuty } from "../core/send-duties.ts";

export type ApprovalRow = typeof sendApprovals.$inferSelect;
export type DutyRow = typeof sendDuties.$inferSelect;

const ownDuty = (ctx: Context) => eq(sendDuties.organizationId, ctx.organizationId);
const ownApproval = (ctx: Context) => eq(sendApprovals.organizationId, ctx.organizationId);

export async function listDutyRows(ctx: Context): Promise<DutyRow[]> {
  return ctx.connection.select().from(sendDuties).where(ownDuty(ctx)).orderBy(asc(sendDuties.createdAt));
}

/** As it is decided by. */
export const dutyOf = ({ memberId, teamId, ...row }: DutyRow): SendDuty =>
  ({ memberId, teamId, ...caseOf(row) }) as SendDuty;

const caseOf = ({
  kind,
  templateId,
  classId,
  label,
  amount,
}: Pick<DutyRow, "kind" | "templateId" | "classId" | "label" | "amount">) =>
  (kind === "template"
    ? { kind, templateId: templateId! }
    : kind === "class"
      ? { kind, classId: classId! }
      : kind === "amount"
        ? { kind, label, amount }
        : { kind }) as DutyCase;

export async function saveDuty(ctx: Context, row: typeof sendDuties.$inferInsert): Promise<void> {
  await ctx.connection.insert(sendDuties).values(row);
}

export async function deleteDuty(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection
    .delete(sendDuties)
    .where(and(eq(sendDuties.id, id), ownDuty(ctx)))
    .returning({ id: sendDuties.id });
  return rows.length > 0;
}

/** The team of a member, also of one who has left. */
export async function teamOf(ctx: Context, memberId: MemberId): Promise<string | null> {
  const [row] = await ctx.connection
    .select({ teamId: members.teamId })
    .from(members)
    .where(and(eq(members.id, memberId), eq(members.organizationId, ctx.organizationId)));
  return row?.teamId ?? null;
}

/** The newest that was asked for an envelope, locked when it is decided. */
export async function newestApproval(
  ctx: Context,
  envelopeId: EnvelopeId,
  isLocked = false,
): Promise<ApprovalRow | null> {
  const query = ctx.connection
    .select()
    .from(sendApprovals)
    .where(and(eq(sendApprovals.envelopeId, envelopeId), ownApproval(ctx)))
    .orderBy(desc(sendApprovals.askedAt), desc(sendApprovals.id))
    .limit(1);
  const [row] = await (isLocked ? query.for("update") : query);
  return row ?? null;
}

export async function saveApproval(ctx: Context, row: typeof sendApprovals.$inferInsert): Promise<void> {
  await ctx.connection.insert(sendApprovals).values(row);
}

export async function changeApproval(
  ctx: Context,
  id: string,
  change: Pick<Partial<ApprovalRow>, "state" | "decidedBy" | "decidedAt" | "reason">,
): Promise<void> {
  await ctx.connection
    .update(sendApprovals)
    .set(change)
    .where(and(eq(sendApprovals.id, id), ownApproval(ctx)));
}

/** What waits for somebody's word, oldest first. */
export async function listOpenApprovals(ctx: Context, limit: number) {
  return ctx.connection
    .select({
      approval: sendApprovals,
      ownerId: envelopes.ownerId,
      title: envelopes.title,
      shortId: envelopes.shortId,
      askedByName: accounts.name,
    })
    .from(sendApprovals)
    .innerJoin(envelopes, eq(envelopes.id, sendApprovals.envelopeId))
    .leftJoin(members, eq(members.id, sendApprovals.askedBy))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(
        ownApproval(ctx),
        eq(sendApprovals.state, "asked"),
        eq(envelopes.state, "draft"),
        isNull(envelopes.deletedAt),
      ),
    )
    .orderBy(asc(sendApprovals.askedAt))
    .limit(limit);
}

export async function nameOfMember(ctx: Context, memberId: MemberId): Promise<string> {
  const [row] = await ctx.connection
    .select({ name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.id, memberId), eq(members.organizationId, ctx.organizationId)));
  return row?.name ?? "";
}
