import { and, asc, eq, isNull } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { folders, savedFilters } from "#db/schema/following.ts";
import { members } from "#db/schema/identity.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import type { ListWish } from "./core/list-views.ts";

const ownFolder = (ctx: Context, id: string) =>
  and(eq(folders.id, id), eq(folders.organizationId, ctx.organizationId));

export async function listFolderRows(ctx: Context) {
  return ctx.connection
    .select({ id: folders.id, name: folders.name })
    .from(folders)
    .where(eq(folders.organizationId, ctx.organizationId))
    .orderBy(asc(folders.name));
}

export async function findFolder(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection.select({ id: folders.id }).from(folders).where(ownFolder(ctx, id));
  return rows.length > 0;
}

export async function saveFolder(
  ctx: Context,
  row: { readonly id: string; readonly name: string; readonly createdBy: MemberId },
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection.insert(folders).values({ ...row, organizationId, createdAt: ctx.now() });
}

export async function deleteFolder(ctx: Context, id: string): Promise<boolean> {
  await ctx.connection
    .update(envelopes)
    .set({ folderId: null })
    .where(and(eq(envelopes.folderId, id), eq(envelopes.organizationId, ctx.organizationId)));
  const rows = await ctx.connection.delete(folders).where(ownFolder(ctx, id)).returning({ id: folders.id });
  return rows.length > 0;
}

/** A member who has not left. */
export async function findMember(ctx: Context, id: MemberId) {
  const [row] = await ctx.connection
    .select({ role: members.role })
    .from(members)
    .where(
      and(eq(members.id, id), eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)),
    );
  return row ?? null;
}

const ownFilter = (ctx: Context, memberId: MemberId) =>
  and(eq(savedFilters.memberId, memberId), eq(savedFilters.organizationId, ctx.organizationId));

export async function listFilterRows(ctx: Context, memberId: MemberId) {
  return ctx.connection
    .select({ name: savedFilters.name, wish: savedFilters.wish })
    .from(savedFilters)
    .where(ownFilter(ctx, memberId))
    .orderBy(asc(savedFilters.name));
}

export async function saveFilter(
  ctx: Context,
  memberId: MemberId,
  name: string,
  wish: ListWish,
): Promise<void> {
  const row = { wish, savedAt: ctx.now() };
  await ctx.connection
    .insert(savedFilters)
    .values({ ...row, organizationId: ctx.organizationId, memberId, name })
    .onConflictDoUpdate({ target: [savedFilters.memberId, savedFilters.name], set: row });
}

export async function deleteFilter(ctx: Context, memberId: MemberId, name: string): Promise<void> {
  await ctx.connection.delete(savedFilters).where(and(ownFilter(ctx, memberId), eq(savedFilters.name, name)));
}
