import { and, asc, count, desc, eq, isNull, max, sql } from "drizzle-orm";
import { certificates, signingKeys, signingSteps } from "#db/schema/envelopes.ts";
import { organizations } from "#db/schema/identity.ts";
import { issuedSerials } from "#db/schema/installation.ts";
import { expiryWarnings, keyPolicies, keyReviews } from "#db/schema/keys.ts";
import type { Context } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

/** Every seal key with its certificate, how often it signed and when last; newest first. */
export async function loadSealKeys(ctx: Context) {
  const used = ctx.connection
    .select({
      certificateId: signingSteps.certificateId,
      signatures: count().as("signatures"),
      lastUsedAt: max(signingSteps.doneAt).as("last_used_at"),
    })
    .from(signingSteps)
    .where(eq(signingSteps.organizationId, ctx.organizationId))
    .groupBy(signingSteps.certificateId)
    .as("used");
  return ctx.connection
    .select({
      key: signingKeys,
      certificate: certificates,
      revokedAt: issuedSerials.revokedAt,
      signatures: used.signatures,
      lastUsedAt: used.lastUsedAt,
    })
    .from(signingKeys)
    .innerJoin(certificates, eq(certificates.id, signingKeys.certificateId))
    .leftJoin(
      issuedSerials,
      and(
        eq(issuedSerials.authorityId, certificates.authorityId),
        eq(issuedSerials.serial, certificates.serial),
      ),
    )
    .leftJoin(used, eq(used.certificateId, signingKeys.certificateId))
    .where(eq(signingKeys.organizationId, ctx.organizationId))
    .orderBy(desc(signingKeys.createdAt));
}

export interface KeyPolicy {
  readonly reviewMonths: number;
  readonly passphraseMonths: number;
  readonly calendarSince: Date | null;
  readonly standbyAfterMinutes: number | null;
  readonly backupEveryDays: number | null;
  readonly backupKeepDays: number;
  /** A seal signs as long as its certificate is valid for so many days more. */
  readonly leastSealDays: number;
  /** Keys that can be copied out of their place sign nothing. */
  readonly forbidsExportable: boolean;
}

const DEFAULT: KeyPolicy = {
  ...{ reviewMonths: 12, passphraseMonths: 12, calendarSince: null, standbyAfterMinutes: null },
  ...{ backupEveryDays: null, backupKeepDays: 90, leastSealDays: 0 },
  forbidsExportable: false,
};

export async function loadPolicy(ctx: Context): Promise<KeyPolicy> {
  const { reviewMonths, passphraseMonths, calendarSince, standbyAfterMinutes, ...rest } = keyPolicies;
  const { backupEveryDays, backupKeepDays, leastSealDays, forbidsExportable } = rest;
  const [row] = await ctx.connection
    .select({
      ...{ reviewMonths, passphraseMonths, calendarSince, standbyAfterMinutes },
      ...{ backupEveryDays, backupKeepDays, leastSealDays, forbidsExportable },
    })
    .from(keyPolicies)
    .where(eq(keyPolicies.organizationId, ctx.organizationId));
  return row ?? DEFAULT;
}

export async function changePolicy(
  ctx: Context,
  change: Partial<Omit<typeof keyPolicies.$inferInsert, "organizationId">>,
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection
    .insert(keyPolicies)
    .values({ reviewMonths: DEFAULT.reviewMonths, ...change, organizationId })
    .onConflictDoUpdate({ target: keyPolicies.organizationId, set: change });
}

/** The organization whose calendar has this secret's hash; null when none has. */
export async function findCalendar(
  { database }: Pick<Runtime, "database">,
  tokenSha256: Uint8Array,
): Promise<OrganizationId | null> {
  const [row] = await database.db.execute<{ id: OrganizationId }>(
    sql`select id from find_key_calendar(${Buffer.from(tokenSha256)}) as id`,
  );
  return row?.id ?? null;
}

export async function loadOrganization(ctx: Context) {
  const [row] = await ctx.connection
    .select({ name: organizations.name, createdAt: organizations.createdAt })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row!;
}

export type ReviewRow = typeof keyReviews.$inferSelect;

/** Open ones first, then the newest of those that are done. */
export async function loadReviews(ctx: Context): Promise<ReviewRow[]> {
  return ctx.connection
    .select()
    .from(keyReviews)
    .where(eq(keyReviews.organizationId, ctx.organizationId))
    .orderBy(sql`${keyReviews.doneAt} desc nulls first`, asc(keyReviews.dueAt))
    .limit(20);
}

export async function saveReview(ctx: Context, row: typeof keyReviews.$inferInsert): Promise<void> {
  await ctx.connection.insert(keyReviews).values(row).onConflictDoNothing();
}

/** Moves what is still open, by a changed policy. */
export async function moveReview(ctx: Context, id: string, dueAt: Date): Promise<void> {
  await ctx.connection
    .update(keyReviews)
    .set({ dueAt })
    .where(
      and(
        eq(keyReviews.id, id),
        eq(keyReviews.organizationId, ctx.organizationId),
        isNull(keyReviews.doneAt),
      ),
    );
}

/** @returns the review as it was signed off, null when it was not open. */
export async function endReview(
  ctx: Context,
  id: string,
  done: { readonly doneAt: Date; readonly doneBy: string; readonly note: string },
): Promise<ReviewRow | null> {
  const [row] = await ctx.connection
    .update(keyReviews)
    .set(done)
    .where(
      and(
        eq(keyReviews.id, id),
        eq(keyReviews.organizationId, ctx.organizationId),
        isNull(keyReviews.doneAt),
      ),
    )
    .returning();
  return row ?? null;
}

/** @returns whether it is the first of its kind. */
export async function saveWarning(ctx: Context, sha256: string, daysBefore: number): Promise<boolean> {
  const rows = await ctx.connection
    .insert(expiryWarnings)
    .values({ organizationId: ctx.organizationId, sha256, daysBefore, createdAt: ctx.now() })
    .onConflictDoNothing()
    .returning({ days: expiryWarnings.daysBefore });
  return rows.length > 0;
}
