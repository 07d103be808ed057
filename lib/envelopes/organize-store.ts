import { and, asc, count, eq, inArray, isNotNull, isNull, type SQL } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { envelopeTexts, type FolderAccess, folders, savedFilters } from "#db/schema/following.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { retentionClasses } from "#db/schema/retention.ts";
import { teams } from "#db/schema/teams.ts";
import { templates } from "#db/schema/templates.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId, TemplateId } from "#lib/ids.ts";
import type { ListColumn, ListWish } from "./core/list-views.ts";

const ownFolder = (ctx: Context, id: string) =>
  and(eq(folders.id, id), eq(folders.organizationId, ctx.organizationId));

const folderColumns = {
  ...{ id: folders.id, name: folders.name, teamId: folders.teamId, access: folders.access },
  ...{ parentId: folders.parentId, createdBy: folders.createdBy, removedAt: folders.removedAt },
};

/** Those there are, by name. */
export async function listFolderRows(ctx: Context) {
  return ctx.connection
    .select(folderColumns)
    .from(folders)
    .where(and(eq(folders.organizationId, ctx.organizationId), isNull(folders.removedAt)))
    .orderBy(asc(folders.name));
}

/** One that is there. */
export async function findFolder(ctx: Context, id: string) {
  const row = await findAnyFolder(ctx, id);
  return row?.removedAt === null ? row : null;
}

/** One that is there, or was taken away. */
export async function findAnyFolder(ctx: Context, id: string) {
  const [row] = await ctx.connection.select(folderColumns).from(folders).where(ownFolder(ctx, id));
  return row ?? null;
}

/** One change to the folders at a time, until the transaction ends: none comes to lie in itself. */
export async function lockFolders(ctx: Context): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection
    .select({ id: folders.id })
    .from(folders)
    .where(eq(folders.organizationId, organizationId))
    .orderBy(asc(folders.id))
    .for("update");
}

export async function changeFolder(
  ctx: Context,
  id: string,
  change: Partial<Pick<typeof folders.$inferInsert, "name" | "parentId" | "removedAt">>,
): Promise<void> {
  await ctx.connection.update(folders).set(change).where(ownFolder(ctx, id));
}

export async function shareFolderRow(
  ctx: Context,
  id: string,
  share: { readonly teamId: string; readonly access: FolderAccess } | null,
): Promise<void> {
  await ctx.connection
    .update(folders)
    .set({ teamId: share?.teamId ?? null, access: share?.access ?? null })
    .where(ownFolder(ctx, id));
}

export async function saveFolder(
  ctx: Context,
  row: { readonly id: string; readonly name: string; readonly createdBy: MemberId },
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection.insert(folders).values({ ...row, organizationId, createdAt: ctx.now() });
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

/** Everybody who has not left, by name. */
export async function listMemberRows(ctx: Context) {
  return ctx.connection
    .select({ id: members.id, name: accounts.name, role: members.role })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(accounts.name))
    .limit(1_000);
}

/** Whoever is or was a member. */
export async function findAnyMember(ctx: Context, id: MemberId) {
  const [row] = await ctx.connection
    .select({ name: accounts.name, removedAt: members.removedAt })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.id, id), eq(members.organizationId, ctx.organizationId)));
  return row ?? null;
}

const ownedBy = (ctx: Context, id: MemberId) =>
  and(
    eq(envelopes.ownerId, id),
    eq(envelopes.organizationId, ctx.organizationId),
    isNull(envelopes.deletedAt),
    eq(envelopes.isTemplate, false),
  );

export async function listOwnedIds(ctx: Context, id: MemberId, limit: number): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(ownedBy(ctx, id))
    .limit(limit);
  return rows.map((row) => row.id);
}

