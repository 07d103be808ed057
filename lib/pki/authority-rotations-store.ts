import { and, desc, eq } from "drizzle-orm";
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

/** One that has not come to its end yet. */
export async function findMaking(
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
        eq(authorityRotations.state, "making"),
      ),
    );
  return row ?? null;
}
