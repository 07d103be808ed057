import { and, eq, isNull, sql } from "drizzle-orm";
import { handOvers, recipientTokens } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { OrganizationId, RecipientId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

export type HandOverRow = typeof handOvers.$inferSelect;

/** Whose a code is. Asked before an organization is known. */
export async function findHandOver(
  runtime: Runtime,
  codeSha256: Uint8Array,
): Promise<{ organizationId: OrganizationId; id: string } | null> {
  const [row] = await runtime.database.db.execute<{ organization_id: OrganizationId; id: string }>(
    sql`select * from find_hand_over(${Buffer.from(codeSha256)})`,
  );
  return row ? { organizationId: row.organization_id, id: row.id } : null;
}

export async function saveHandOver(ctx: Context, row: typeof handOvers.$inferInsert): Promise<void> {
  await ctx.connection.insert(handOvers).values(row);
}

/** Whether a link leads to somebody, and still works. */
export async function isLinkOf(
  ctx: Context,
  tokenSha256: Uint8Array,
  recipientId: RecipientId,
): Promise<boolean> {
  const rows = await ctx.connection
    .select({ recipientId: recipientTokens.recipientId })
    .from(recipientTokens)
    .where(
      and(
        eq(recipientTokens.tokenSha256, tokenSha256),
        eq(recipientTokens.recipientId, recipientId),
        eq(recipientTokens.organizationId, ctx.organizationId),
        isNull(recipientTokens.endedAt),
      ),
    );
  return rows.length > 0;
}

const one = (ctx: Context, id: string) =>
  and(eq(handOvers.id, id), eq(handOvers.organizationId, ctx.organizationId));

/** @param lock until the transaction ends. */
export async function loadHandOver(ctx: Context, id: string, lock: boolean): Promise<HandOverRow | null> {
  const find = ctx.connection.select().from(handOvers).where(one(ctx, id));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function changeHandOver(
  ctx: Context,
  id: string,
  change: Partial<typeof handOvers.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(handOvers).set(change).where(one(ctx, id));
}

/** Only one is under way for a person. */
export async function endOthers(ctx: Context, recipientId: RecipientId): Promise<void> {
  await ctx.connection
    .update(handOvers)
    .set({ endedAt: ctx.now(), strokes: [], sealedLink: null })
    .where(
      and(
        eq(handOvers.recipientId, recipientId),
        eq(handOvers.organizationId, ctx.organizationId),
        isNull(handOvers.endedAt),
      ),
    );
}