export async function countOwned(ctx: Context, id: MemberId) {
  const rows = await ctx.connection
    .select({ state: envelopes.state, count: count() })
    .from(envelopes)
    .where(ownedBy(ctx, id))
    .groupBy(envelopes.state);
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

export async function listLeaverRows(ctx: Context) {
  return ctx.connection
    .select({ id: members.id, name: accounts.name, count: count() })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .innerJoin(envelopes, eq(envelopes.ownerId, members.id))
    .where(
      and(
        eq(members.organizationId, ctx.organizationId),
        isNotNull(members.removedAt),
        isNull(envelopes.deletedAt),
        eq(envelopes.isTemplate, false),
      ),
    )
    .groupBy(members.id, accounts.name)
    .orderBy(asc(accounts.name))
    .limit(200);
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

/** Titles of templates; of some, or of as many as there is room for in a choice. */
export async function templateTitles(
  ctx: Context,
  which: { readonly ids: readonly TemplateId[] } | { readonly limit: number },
) {
  return ctx.connection
    .select({ id: templates.id, name: envelopes.title, ownerId: templates.ownerId, teamId: templates.teamId })
    .from(templates)
    .innerJoin(envelopes, eq(envelopes.id, templates.envelopeId))
    .where(
      and(
        eq(templates.organizationId, ctx.organizationId),
        "ids" in which ? inArray(templates.id, [...which.ids]) : isNull(envelopes.deletedAt),
      ),
    )
    .orderBy(asc(envelopes.title))
    .limit("ids" in which ? which.ids.length : which.limit);
}

/** Names of some classes. */
export async function classNames(ctx: Context, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await ctx.connection
    .select({ id: retentionClasses.id, name: retentionClasses.name })
    .from(retentionClasses)
    .where(
      and(eq(retentionClasses.organizationId, ctx.organizationId), inArray(retentionClasses.id, [...ids])),
    );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Classes in use first, then those that are given to nothing any more. */
export async function listClassRows(ctx: Context, limit: number) {
  const { id, name, retiredAt } = retentionClasses;
  return ctx.connection
    .select({ id, name, isRetired: isNotNull(retiredAt) as SQL<boolean> })
    .from(retentionClasses)
    .where(eq(retentionClasses.organizationId, ctx.organizationId))
    .orderBy(isNotNull(retiredAt), asc(name))
    .limit(limit);
}

/** The largest amount of each, where it has one. */
export async function amountsOf(ctx: Context, ids: readonly EnvelopeId[]): Promise<Map<EnvelopeId, string>> {
  if (ids.length === 0) return new Map();
  const { envelopeId, amount } = envelopeTexts;
  const rows = await ctx.connection
    .select({ envelopeId, amount })
    .from(envelopeTexts)
    .where(
      and(
        eq(envelopeTexts.organizationId, ctx.organizationId),
        inArray(envelopeId, [...ids]),
        isNotNull(amount),
      ),
    );
  return new Map(rows.map((row) => [row.envelopeId, row.amount!]));
}

const ownMember = (ctx: Context, id: MemberId) =>
  and(eq(members.id, id), eq(members.organizationId, ctx.organizationId));

export async function loadListColumns(ctx: Context, memberId: MemberId): Promise<ListColumn[] | null> {
  const [row] = await ctx.connection
    .select({ columns: members.listColumns })
    .from(members)
    .where(ownMember(ctx, memberId));
  return row?.columns ?? null;
}

export async function saveListColumns(
  ctx: Context,
  memberId: MemberId,
  listColumns: ListColumn[],
): Promise<void> {
  await ctx.connection.update(members).set({ listColumns }).where(ownMember(ctx, memberId));
}

/** Everybody who works in a team, those who have left among them. */
export async function membersOfTeam(ctx: Context, teamId: string): Promise<MemberId[]> {
  const rows = await ctx.connection
    .select({ id: members.id })
    .from(members)
    .where(and(eq(members.teamId, teamId), eq(members.organizationId, ctx.organizationId)));
  return rows.map(({ id }) => id);
}

export async function teamNames(ctx: Context) {
  return ctx.connection
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(eq(teams.organizationId, ctx.organizationId))
    .orderBy(asc(teams.name));
}
