import { and, asc, count, countDistinct, desc, eq, gte, isNull, lt, sql } from "drizzle-orm";
import { documents, envelopes } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts, sessions } from "#db/schema/installation.ts";
import { reportSchedules, reports } from "#db/schema/reports.ts";
import { heldEnvelopes, legalHolds, retentionClasses } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId, ReportId } from "#lib/ids.ts";
import type { ReportKind } from "../core/reports/report-content.ts";
import { evidenceError } from "../errors.ts";

export type ReportRecord = typeof reports.$inferSelect;

/** @returns whether it is the first of its kind and period, where the schedule asks. */
export async function saveReport(ctx: Context, row: typeof reports.$inferInsert): Promise<boolean> {
  const saved = await ctx.connection
    .insert(reports)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: reports.id });
  return saved.length > 0;
}

/** @throws evidence/not-found */
export async function loadReport(ctx: Context, id: ReportId, lock = false): Promise<ReportRecord> {
  const find = ctx.connection
    .select()
    .from(reports)
    .where(and(eq(reports.id, id), eq(reports.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw evidenceError("not-found", `report ${id}`);
  return row;
}

export async function changeReport(ctx: Context, id: ReportId, change: Partial<ReportRecord>): Promise<void> {
  await ctx.connection
    .update(reports)
    .set(change)
    .where(and(eq(reports.id, id), eq(reports.organizationId, ctx.organizationId)));
}

/** Newest first. */
export async function loadReports(ctx: Context, limit: number): Promise<ReportRecord[]> {
  return ctx.connection
    .select()
    .from(reports)
    .where(eq(reports.organizationId, ctx.organizationId))
    .orderBy(desc(reports.createdAt), desc(reports.id))
    .limit(limit);
}

export async function countWaiting(ctx: Context): Promise<number> {
  const [row] = await ctx.connection
    .select({ found: count() })
    .from(reports)
    .where(and(eq(reports.organizationId, ctx.organizationId), eq(reports.state, "waiting")));
  return row!.found;
}

/** Ready, and no copy in the archive, oldest first. */
export async function loadUnarchived(ctx: Context, limit: number): Promise<ReportRecord[]> {
  return ctx.connection
    .select()
    .from(reports)
    .where(
      and(
        ...[eq(reports.organizationId, ctx.organizationId), eq(reports.state, "ready")],
        sql`not exists (select from archived_records a where a.organization_id = ${reports.organizationId}
          and a.kind = 'report' and a.subject = ${reports.id}::text)`,
      ),
    )
    .orderBy(asc(reports.createdAt))
    .limit(limit);
}

/** What the schedule asked for before a moment, that is not made and of which nobody has said so. */
export async function loadLate(ctx: Context, before: Date) {
  return ctx.connection
    .select({ id: reports.id, kind: reports.kind })
    .from(reports)
    .where(
      and(
        ...[eq(reports.organizationId, ctx.organizationId), eq(reports.state, "waiting")],
        ...[eq(reports.isScheduled, true), isNull(reports.lateAt), lt(reports.createdAt, before)],
      ),
    );
}

export async function loadSchedules(ctx: Context) {
  return ctx.connection
    .select()
    .from(reportSchedules)
    .where(eq(reportSchedules.organizationId, ctx.organizationId));
}

export async function saveSchedule(ctx: Context, row: typeof reportSchedules.$inferInsert): Promise<void> {
  await ctx.connection
    .insert(reportSchedules)
    .values(row)
    .onConflictDoUpdate({ target: [reportSchedules.organizationId, reportSchedules.kind], set: row });
}

export async function removeSchedule(ctx: Context, kind: ReportKind): Promise<void> {
  await ctx.connection
    .delete(reportSchedules)
    .where(and(eq(reportSchedules.organizationId, ctx.organizationId), eq(reportSchedules.kind, kind)));
}

export async function loadOrganizationOf(ctx: Context) {
  const [row] = await ctx.connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row!;
}

/** Everybody with access, and when they were last seen. */
export async function loadAccess(ctx: Context) {
  return ctx.connection
    .select({
      ...{ id: members.id, role: members.role, since: members.createdAt },
      managerId: sql<MemberId | null>`(select l.id from members l where l.team_id = members.team_id and l.leads_team
        and l.removed_at is null and l.id <> members.id and l.organization_id = members.organization_id
        order by l.created_at limit 1)`,
      ...{ name: accounts.name, email: accounts.email },
      lastSeen: sql<string | null>`(select max(${sessions.lastSeenAt}) from ${sessions}
        where ${sessions.accountId} = ${accounts.id})`,
    })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(accounts.name), asc(members.id));
}

export async function nameOfMember(ctx: Context, id: MemberId): Promise<string | null> {
  const [row] = await ctx.connection
    .select({ name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.id, id), eq(members.organizationId, ctx.organizationId)));
  return row?.name ?? null;
}

export async function loadHolds(ctx: Context) {
  return ctx.connection
    .select({
      hold: legalHolds,
      held: sql<number>`(select count(*)::int from ${heldEnvelopes}
      where ${heldEnvelopes.holdId} = ${legalHolds.id})`,
    })
    .from(legalHolds)
    .where(eq(legalHolds.organizationId, ctx.organizationId))
    .orderBy(desc(legalHolds.placedAt));
}

export async function countHeld(ctx: Context): Promise<number> {
  const [row] = await ctx.connection
    .select({ found: countDistinct(heldEnvelopes.envelopeId) })
    .from(heldEnvelopes)
    .innerJoin(legalHolds, eq(legalHolds.id, heldEnvelopes.holdId))
    .where(and(eq(heldEnvelopes.organizationId, ctx.organizationId), isNull(legalHolds.releasedAt)));
  return row!.found;
}

export async function loadClasses(ctx: Context) {
  return ctx.connection
    .select()
    .from(retentionClasses)
    .where(and(eq(retentionClasses.organizationId, ctx.organizationId), isNull(retentionClasses.retiredAt)))
    .orderBy(asc(retentionClasses.name));
}

/** Documents of envelopes completed in a period, the newest first. */
export async function loadCompletedDocuments(ctx: Context, from: Date, to: Date, limit: number) {
  return ctx.connection
    .select({ envelope: envelopes, documentId: documents.id, documentName: documents.name })
    .from(envelopes)
    .innerJoin(documents, eq(documents.envelopeId, envelopes.id))
    .where(
      and(
        eq(envelopes.organizationId, ctx.organizationId),
        eq(envelopes.state, "completed"),
        gte(envelopes.endedAt, from),
        lt(envelopes.endedAt, to),
        isNull(documents.removedAt),
      ),
    )
    .orderBy(desc(envelopes.endedAt), asc(documents.position))
    .limit(limit);
}

/** Envelopes whose completion waits for a seal that does not hold. */
export async function loadNotHolding(ctx: Context) {
  return ctx.connection
    .select()
    .from(envelopes)
    .where(
      and(
        eq(envelopes.organizationId, ctx.organizationId),
        eq(envelopes.waitingFor, "evidence/seal-does-not-hold"),
      ),
    )
    .orderBy(desc(envelopes.changedAt));
}
