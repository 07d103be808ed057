import { and, asc, count, desc, eq, ilike, inArray, isNull, or, sql } from "drizzle-orm";
import { trustListServices, trustLists } from "#db/schema/trust-lists.ts";
import type { Context } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";

export type TrustListRow = typeof trustLists.$inferSelect;
export type ServiceRow = typeof trustListServices.$inferSelect;

const ROWS_AT_ONCE = 500;

const ownLists = (ctx: Context) =>
  and(eq(trustLists.organizationId, ctx.organizationId), isNull(trustLists.removedAt));

/** Those in use, newest first. */
export async function loadLists(ctx: Context): Promise<TrustListRow[]> {
  return ctx.connection.select().from(trustLists).where(ownLists(ctx)).orderBy(desc(trustLists.createdAt));
}

/** @throws evidence/list-not-found */
export async function loadList(ctx: Context, id: string): Promise<TrustListRow> {
  const [row] = await ctx.connection
    .select()
    .from(trustLists)
    .where(and(ownLists(ctx), eq(trustLists.id, id)));
  if (!row) throw evidenceError("list-not-found", `trust list ${id}`);
  return row;
}

export async function saveList(
  ctx: Context,
  row: typeof trustLists.$inferInsert,
  services: readonly (typeof trustListServices.$inferInsert)[],
): Promise<void> {
  await ctx.connection.insert(trustLists).values(row);
  for (let at = 0; at < services.length; at += ROWS_AT_ONCE)
    await ctx.connection.insert(trustListServices).values(services.slice(at, at + ROWS_AT_ONCE));
}

export async function changeList(
  ctx: Context,
  id: string,
  change: Partial<Pick<TrustListRow, "isOffered" | "removedAt">>,
): Promise<void> {
  await ctx.connection
    .update(trustLists)
    .set(change)
    .where(and(ownLists(ctx), eq(trustLists.id, id)));
}

/** How many services of each list are for what, and not ended. */
export async function countServices(ctx: Context) {
  return ctx.connection
    .select({ listId: trustListServices.listId, use: trustListServices.use, count: count() })
    .from(trustListServices)
    .where(
      and(eq(trustListServices.organizationId, ctx.organizationId), isNull(trustListServices.grantedUntil)),
    )
    .groupBy(trustListServices.listId, trustListServices.use);
}

export async function loadServices(ctx: Context, listId: string): Promise<ServiceRow[]> {
  return ctx.connection
    .select()
    .from(trustListServices)
    .where(
      and(eq(trustListServices.organizationId, ctx.organizationId), eq(trustListServices.listId, listId)),
    )
    .orderBy(asc(trustListServices.position));
}

export async function searchServices(
  ctx: Context,
  listId: string,
  { search, offset, limit }: { readonly search: string; readonly offset: number; readonly limit: number },
) {
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  const { name, provider, subject, certificateSha256 } = trustListServices;
  const wanted = and(
    eq(trustListServices.organizationId, ctx.organizationId),
    eq(trustListServices.listId, listId),
    search === ""
      ? undefined
      : or(
          ilike(name, pattern),
          ilike(provider, pattern),
          ilike(subject, pattern),
          ilike(certificateSha256, pattern),
        ),
  );
  const rows = await ctx.connection
    .select()
    .from(trustListServices)
    .where(wanted)
    .orderBy(asc(trustListServices.position))
    .offset(offset)
    .limit(limit);
  const [found] = await ctx.connection.select({ count: count() }).from(trustListServices).where(wanted);
  return { rows, count: found?.count ?? 0 };
}

/** Lists that organizations offer to whoever checks a file: which, whose, and its name. */
export async function findOffered(
  connection: Context["connection"],
): Promise<{ id: string; organizationId: OrganizationId; offeredBy: string }[]> {
  const rows = await connection.execute<{ id: string; organization_id: OrganizationId; offered_by: string }>(
    sql`select * from find_trust_lists()`,
  );
  return rows.map((row) => ({ id: row.id, organizationId: row.organization_id, offeredBy: row.offered_by }));
}

export async function loadSome(ctx: Context, ids: readonly string[]): Promise<TrustListRow[]> {
  if (ids.length === 0) return [];
  return ctx.connection
    .select()
    .from(trustLists)
    .where(and(ownLists(ctx), inArray(trustLists.id, [...ids])))
    .orderBy(asc(trustLists.name));
}
