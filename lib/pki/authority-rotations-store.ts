import { and, desc, eq, gt, inArray, lte } from "drizzle-orm";
import { authorityRotations } from "#db/schema/keys.ts";
import type { Context } from "#lib/context.ts";

export type AuthorityRotationRow = typeof authorityRotations.$inferSelect;

export async function saveAuthorityRotation(
  ctx: Context,
  row: typeof authorityRotations.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(authorityRotations).values(row);
}

export async function changeAuthorityRotation(
  ctx: Context,
  id: string,
  change: Partial<typeof authorityRotations.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(authorityRotations)
    .set(change)
    .where(and(eq(authorityRotations.id, id), eq(authorityRotations.organizationId, ctx.organizationId)));
}

export async function loadAuthorityRotation(ctx: Context, id: string): Promise<AuthorityRotationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(authorityRotations)
    .where(and(eq(authorityRotations.id, id), eq(authorityRotations.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** Newest first. */
export async function loadAuthorityRotations(ctx: Context, limit: number): Promise<AuthorityRotationRow[]> {
  return ctx.connection
    .select()
    .from(authorityRotations)
    .where(eq(authorityRotations.organizationId, ctx.organizationId))
    .orderBy(desc(authorityRotations.createdAt))
    .limit(limit);
}

/** One of this kind that is planned or being made. */
export async function findOpen(
  ctx: Context,
  kind: AuthorityRotationRow["kind"],
): Promise<AuthorityRotationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(authorityRotations)
    .where(
      and(
        eq(authorityRotations.organizationId, ctx.organizationId),
        eq(authorityRotations.kind, kind),
        inArray(authorityRotations.state, ["scheduled", "making"]),
      ),
    );
  return row ?? null;
}

/** Planned ones, the next first; those whose hour has come, where it is said until when. */
export async function loadPlanned(ctx: Context, until: Date | null = null): Promise<AuthorityRotationRow[]> {
  return ctx.connection
    .select()
    .from(authorityRotations)
    .where(
      and(
        eq(authorityRotations.organizationId, ctx.organizationId),
        eq(authorityRotations.state, "scheduled"),
        until ? lte(authorityRotations.plannedAt, until) : undefined,
      ),
    )
    .orderBy(authorityRotations.plannedAt);
}

/** Whether a renewal of this authority failed after an instant. */
export async function hasFailedSince(ctx: Context, fromId: string, since: Date): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ id: authorityRotations.id })
    .from(authorityRotations)
    .where(
      and(
        eq(authorityRotations.organizationId, ctx.organizationId),
        eq(authorityRotations.fromId, fromId),
        eq(authorityRotations.state, "failed"),
        eq(authorityRotations.cause, "renewal"),
        gt(authorityRotations.createdAt, since),
      ),
    )
    .limit(1);
  return row !== undefined;
}
