import { and, count, desc, eq, ne } from "drizzle-orm";
import { disputeFiles } from "#db/schema/disputes.ts";
import type { Context } from "#lib/context.ts";
import type { DisputeId, EnvelopeId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";

export type DisputeRow = typeof disputeFiles.$inferSelect;

const isDispute = (ctx: Context, id: DisputeId) =>
  and(eq(disputeFiles.id, id), eq(disputeFiles.organizationId, ctx.organizationId));

const isOf = (ctx: Context, envelopeId: EnvelopeId) =>
  and(eq(disputeFiles.envelopeId, envelopeId), eq(disputeFiles.organizationId, ctx.organizationId));

export async function saveDispute(ctx: Context, row: typeof disputeFiles.$inferInsert): Promise<void> {
  await ctx.connection.insert(disputeFiles).values(row);
}

/** @throws evidence/not-found */
export async function loadDispute(ctx: Context, id: DisputeId, lock = false): Promise<DisputeRow> {
  const find = ctx.connection.select().from(disputeFiles).where(isDispute(ctx, id));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw evidenceError("not-found", `dispute file ${id}`);
  return row;
}

export async function changeDispute(
  ctx: Context,
  id: DisputeId,
  change: Partial<typeof disputeFiles.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(disputeFiles).set(change).where(isDispute(ctx, id));
}

/** Newest first. */
export async function loadDisputes(ctx: Context, envelopeId: EnvelopeId): Promise<DisputeRow[]> {
  return ctx.connection
    .select()
    .from(disputeFiles)
    .where(isOf(ctx, envelopeId))
    .orderBy(desc(disputeFiles.createdAt), desc(disputeFiles.id));
}

/** How many are asked for and not there yet. */
export async function countUnbuiltDisputes(ctx: Context, envelopeId: EnvelopeId): Promise<number> {
  const [row] = await ctx.connection
    .select({ found: count() })
    .from(disputeFiles)
    .where(and(isOf(ctx, envelopeId), ne(disputeFiles.state, "ready")));
  return row?.found ?? 0;
}
