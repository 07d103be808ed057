import { and, asc, eq, gt, isNull, lt, ne, sql } from "drizzle-orm";
import { folders } from "#db/schema/following.ts";
import { members, type OrganizationSettings, organizations } from "#db/schema/identity.ts";
import { accounts, loginTokens, rateLimits, sessions, signInFailures } from "#db/schema/installation.ts";
import { sendDuties, teams } from "#db/schema/teams.ts";
import { templates } from "#db/schema/templates.ts";
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
  ctx: Context,
  id: AccountId,
  change: Partial<typeof accounts.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(accounts).set(change).where(eq(accounts.id, id));
}

/** What was tried for an address, locked until the transaction ends. */
export async function lockTries(
  connection: Context["connection"],
  addressSha256: Uint8Array,
  at: Date,
): Promise<typeof signInFailures.$inferSelect> {
  const [row] = await connection
    .insert(signInFailures)
    .values({ addressSha256, failedAttempts: 0, lockedUntil: null, lastAt: at })
    .onConflictDoUpdate({ target: signInFailures.addressSha256, set: { addressSha256 } })
    .returning();
  return row!;
}

export async function saveTries(
  connection: Context["connection"],
  row: typeof signInFailures.$inferSelect,
): Promise<void> {
  const { addressSha256, ...change } = row;
  await connection.update(signInFailures).set(change).where(eq(signInFailures.addressSha256, addressSha256));
}

export async function forgetTries(
  connection: Context["connection"],
  addressSha256: Uint8Array,
): Promise<void> {
  await connection.delete(signInFailures).where(eq(signInFailures.addressSha256, addressSha256));
}

/** Throws away what was counted before: failures older than the one instant, windows older than the other. */
export async function forgetOldTries(
  runtime: Runtime,
  failuresBefore: Date,
  windowsBefore: Date,
): Promise<void> {
  const { db } = runtime.database;
  await db.delete(signInFailures).where(lt(signInFailures.lastAt, failuresBefore));
  await db.delete(rateLimits).where(lt(rateLimits.windowStart, windowsBefore));
}

export interface Membership {
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  /** For a workspace where things are tried out: whose. */
  readonly stagingOf: OrganizationId | null;
  readonly memberId: MemberId;
  readonly role: Role;
  /** The others of the team they lead. */
  readonly leads: readonly MemberId[];
  /** Shared with their team: to read, or to act on what is in them. */
  readonly folders: { readonly read: readonly string[]; readonly act: readonly string[] };
}

export async function findMemberships(runtime: Runtime, accountId: AccountId): Promise<Membership[]> {
  const rows = await runtime.database.db.execute<{
    organization_id: OrganizationId;
    organization_name: string;
    staging_of: OrganizationId | null;
    member_id: MemberId;
    role: Role;
    leads: MemberId[];
    reads_folders: string[];
    acts_folders: string[];
  }>(sql`select * from find_memberships(${accountId})`);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    stagingOf: row.staging_of,
    memberId: row.member_id,
    role: row.role,
    leads: row.leads,
    folders: { read: row.reads_folders, act: row.acts_folders },
  }));
}

/** The workspace where the organization tries things out; null when there is none. */
export async function findStaging(
  ctx: Context,
): Promise<{ readonly organizationId: OrganizationId; readonly createdAt: Date } | null> {
  const [row] = await ctx.connection.execute<{ organization_id: OrganizationId; created_at: string }>(
    sql`select * from find_staging()`,
  );
  return row ? { organizationId: row.organization_id, createdAt: new Date(row.created_at) } : null;
}

export async function listOrganizationIds(connection: Context["connection"]): Promise<OrganizationId[]> {
  const rows = await connection.execute<{ id: OrganizationId }>(sql`select list_organizations() as id`);
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

/** The account of an address, made now unless it is there, perhaps since a moment. */
export async function ensureAccount(ctx: Context, row: typeof accounts.$inferInsert): Promise<AccountId> {
  await ctx.connection.insert(accounts).values(row).onConflictDoNothing({ target: accounts.email });
  const [found] = await ctx.connection
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.email, row.email));
  return found!.id;
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

/** Members with their accounts; nobody else adds or changes one until the transaction ends. */
export async function lockMembers(ctx: Context) {
  await ctx.connection
    .select({ id: organizations.organizationId })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId))
    .for("update");
  return loadMembers(ctx);
}

export async function loadMembers(ctx: Context) {
  return ctx.connection
    .select({ member: members, account: accounts })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(members.createdAt), asc(members.id));
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

/** Changes a session of this account. @returns whether there was one that had not ended. */
export async function changeSession(
  connection: Context["connection"],
  session: { readonly id: string; readonly accountId: AccountId },
  change: Partial<typeof sessions.$inferInsert>,
): Promise<boolean> {
  const { id, accountId } = session;
  const changed = await connection
    .update(sessions)
    .set(change)
    .where(and(eq(sessions.id, id), eq(sessions.accountId, accountId), isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  return changed.length > 0;
}

/** Ends sessions of an account and every link that would open another. @returns how many sessions. */
export async function endSessions(
  ctx: Context,
  accountId: AccountId,
  which: { readonly exceptId?: string; readonly inOrganization?: OrganizationId },
): Promise<number> {
  const { exceptId, inOrganization } = which;
  const ended = await ctx.connection
    .update(sessions)
    .set({ endedAt: ctx.now() })
    .where(
      and(
        eq(sessions.accountId, accountId),
        isNull(sessions.endedAt),
        exceptId === undefined ? undefined : ne(sessions.id, exceptId),
        inOrganization === undefined ? undefined : eq(sessions.currentOrganizationId, inOrganization),
      ),
    )
    .returning({ id: sessions.id });
  if (inOrganization === undefined)
    await ctx.connection.delete(loginTokens).where(eq(loginTokens.accountId, accountId));
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

/** Takes one back that was counted in the window. */
export async function uncountInWindow(runtime: Runtime, key: string, windowStart: Date): Promise<void> {
  await runtime.database.db
    .update(rateLimits)
    .set({ count: sql`${rateLimits.count} - 1` })
    .where(and(eq(rateLimits.key, key), eq(rateLimits.windowStart, windowStart), gt(rateLimits.count, 0)));
}

export async function listTeamRows(ctx: Context) {
  return ctx.connection
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(eq(teams.organizationId, ctx.organizationId))
    .orderBy(asc(sql`lower(${teams.name})`));
}

export async function saveTeam(
  ctx: Context,
  row: { readonly id: string; readonly name: string },
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection.insert(teams).values({ ...row, organizationId, createdAt: ctx.now() });
}

/** Its members are in no team then, its duties and the limits of its templates go with it. */
export async function deleteTeam(ctx: Context, id: string): Promise<boolean> {
  const { organizationId } = ctx;
  await ctx.connection
    .update(members)
    .set({ teamId: null, leadsTeam: false })
    .where(and(eq(members.teamId, id), eq(members.organizationId, organizationId)));
  await ctx.connection
    .delete(sendDuties)
    .where(and(eq(sendDuties.teamId, id), eq(sendDuties.organizationId, organizationId)));
  await ctx.connection
    .update(templates)
    .set({ teamId: null })
    .where(and(eq(templates.teamId, id), eq(templates.organizationId, organizationId)));
  await ctx.connection
    .update(folders)
    .set({ teamId: null, access: null })
    .where(and(eq(folders.teamId, id), eq(folders.organizationId, organizationId)));
  const rows = await ctx.connection
    .delete(teams)
    .where(and(eq(teams.id, id), eq(teams.organizationId, organizationId)))
    .returning({ id: teams.id });
  return rows.length > 0;
}
