import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { holdCustodians, holdNoticeTokens, legalHolds } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { retentionError } from "../errors.ts";
import { own } from "../store.ts";

export type CustodianRow = typeof holdCustodians.$inferSelect;

export async function saveCustodian(ctx: Context, row: typeof holdCustodians.$inferInsert): Promise<void> {
  await ctx.connection.insert(holdCustodians).values(row);
}

/** Until the transaction ends nobody else changes it. @throws retention/not-found */
export async function lockCustodian(ctx: Context, id: string): Promise<CustodianRow> {
  const [row] = await ctx.connection
    .select()
    .from(holdCustodians)
    .where(and(eq(holdCustodians.id, id), own(ctx, holdCustodians)))
    .for("update");
  if (!row) throw retentionError("not-found", `custodian ${id}`);
  return row;
}

export async function changeCustodian(
  ctx: Context,
  id: string,
  change: Partial<typeof holdCustodians.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(holdCustodians)
    .set(change)
    .where(and(eq(holdCustodians.id, id), own(ctx, holdCustodians)));
}

/** Those of some holds in the order they were added, also those it concerns no more. */
export async function loadCustodians(ctx: Context, holdIds: readonly string[]): Promise<CustodianRow[]> {
  if (holdIds.length === 0) return [];
  return ctx.connection
    .select()
    .from(holdCustodians)
    .where(and(inArray(holdCustodians.holdId, [...holdIds]), own(ctx, holdCustodians)))
    .orderBy(asc(holdCustodians.addedAt), asc(holdCustodians.id));
}

/** Those who were told of a hold in force, last told before. */
export async function loadTold(ctx: Context, before: Date): Promise<CustodianRow[]> {
  const rows = await ctx.connection
    .select({ custodian: holdCustodians })
    .from(holdCustodians)
    .innerJoin(legalHolds, eq(legalHolds.id, holdCustodians.holdId))
    .where(
      and(
        ...[own(ctx, holdCustodians), isNull(holdCustodians.endedAt), isNull(legalHolds.releasedAt)],
        sql`${holdCustodians.askedAt} <= ${before.toISOString()}::timestamptz`,
      ),
    );
  return rows.map(({ custodian }) => custodian);
}

export async function saveNoticeToken(
  ctx: Context,
  row: typeof holdNoticeTokens.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(holdNoticeTokens).values(row);
}

/** Asked before anything is known of who asks. */
export async function findNotice(
  runtime: Runtime,
  tokenSha256: Uint8Array,
): Promise<{ organizationId: OrganizationId; custodianId: string } | null> {
  const [row] = await runtime.database.db.execute<{ organization_id: OrganizationId; custodian_id: string }>(
    sql`select * from find_hold_notice(${Buffer.from(tokenSha256)})`,
  );
  return row ? { organizationId: row.organization_id, custodianId: row.custodian_id } : null;
}
