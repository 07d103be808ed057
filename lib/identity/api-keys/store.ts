import { and, count, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { apiAnswers, apiKeys } from "#db/schema/api-keys.ts";
import type { Context } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

const own = (ctx: Context, id: string) =>
  and(eq(apiKeys.id, id), eq(apiKeys.organizationId, ctx.organizationId));

/** Whose key it is, before anything is known of the caller. */
export async function findApiKey(runtime: Runtime, keySha256: Uint8Array): Promise<OrganizationId | null> {
  const [row] = await runtime.database.db.execute<{ find_api_key: OrganizationId }>(
    sql`select find_api_key(${Buffer.from(keySha256)})`,
  );
  return row?.find_api_key ?? null;
}

export async function loadKeyBySecret(ctx: Context, keySha256: Uint8Array): Promise<ApiKeyRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.keySha256, keySha256), eq(apiKeys.organizationId, ctx.organizationId)));
  return row ?? null;
}

export async function lockApiKey(ctx: Context, id: string): Promise<ApiKeyRow | null> {
  const [row] = await ctx.connection.select().from(apiKeys).where(own(ctx, id)).for("update");
  return row ?? null;
}

export async function saveApiKey(ctx: Context, row: typeof apiKeys.$inferInsert): Promise<void> {
  await ctx.connection.insert(apiKeys).values(row);
}

export async function changeApiKey(
  ctx: Context,
  id: string,
  change: Partial<typeof apiKeys.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(apiKeys).set(change).where(own(ctx, id));
}

/** Notes that it was used, unless that was noted since `before`. */
export async function touchApiKey(ctx: Context, id: string, at: Date, before: Date): Promise<void> {
  await ctx.connection
    .update(apiKeys)
    .set({ lastUsedAt: at })
    .where(and(own(ctx, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))));
}

/** Those in use first, then the newest. */
export async function listApiKeyRows(ctx: Context): Promise<ApiKeyRow[]> {
  return ctx.connection
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.organizationId, ctx.organizationId))
    .orderBy(sql`${apiKeys.revokedAt} is not null`, desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(100);
}

export async function countApiKeys(ctx: Context): Promise<number> {
  const [row] = await ctx.connection
    .select({ keys: count() })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, ctx.organizationId),
        isNull(apiKeys.revokedAt),
        gt(apiKeys.expiresAt, ctx.now()),
      ),
    );
  return row!.keys;
}

export type AnswerRow = typeof apiAnswers.$inferSelect;

const thisCall = (keyId: string, callName: string) =>
  and(eq(apiAnswers.keyId, keyId), eq(apiAnswers.callName, callName));

/** Begins a call. @returns the one that has its name already, or null when this is the first */
export async function beginCall(
  ctx: Context,
  row: typeof apiAnswers.$inferInsert,
  forgetBefore: Date,
): Promise<AnswerRow | null> {
  const { connection, organizationId } = ctx;
  await connection
    .delete(apiAnswers)
    .where(and(eq(apiAnswers.organizationId, organizationId), lt(apiAnswers.createdAt, forgetBefore)));
  const begun = await connection.insert(apiAnswers).values(row).onConflictDoNothing().returning();
  if (begun.length > 0) return null;
  const [known] = await connection.select().from(apiAnswers).where(thisCall(row.keyId, row.callName));
  return known!;
}

export async function endCall(
  ctx: Context,
  { keyId, callName }: Pick<AnswerRow, "keyId" | "callName">,
  answer: { readonly status: number; readonly body: string } | null,
): Promise<void> {
  if (answer === null) await ctx.connection.delete(apiAnswers).where(thisCall(keyId, callName));
  else await ctx.connection.update(apiAnswers).set(answer).where(thisCall(keyId, callName));
}
