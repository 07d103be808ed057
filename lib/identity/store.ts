import { and, asc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import { members, type OrganizationSettings, organizations } from "#db/schema/identity.ts";
import { accounts, loginTokens, rateLimits, sessions } from "#db/schema/installation.ts";
import type { Context, Role } from "#lib/context.ts";
import type { AccountId, MemberId, OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

export type AccountRow = typeof accounts.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;
export type LoginPurpose = "sign-in-link" | "invitation" | "session";

export async function findAccount(runtime: Runtime, email: string): Promise<AccountRow | null> {
  const [row] = await runtime.database.db.select().from(accounts).where(eq(accounts.email, email));
  return row ?? null;
}

export async function loadAccount(runtime: Runtime, id: AccountId): Promise<AccountRow | null> {
  const [row] = await runtime.database.db.select().from(accounts).where(eq(accounts.id, id));
  return row ?? null;
}

export async function changeAccount(
  runtime: Runtime,
  id: AccountId,
  change: Partial<typeof accounts.$inferInsert>,
  connection: Context["connection"] = runtime.database.db,
): Promise<void> {
  await connection.update(accounts).set(change).where(eq(accounts.id, id));
}

/** Counts one more wrong password, whatever else is counted at the same moment. */
export async function countFailure(runtime: Runtime, id: AccountId): Promise<number> {
  const [row] = await runtime.database.db
    .update(accounts)
    .set({ failedAttempts: sql`${accounts.failedAttempts} + 1` })
    .where(eq(accounts.id, id))
    .returning({ failedAttempts: accounts.failedAttempts });
  return row?.failedAttempts ?? 0;
}

export interface Membership {
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly memberId: MemberId;
  readonly role: Role;
}

export async function findMemberships(runtime: Runtime, accountId: AccountId): Promise<Membership[]> {
  const rows = await runtime.database.db.execute<{
    organization_id: OrganizationId;
    organization_name: string;
    member_id: MemberId;
    role: Role;
  }>(sql`select * from find_memberships(${accountId})`);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    memberId: row.member_id,
    role: row.role,
  }));
}

export async function listOrganizationIds(runtime: Runtime): Promise<OrganizationId[]> {
  const rows = await runtime.database.db.execute<{ id: OrganizationId }>(
    sql`select list_organizations() as id`,
  );
  return rows.map((row) => row.id);
}

/** One set-up at a time, until the transaction ends. */
export async function lockSetUp(ctx: Context): Promise<void> {
  await ctx.connection.execute(sql`select pg_advisory_xact_lock(7201895)`);
}

export async function saveOrganization(ctx: Context, row: typeof organizations.$inferInsert): Promise<void> {
  await ctx.connection.insert(organizations).values(row);
}

export async function loadOrganization(ctx: Context) {
  const [row] = await ctx.connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row ?? null;
}

export async function saveOrganizationSettings(ctx: Context, settings: OrganizationSettings): Promise<void> {
  await ctx.connection
    .update(organizations)
    .set({ settings })
    .where(eq(organizations.organizationId, ctx.organizationId));
}

export async function saveAccount(ctx: Context, row: typeof accounts.$inferInsert): Promise<void> {
  await ctx.connection.insert(accounts).values(row);
}

export async function saveMember(ctx: Context, row: typeof members.$inferInsert): Promise<void> {
  await ctx.connection.insert(members).values(row);
}

export async function changeMember(
  ctx: Context,
  id: MemberId,
  change: Partial<typeof members.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(members)
    .set(change)
    .where(and(eq(members.id, id), eq(members.organizationId, ctx.organizationId)));
}

/** Members with their accounts, locked against each other's changes. */
export async function lockMembers(ctx: Context) {
  return ctx.connection
    .select({ member: members, account: accounts })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(members.createdAt), asc(members.id))
    .for("update", { of: members });
}

export async function saveLoginToken(
  connection: Context["connection"],
  row: typeof loginTokens.$inferInsert,
): Promise<void> {
  await connection.insert(loginTokens).values(row);
}

/** Takes a token out of the table: whoever comes second finds nothing. */
export async function takeLoginToken(
  runtime: Runtime,
  tokenSha256: Uint8Array,
  purposes: readonly LoginPurpose[],
) {
  const [row] = await runtime.database.db
    .delete(loginTokens)
    .where(eq(loginTokens.tokenSha256, tokenSha256))
    .returning();
  const isUsable =
    row && row.expiresAt > runtime.now() && purposes.some((purpose) => purpose === row.purpose);
  return isUsable ? row : null;
}

export async function saveSession(runtime: Runtime, row: typeof sessions.$inferInsert): Promise<void> {
  await runtime.database.db.insert(sessions).values(row);
}

export async function loadSession(runtime: Runtime, id: string): Promise<SessionRow | null> {
  const [row] = await runtime.database.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.id, id), isNull(sessions.endedAt), gt(sessions.expiresAt, runtime.now())));
  return row ?? null;
}

export async function changeSession(
  runtime: Runtime,
  id: string,
  change: Partial<typeof sessions.$inferInsert>,
): Promise<void> {
  await runtime.database.db.update(sessions).set(change).where(eq(sessions.id, id));
}

/** Ends every session of an account but one. @returns how many. */
export async function endOtherSessions(ctx: Context, accountId: AccountId, keptId: string): Promise<number> {
  const ended = await ctx.connection
    .update(sessions)
    .set({ endedAt: ctx.now() })
    .where(and(eq(sessions.accountId, accountId), ne(sessions.id, keptId), isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  return ended.length;
}

/** Counts one more in the window and gives the count. */
export async function countInWindow(runtime: Runtime, key: string, windowStart: Date): Promise<number> {
  const [row] = await runtime.database.db
    .insert(rateLimits)
    .values({ key, windowStart, count: 1 })
    .onConflictDoUpdate({
      target: [rateLimits.key, rateLimits.windowStart],
      set: { count: sql`${rateLimits.count} + 1` },
    })
    .returning({ count: rateLimits.count });
  return row!.count;
}
