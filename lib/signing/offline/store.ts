import { and, asc, desc, eq } from "drizzle-orm";
import { offlineKits } from "#db/schema/offline.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";

export type KitRow = typeof offlineKits.$inferSelect;

export async function saveKit(ctx: Context, row: typeof offlineKits.$inferInsert): Promise<void> {
  await ctx.connection.insert(offlineKits).values(row);
}

const one = (ctx: Context, id: string) =>
  and(eq(offlineKits.id, id), eq(offlineKits.organizationId, ctx.organizationId));

/** Locked until the transaction ends. */
export async function lockKit(ctx: Context, id: string): Promise<KitRow | null> {
  const [row] = await ctx.connection.select().from(offlineKits).where(one(ctx, id)).for("update");
  return row ?? null;
}

export async function changeKit(
  ctx: Context,
  id: string,
  change: Partial<typeof offlineKits.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(offlineKits).set(change).where(one(ctx, id));
}

/** Every kit of an envelope, in the order they were given. */
export async function loadKits(ctx: Context, envelopeId: EnvelopeId): Promise<KitRow[]> {
  return ctx.connection
    .select()
    .from(offlineKits)
    .where(and(eq(offlineKits.envelopeId, envelopeId), eq(offlineKits.organizationId, ctx.organizationId)))
    .orderBy(asc(offlineKits.issuedAt), asc(offlineKits.id));
}

/** The newest of a person's kits that holds what was not applied. */
export async function findKept(ctx: Context, recipientId: RecipientId): Promise<KitRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(offlineKits)
    .where(
      and(
        ...[eq(offlineKits.recipientId, recipientId), eq(offlineKits.organizationId, ctx.organizationId)],
        eq(offlineKits.state, "kept"),
      ),
    )
    .orderBy(desc(offlineKits.syncedAt))
    .limit(1);
  return row ?? null;
}
