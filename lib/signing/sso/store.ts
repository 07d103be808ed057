import { and, eq, isNull } from "drizzle-orm";
import { identityProviders, identityResults, ssoAttempts } from "#db/schema/checks.ts";
import type { Context } from "#lib/context.ts";
import type { IdentityMethod } from "#lib/ports/identity-provider.ts";

export type ProviderRow = typeof identityProviders.$inferSelect;

const own = (ctx: Context, method: IdentityMethod) =>
  and(eq(identityProviders.organizationId, ctx.organizationId), eq(identityProviders.method, method));

export async function findProvider(ctx: Context, method: IdentityMethod): Promise<ProviderRow | null> {
  const [row] = await ctx.connection.select().from(identityProviders).where(own(ctx, method));
  return row ?? null;
}

export async function saveProvider(ctx: Context, row: Omit<ProviderRow, "organizationId">): Promise<void> {
  await ctx.connection
    .insert(identityProviders)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoUpdate({ target: [identityProviders.organizationId, identityProviders.method], set: row });
}

export async function changeProvider(
  ctx: Context,
  method: IdentityMethod,
  change: Pick<ProviderRow, "testedAt" | "failure">,
): Promise<void> {
  await ctx.connection.update(identityProviders).set(change).where(own(ctx, method));
}

export async function dropProvider(ctx: Context, method: IdentityMethod): Promise<void> {
  await ctx.connection.delete(identityProviders).where(own(ctx, method));
}

export async function saveAttempt(ctx: Context, row: typeof ssoAttempts.$inferInsert): Promise<void> {
  await ctx.connection.insert(ssoAttempts).values(row);
}

/** Uses an attempt up: whoever comes second finds none. */
export async function takeAttempt(
  ctx: Context,
  stateSha256: Uint8Array,
): Promise<typeof ssoAttempts.$inferSelect | null> {
  const [row] = await ctx.connection
    .update(ssoAttempts)
    .set({ usedAt: ctx.now() })
    .where(
      and(
        eq(ssoAttempts.stateSha256, stateSha256),
        eq(ssoAttempts.organizationId, ctx.organizationId),
        isNull(ssoAttempts.usedAt),
      ),
    )
    .returning();
  return row ?? null;
}

export async function saveResult(ctx: Context, row: typeof identityResults.$inferInsert): Promise<void> {
  await ctx.connection.insert(identityResults).values(row);
}
