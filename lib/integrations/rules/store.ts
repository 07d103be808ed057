import { and, asc, count, desc, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import { bulkJobs } from "#db/schema/bulk.ts";
import { envelopes } from "#db/schema/envelopes.ts";
import { folders } from "#db/schema/following.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { ruleRuns, workspaceRules } from "#db/schema/rules.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import type { RuleEvent } from "../core/workspace-rule.ts";

export type RuleRow = typeof workspaceRules.$inferSelect;
export type RunRow = typeof ruleRuns.$inferSelect;

const ownRules = (ctx: Context) =>
  and(eq(workspaceRules.organizationId, ctx.organizationId), isNull(workspaceRules.removedAt));

export async function listRuleRows(ctx: Context): Promise<RuleRow[]> {
  return ctx.connection
    .select()
    .from(workspaceRules)
    .where(ownRules(ctx))
    .orderBy(asc(workspaceRules.createdAt), asc(workspaceRules.id));
}

export async function lockRule(ctx: Context, id: string): Promise<RuleRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(workspaceRules)
    .where(and(eq(workspaceRules.id, id), ownRules(ctx)))
    .for("update");
  return row ?? null;
}

/** Also one that was removed: what it matched before is on record. */
export async function loadRule(ctx: Context, id: string): Promise<RuleRow> {
  const [row] = await ctx.connection
    .select()
    .from(workspaceRules)
    .where(and(eq(workspaceRules.id, id), eq(workspaceRules.organizationId, ctx.organizationId)));
  return row!;
}

export async function saveRuleRow(ctx: Context, row: typeof workspaceRules.$inferInsert): Promise<void> {
  await ctx.connection.insert(workspaceRules).values(row);
}

export async function changeRule(
  ctx: Context,
  id: string,
  change: Partial<typeof workspaceRules.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(workspaceRules)
    .set(change)
    .where(and(eq(workspaceRules.id, id), eq(workspaceRules.organizationId, ctx.organizationId)));
}

export async function loadRulesFor(ctx: Context, event: RuleEvent): Promise<RuleRow[]> {
  return ctx.connection
    .select()
    .from(workspaceRules)
    .where(and(ownRules(ctx), eq(workspaceRules.event, event), eq(workspaceRules.isOn, true)))
    .orderBy(asc(workspaceRules.createdAt), asc(workspaceRules.id));
}

/** @returns whether it is new: a second look at the same event finds the first. */
export async function saveRun(ctx: Context, row: typeof ruleRuns.$inferInsert): Promise<boolean> {
  const rows = await ctx.connection
    .insert(ruleRuns)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: ruleRuns.id });
  return rows.length > 0;
}

const ownRun = (ctx: Context, id: string) =>
  and(eq(ruleRuns.id, id), eq(ruleRuns.organizationId, ctx.organizationId));

export async function lockRun(ctx: Context, id: string): Promise<RunRow | null> {
  const [row] = await ctx.connection.select().from(ruleRuns).where(ownRun(ctx, id)).for("update");
  return row ?? null;
}

export async function changeRun(
  ctx: Context,
  id: string,
  change: Partial<typeof ruleRuns.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(ruleRuns).set(change).where(ownRun(ctx, id));
}

/** How many rules stand behind an envelope: none, or one more than behind the one that started it. */
export async function depthOf(ctx: Context, envelopeId: EnvelopeId | null): Promise<number> {
  if (envelopeId === null) return 0;
  const [row] = await ctx.connection
    .select({ depth: ruleRuns.depth })
    .from(ruleRuns)
    .where(and(eq(ruleRuns.madeEnvelopeId, envelopeId), eq(ruleRuns.organizationId, ctx.organizationId)));
  return row ? row.depth : 0;
}

export async function countRuns(
  ctx: Context,
  ruleId: string,
  envelopeId: EnvelopeId | null,
): Promise<number> {
  if (envelopeId === null) return 0;
  const [row] = await ctx.connection
    .select({ runs: count() })
    .from(ruleRuns)
    .where(
      and(
        eq(ruleRuns.ruleId, ruleId),
        eq(ruleRuns.envelopeId, envelopeId),
        eq(ruleRuns.organizationId, ctx.organizationId),
        inArray(ruleRuns.state, ["waiting", "done", "failed"]),
      ),
    );
  return row?.runs ?? 0;
}

export async function dueRuns(ctx: Context, at: Date, limit: number): Promise<string[]> {
  const rows = await ctx.connection
    .select({ id: ruleRuns.id })
    .from(ruleRuns)
    .where(
      and(
        eq(ruleRuns.organizationId, ctx.organizationId),
        eq(ruleRuns.state, "waiting"),
        lte(ruleRuns.nextAt, at),
      ),
    )
    .orderBy(asc(ruleRuns.nextAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}

export async function listRunRows(ctx: Context, limit: number) {
  return ctx.connection
    .select({ run: ruleRuns, ruleName: workspaceRules.name, title: envelopes.title })
    .from(ruleRuns)
    .innerJoin(workspaceRules, eq(workspaceRules.id, ruleRuns.ruleId))
    .leftJoin(envelopes, eq(envelopes.id, ruleRuns.envelopeId))
    .where(eq(ruleRuns.organizationId, ctx.organizationId))
    .orderBy(desc(ruleRuns.createdAt), desc(ruleRuns.id))
    .limit(limit);
}

/** The newest envelopes that something happened to, newest first. */
export async function pastEnvelopes(ctx: Context, types: readonly string[], limit: number) {
  return ctx.connection.execute<{ id: EnvelopeId; title: string; at: string }>(sql`
    select e.id, e.title, max(a.occurred_at)::text as at from (
      select envelope_id, occurred_at from audit_events
      where organization_id = ${ctx.organizationId} and type in ${[...types]} and envelope_id is not null
      order by occurred_at desc, id desc limit ${limit}
    ) a join envelopes e on e.id = a.envelope_id
    where e.organization_id = ${ctx.organizationId} and not e.is_template and e.purged_at is null
      and e.deleted_at is null
    group by e.id, e.title order by max(a.occurred_at) desc`);
}

export async function isFolder(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: folders.id })
    .from(folders)
    .where(
      and(eq(folders.id, id), eq(folders.organizationId, ctx.organizationId), isNull(folders.removedAt)),
    );
  return rows.length > 0;
}

/** A member who has not left, and what their organization is called. */
export async function findPerson(ctx: Context, id: MemberId) {
  const [row] = await ctx.connection
    .select({
      ...{ id: members.id, role: members.role, name: accounts.name, email: accounts.email },
      organizationName: organizations.name,
    })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .innerJoin(organizations, eq(organizations.organizationId, members.organizationId))
    .where(
      and(eq(members.id, id), eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)),
    );
  return row ?? null;
}

export async function listPeople(ctx: Context) {
  return ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(accounts.name))
    .limit(1_000);
}

/** What conditions can look at of a bulk send. */
export async function bulkFacts(ctx: Context, jobId: string) {
  const [row] = await ctx.connection
    .select({ source: bulkJobs.source, ownerId: bulkJobs.ownerId })
    .from(bulkJobs)
    .where(and(eq(bulkJobs.id, jobId), eq(bulkJobs.organizationId, ctx.organizationId)));
  if (!row) return null;
  const { source, ownerId } = row;
  const templateId = source.kind === "template" ? source.id : null;
  return { templateId, title: source.content.title, tags: [], ownerId, amounts: [] };
}
