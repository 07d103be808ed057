import { and, asc, eq, gt, inArray, isNull } from "drizzle-orm";
import { apiKeys } from "#db/schema/api-keys.ts";
import { members } from "#db/schema/identity.ts";
import { accounts, siteCertificates } from "#db/schema/installation.ts";
import { keyOwners } from "#db/schema/keys.ts";
import { programs } from "#db/schema/programs.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

const DAY_MS = 86_400_000;
/** What has ended is shown for a while. */
const SHOWN_DAYS = 90;

/** Not revoked, and not ended long ago. */
export async function loadApiKeyEnds(ctx: Context) {
  const { id, name, createdBy, createdAt, expiresAt, lastUsedAt } = apiKeys;
  return ctx.connection
    .select({ id, name, createdBy, createdAt, expiresAt, lastUsedAt })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, ctx.organizationId),
        isNull(apiKeys.revokedAt),
        gt(expiresAt, new Date(ctx.now().getTime() - SHOWN_DAYS * DAY_MS)),
      ),
    );
}

/** Not closed, and not ended long ago. */
export async function loadProgramEnds(ctx: Context) {
  const { id, name, createdBy, createdAt, expiresAt } = programs;
  return ctx.connection
    .select({ id, name, createdBy, createdAt, expiresAt })
    .from(programs)
    .where(
      and(
        eq(programs.organizationId, ctx.organizationId),
        isNull(programs.closedAt),
        gt(expiresAt, new Date(ctx.now().getTime() - SHOWN_DAYS * DAY_MS)),
      ),
    );
}

export async function loadOwners(ctx: Context): Promise<ReadonlyMap<string, MemberId>> {
  const rows = await ctx.connection
    .select({ ref: keyOwners.ref, memberId: keyOwners.memberId })
    .from(keyOwners)
    .where(eq(keyOwners.organizationId, ctx.organizationId));
  return new Map(rows.map(({ ref, memberId }) => [ref, memberId]));
}

export async function saveOwner(ctx: Context, row: Omit<typeof keyOwners.$inferInsert, "organizationId">) {
  const { memberId, namedBy, namedAt } = row;
  await ctx.connection
    .insert(keyOwners)
    .values({ organizationId: ctx.organizationId, ...row })
    .onConflictDoUpdate({
      target: [keyOwners.organizationId, keyOwners.ref],
      set: { memberId, namedBy, namedAt },
    });
}

/** Those who may look after keys, by their names; owners first, who look after what nobody was named for. */
export async function loadKeyPeople(ctx: Context) {
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name, role: members.role })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(members.createdAt));
  return rows.toSorted((a, b) => Number(b.role === "owner") - Number(a.role === "owner"));
}

export async function isMember(ctx: Context, id: MemberId): Promise<boolean> {
  const found = await ctx.connection
    .select({ id: members.id })
    .from(members)
    .where(
      and(
        inArray(members.id, [id]),
        eq(members.organizationId, ctx.organizationId),
        isNull(members.removedAt),
      ),
    );
  return found.length > 0;
}

export type SiteRow = typeof siteCertificates.$inferSelect;

export async function loadSite(
  { database }: Pick<Runtime, "database">,
  host: string,
): Promise<SiteRow | null> {
  const [row] = await database.db.select().from(siteCertificates).where(eq(siteCertificates.host, host));
  return row ?? null;
}

export async function saveSite({ database }: Pick<Runtime, "database">, row: SiteRow): Promise<void> {
  const { der, refusal, checkedAt } = row;
  await database.db
    .insert(siteCertificates)
    .values(row)
    .onConflictDoUpdate({ target: siteCertificates.host, set: { der, refusal, checkedAt } });
}
