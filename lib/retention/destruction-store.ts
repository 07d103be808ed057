import { and, asc, desc, eq, inArray, isNull, notInArray, or, sql } from "drizzle-orm";
import { destructions, purges, tombstones } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { retentionError } from "./errors.ts";
import { like, own } from "./store.ts";

export type DestructionRow = typeof destructions.$inferSelect;
export type TombstoneRow = typeof tombstones.$inferSelect;

export async function saveDestruction(ctx: Context, row: typeof destructions.$inferInsert): Promise<void> {
  await ctx.connection.insert(destructions).values(row);
}

/** @param lock until the transaction ends. @throws retention/not-found */
export async function loadDestruction(ctx: Context, id: string, lock = false): Promise<DestructionRow> {
  const find = ctx.connection
    .select()
    .from(destructions)
    .where(and(eq(destructions.id, id), own(ctx, destructions)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw retentionError("not-found", `destruction ${id}`);
  return row;
}

export async function changeDestruction(
  ctx: Context,
  id: string,
  change: Partial<typeof destructions.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(destructions)
    .set(change)
    .where(and(eq(destructions.id, id), own(ctx, destructions)));
}

/** Those of whose envelopes at least one is destroyed, newest first. */
export async function loadDestructions(ctx: Context, limit: number) {
  const destroyed = sql<number>`(
    select count(*)::int from purges p where p.destruction_id = ${destructions.id} and p.state = 'purged'
  )`;
  return ctx.connection
    .select({ destruction: destructions, destroyed })
    .from(destructions)
    .where(and(own(ctx, destructions), sql`${destroyed} > 0`))
    .orderBy(desc(destructions.approvedAt))
    .limit(limit);
}

/** Whether something of one approval is still on its way. */
export async function isUnderWay(ctx: Context, destructionId: string): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ envelopeId: purges.envelopeId })
    .from(purges)
    .where(
      and(
        own(ctx, purges),
        eq(purges.destructionId, destructionId),
        inArray(purges.state, ["approved", "purging"]),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** Approvals that are carried out and have no certificate yet. */
export async function loadUncertified(ctx: Context, limit: number): Promise<string[]> {
  const rows = await ctx.connection
    .selectDistinctOn([destructions.id], { id: destructions.id })
    .from(destructions)
    .innerJoin(purges, eq(purges.destructionId, destructions.id))
    .where(
      and(
        own(ctx, destructions),
        isNull(destructions.certifiedAt),
        eq(purges.state, "purged"),
        notInArray(
          destructions.id,
          ctx.connection
            .select({ id: sql<string>`${purges.destructionId}` })
            .from(purges)
            .where(and(own(ctx, purges), inArray(purges.state, ["approved", "purging"]))),
        ),
      ),
    )
    .limit(limit);
  return rows.map(({ id }) => id);
}

export async function saveTombstone(ctx: Context, row: typeof tombstones.$inferInsert): Promise<void> {
  await ctx.connection.insert(tombstones).values(row);
}

export async function findTombstone(ctx: Context, envelopeId: EnvelopeId): Promise<TombstoneRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(tombstones)
    .where(and(eq(tombstones.envelopeId, envelopeId), own(ctx, tombstones)));
  return row ?? null;
}

/** What one approval destroyed, in the order of the envelopes. */
export async function loadTombstonesOf(
  ctx: Context,
  destructionId: string,
): Promise<(TombstoneRow & { readonly purgedAt: Date })[]> {
  const rows = await ctx.connection
    .select({ tombstone: tombstones, purgedAt: purges.purgedAt })
    .from(tombstones)
    .innerJoin(purges, eq(purges.envelopeId, tombstones.envelopeId))
    .where(and(own(ctx, tombstones), eq(tombstones.destructionId, destructionId), eq(purges.state, "purged")))
    .orderBy(asc(tombstones.shortId));
  return rows.map(({ tombstone, purgedAt }) => ({ ...tombstone, purgedAt: purgedAt! }));
}

/** What is left of what was destroyed, newest first. */
export async function loadTombstones(ctx: Context, search: string, limit: number) {
  return ctx.connection
    .select({ tombstone: tombstones, purge: purges, destruction: destructions })
    .from(tombstones)
    .innerJoin(purges, eq(purges.envelopeId, tombstones.envelopeId))
    .innerJoin(destructions, eq(destructions.id, tombstones.destructionId))
    .where(
      and(
        own(ctx, tombstones),
        search === ""
          ? undefined
          : or(
              sql`${tombstones.shortId} like ${like(search.toUpperCase())}`,
              sql`${tombstones.body} like ${like(search.toLowerCase())}`,
            ),
      ),
    )
    .orderBy(desc(tombstones.createdAt))
    .limit(limit);
}
