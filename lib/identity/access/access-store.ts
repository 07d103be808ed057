import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { accessReasons } from "#db/schema/access.ts";
import { organizations } from "#db/schema/identity.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";

export type AccessRow = typeof accessReasons.$inferSelect;

/** One at a time for each member, until the transaction ends: what is noted once is noted once. */
export async function lockAccess(ctx: Context, memberId: MemberId): Promise<void> {
  await ctx.connection.execute(sql`select pg_advisory_xact_lock(hashtextextended(${memberId}, 11))`);
}

/** The newest of a member for one purpose and envelope, given after some moment. */
export async function findAccess(
  ctx: Context,
  wanted: Pick<AccessRow, "memberId" | "purpose" | "envelopeId">,
  after: Date,
): Promise<AccessRow | null> {
  const { memberId, purpose, envelopeId } = wanted;
  const [row] = await ctx.connection
    .select()
    .from(accessReasons)
    .where(
      and(
        eq(accessReasons.organizationId, ctx.organizationId),
        eq(accessReasons.memberId, memberId),
        eq(accessReasons.purpose, purpose),
        envelopeId ? eq(accessReasons.envelopeId, envelopeId) : isNull(accessReasons.envelopeId),
        gt(accessReasons.givenAt, after),
      ),
    )
    .orderBy(desc(accessReasons.givenAt))
    .limit(1);
  return row ?? null;
}

/** Keeps one, and forgets those of the member that do not count any more. */
export async function saveAccess(ctx: Context, row: AccessRow, forgetBefore: Date): Promise<void> {
  await ctx.connection
    .delete(accessReasons)
    .where(
      and(
        eq(accessReasons.organizationId, ctx.organizationId),
        eq(accessReasons.memberId, row.memberId),
        lt(accessReasons.givenAt, forgetBefore),
      ),
    );
  await ctx.connection.insert(accessReasons).values(row);
}

export async function loadPolicy(ctx: Context) {
  const [row] = await ctx.connection
    .select({ settings: organizations.settings })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row?.settings.asksReasonFor ?? [];
}
