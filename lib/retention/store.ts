import { and, asc, between, count, desc, eq, inArray, isNull, ne, notInArray, or, sql } from "drizzle-orm";
import { type documents, envelopes, type recipients } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import {
  destructions,
  envelopeRetention,
  heldEnvelopes,
  legalHolds,
  purges,
  qualityChecks,
  retentionClasses,
  tombstones,
} from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { comparable, type HoldQuery } from "./core/hold.ts";
import { FLOOR_YEARS } from "./core/schedule.ts";
import { retentionError } from "./errors.ts";

export type ClassRow = typeof retentionClasses.$inferSelect;
export type HoldRow = typeof legalHolds.$inferSelect;
export type PurgeRow = typeof purges.$inferSelect;
export type DestructionRow = typeof destructions.$inferSelect;
export type TombstoneRow = typeof tombstones.$inferSelect;
export type EnvelopeRow = typeof envelopes.$inferSelect;

type Owned =
  | typeof envelopes
  | typeof retentionClasses
  | typeof envelopeRetention
  | typeof legalHolds
  | typeof heldEnvelopes
  | typeof purges
  | typeof qualityChecks
  | typeof destructions
  | typeof tombstones
  | typeof recipients
  | typeof documents
  | typeof members;
const own = (ctx: Context, table: Owned) => eq(table.organizationId, ctx.organizationId);

/* Envelopes */

/** The envelope's row, locked until the transaction ends: holds and purges of it come one after the other. */
export async function lockEnvelope(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const [row] = await ctx.connection
    .select()
    .from(envelopes)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes), isNull(envelopes.deletedAt)))
    .for("update");
  if (!row) throw retentionError("not-found", `envelope ${id}`);
  return row;
}

export async function loadEnvelope(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const [row] = await ctx.connection
    .select()
    .from(envelopes)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes), isNull(envelopes.deletedAt)));
  if (!row) throw retentionError("not-found", `envelope ${id}`);
  return row;
}

/** Without touching when it was last changed: what happened to it is not the sender's doing. */
export async function changeEnvelope(
  ctx: Context,
  id: EnvelopeId,
  change: Partial<typeof envelopes.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(envelopes)
    .set(change)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes)));
}

/* Classes */

/** Those in use, by name. */
export async function loadClasses(ctx: Context): Promise<ClassRow[]> {
  return ctx.connection
    .select()
    .from(retentionClasses)
    .where(and(own(ctx, retentionClasses), isNull(retentionClasses.retiredAt)))
    .orderBy(asc(sql`lower(${retentionClasses.name})`));
}

/** @param lock until the transaction ends. @throws retention/not-found */
export async function loadClass(ctx: Context, id: string, lock = false): Promise<ClassRow> {
  const find = ctx.connection
    .select()
    .from(retentionClasses)
    .where(and(eq(retentionClasses.id, id), own(ctx, retentionClasses)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw retentionError("not-found", `class ${id}`);
  return row;
}

const UNIQUE_VIOLATION = "23505";

/** @throws retention/class-name-taken */
export async function saveClass(ctx: Context, row: typeof retentionClasses.$inferInsert): Promise<void> {
  await uniquely(ctx.connection.insert(retentionClasses).values(row), row.name);
}

/** @throws retention/class-name-taken */
export async function changeClassRow(
  ctx: Context,
  id: string,
  change: Partial<typeof retentionClasses.$inferInsert>,
): Promise<void> {
  const write = ctx.connection
    .update(retentionClasses)
    .set(change)
    .where(and(eq(retentionClasses.id, id), own(ctx, retentionClasses)));
  await uniquely(write, id);
}

async function uniquely(write: PromiseLike<unknown>, name: string): Promise<void> {
  try {
    await write;
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    if (code === UNIQUE_VIOLATION) throw retentionError("class-name-taken", name);
    throw error;
  }
}

/** Leaves no other default for this end. */
export async function clearDefault(ctx: Context, trigger: ClassRow["trigger"], but: string): Promise<void> {
  await ctx.connection
    .update(retentionClasses)
    .set({ isDefault: false })
    .where(
      and(own(ctx, retentionClasses), eq(retentionClasses.trigger, trigger), ne(retentionClasses.id, but)),
    );
}

/** How many envelopes each class was chosen for and not destroyed yet. */
export async function countChosen(ctx: Context): Promise<Map<string, number>> {
  const rows = await ctx.connection
    .select({ classId: envelopeRetention.classId, found: count() })
    .from(envelopeRetention)
    .innerJoin(envelopes, eq(envelopes.id, envelopeRetention.envelopeId))
    .where(and(own(ctx, envelopeRetention), isNull(envelopes.purgedAt)))
    .groupBy(envelopeRetention.classId);
  return new Map(rows.map(({ classId, found }) => [classId, found]));
}

/** Retired or not: what was chosen stays. */
export async function loadChosenClass(ctx: Context, envelopeId: EnvelopeId): Promise<ClassRow | null> {
  const [row] = await ctx.connection
    .select({ chosen: retentionClasses })
    .from(envelopeRetention)
    .innerJoin(retentionClasses, eq(retentionClasses.id, envelopeRetention.classId))
    .where(and(eq(envelopeRetention.envelopeId, envelopeId), own(ctx, envelopeRetention)));
  return row?.chosen ?? null;
}

export async function chooseClassRow(
  ctx: Context,
  row: { readonly envelopeId: EnvelopeId; readonly classId: string | null; readonly chosenBy: MemberId },
): Promise<void> {
  const { envelopeId, classId, chosenBy } = row;
  if (classId === null) {
    await ctx.connection
      .delete(envelopeRetention)
      .where(and(eq(envelopeRetention.envelopeId, envelopeId), own(ctx, envelopeRetention)));
    return;
  }
  const set = { classId, chosenBy, chosenAt: ctx.now() };
  await ctx.connection
    .insert(envelopeRetention)
    .values({ organizationId: ctx.organizationId, envelopeId, ...set })
    .onConflictDoUpdate({ target: envelopeRetention.envelopeId, set });
}

/* Holds */

export async function saveHold(ctx: Context, row: typeof legalHolds.$inferInsert): Promise<void> {
  await ctx.connection.insert(legalHolds).values(row);
}

/** @param lock until the transaction ends. @throws retention/not-found */
export async function loadHold(ctx: Context, id: string, lock = false): Promise<HoldRow> {
  const find = ctx.connection
    .select()
    .from(legalHolds)
    .where(and(eq(legalHolds.id, id), own(ctx, legalHolds)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw retentionError("not-found", `hold ${id}`);
  return row;
}

export async function changeHold(
  ctx: Context,
  id: string,
  change: Partial<typeof legalHolds.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(legalHolds)
    .set(change)
    .where(and(eq(legalHolds.id, id), own(ctx, legalHolds)));
}

/** Those in force first, newest first, with how many envelopes each covers. */
export async function loadHolds(ctx: Context, limit: number) {
  return ctx.connection
    .select({
      hold: legalHolds,
      covers: sql<number>`(select count(*)::int from held_envelopes h where h.hold_id = ${legalHolds.id})`,
    })
    .from(legalHolds)
    .where(own(ctx, legalHolds))
    .orderBy(sql`${legalHolds.releasedAt} is not null`, desc(legalHolds.placedAt))
    .limit(limit);
}

export async function loadOpenHolds(ctx: Context): Promise<HoldRow[]> {
  return ctx.connection
    .select()
    .from(legalHolds)
    .where(and(own(ctx, legalHolds), isNull(legalHolds.releasedAt)))
    .orderBy(asc(legalHolds.placedAt));
}

const like = (words: string) => `%${words.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

/** Also what is being destroyed: the rest of it is kept from then on. */
const isNotDestroyed = sql`not exists (
  select from purges p where p.envelope_id = ${envelopes.id} and p.state = 'purged'
)`;

/** What a query means, among drafts too. */
function matching(wanted: HoldQuery) {
  const text = comparable(wanted);
  switch (wanted.scope) {
    case "envelope":
      return eq(envelopes.shortId, text);
    case "title":
      return sql`lower(${envelopes.title}) like ${like(text)}`;
    case "sender":
      return sentBy(text);
    case "person":
      return or(
        sentBy(text),
        sql`exists (
          select from recipients r where r.envelope_id = ${envelopes.id} and lower(r.email) = ${text}
        )`,
      );
  }
}

const sentBy = (address: string) => sql`exists (
  select from members m join accounts a on a.id = m.account_id
  where m.id = ${envelopes.ownerId} and a.email = ${address}
)`;

/** Envelopes a query matches and the hold does not cover yet, in one order for everybody who locks them. */
export async function findMatches(
  ctx: Context,
  wanted: HoldQuery,
  holdId: string | null,
): Promise<EnvelopeId[]> {
  const covered = holdId
    ? sql`not exists (
        select from held_envelopes h where h.hold_id = ${holdId} and h.envelope_id = ${envelopes.id}
      )`
    : undefined;
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(and(own(ctx, envelopes), isNull(envelopes.deletedAt), isNotDestroyed, matching(wanted), covered))
    .orderBy(asc(envelopes.id));
  return rows.map(({ id }) => id);
}

export async function saveHeld(ctx: Context, holdId: string, envelopeId: EnvelopeId): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection
    .insert(heldEnvelopes)
    .values({ organizationId, holdId, envelopeId, heldAt: ctx.now() })
    .onConflictDoNothing();
}

export async function loadHeld(ctx: Context, holdId: string): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ envelopeId: heldEnvelopes.envelopeId })
    .from(heldEnvelopes)
    .where(and(eq(heldEnvelopes.holdId, holdId), own(ctx, heldEnvelopes)))
    .orderBy(asc(heldEnvelopes.envelopeId));
  return rows.map(({ envelopeId }) => envelopeId);
}

/** The holds in force over an envelope, oldest first. */
export async function loadHoldsOver(ctx: Context, envelopeId: EnvelopeId): Promise<HoldRow[]> {
  const rows = await ctx.connection
    .select({ hold: legalHolds })
    .from(heldEnvelopes)
    .innerJoin(legalHolds, eq(legalHolds.id, heldEnvelopes.holdId))
    .where(
      and(eq(heldEnvelopes.envelopeId, envelopeId), own(ctx, heldEnvelopes), isNull(legalHolds.releasedAt)),
    )
    .orderBy(asc(legalHolds.placedAt));
  return rows.map(({ hold }) => hold);
}

/* The queue */

/** Envelopes that may have come up and stand in no queue, the longest over first. Core decides about the day. */
export async function loadComingUp(
  ctx: Context,
  { before, today, limit }: { readonly before: Date; readonly today: string; readonly limit: number },
) {
  const trigger = sql`case ${envelopes.state} when 'completed' then 'completion' when 'expired' then 'expiry' else 'void' end`;
  const years = sql`coalesce(
    (select c.years from envelope_retention r join retention_classes c on c.id = r.class_id
      where r.envelope_id = ${envelopes.id} and c.trigger = ${trigger}),
    (select d.years from retention_classes d
      where d.organization_id = ${envelopes.organizationId} and d.is_default and d.trigger = ${trigger}),
    ${FLOOR_YEARS}::int)`;
  return ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(
      and(
        own(ctx, envelopes),
        inArray(envelopes.state, ["completed", "declined", "voided", "expired"]),
        isNull(envelopes.deletedAt),
        isNull(envelopes.purgedAt),
        isNull(envelopes.heldSince),
        sql`${envelopes.endedAt} + make_interval(years => ${years}) <= ${before.toISOString()}::timestamptz`,
        sql`not exists (
          select from purges p where p.envelope_id = ${envelopes.id}
            and (p.state <> 'removed' or p.returns_on > ${today}::date)
        )`,
      ),
    )
    .orderBy(asc(envelopes.endedAt), asc(envelopes.id))
    .limit(limit);
}

/** Puts an envelope into the queue, or back into it. */
export async function enqueue(ctx: Context, envelopeId: EnvelopeId, dueOn: string): Promise<void> {
  const { organizationId } = ctx;
  const fresh = {
    ...{ state: "due" as const, dueOn, queuedAt: ctx.now() },
    ...{ removedBy: null, removedAt: null, removeReason: null, returnsOn: null },
    ...{ reviewedBy: null, reviewerRole: null, reviewedAt: null, destructionId: null },
  };
  await ctx.connection
    .insert(purges)
    .values({ organizationId, envelopeId, ...fresh })
    .onConflictDoUpdate({ target: purges.envelopeId, set: fresh });
}

/** @returns null when it is in no queue. */
export async function lockPurge(ctx: Context, envelopeId: EnvelopeId): Promise<PurgeRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(purges)
    .where(and(eq(purges.envelopeId, envelopeId), own(ctx, purges)))
    .for("update");
  return row ?? null;
}

export async function findPurge(ctx: Context, envelopeId: EnvelopeId): Promise<PurgeRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(purges)
    .where(and(eq(purges.envelopeId, envelopeId), own(ctx, purges)));
  return row ?? null;
}

export async function changePurge(
  ctx: Context,
  envelopeId: EnvelopeId,
  change: Partial<typeof purges.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(purges)
    .set(change)
    .where(and(eq(purges.envelopeId, envelopeId), own(ctx, purges)));
}

/** Takes an envelope out of the queue as if it had never been in it. */
export async function dequeue(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  await ctx.connection.delete(purges).where(and(eq(purges.envelopeId, envelopeId), own(ctx, purges)));
}

/** Envelopes in the queue, soonest due first, with what names them. */
export async function loadQueue(ctx: Context, states: readonly PurgeRow["state"][], limit: number) {
  return ctx.connection
    .select({ purge: purges, envelope: envelopes, ownerName: accounts.name })
    .from(purges)
    .innerJoin(envelopes, eq(envelopes.id, purges.envelopeId))
    .leftJoin(members, eq(members.id, envelopes.ownerId))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(own(ctx, purges), inArray(purges.state, [...states])))
    .orderBy(asc(purges.dueOn), asc(purges.queuedAt), asc(purges.envelopeId))
    .limit(limit);
}

export async function countQueue(ctx: Context): Promise<Map<PurgeRow["state"], number>> {
  const rows = await ctx.connection
    .select({ state: purges.state, found: count() })
    .from(purges)
    .where(own(ctx, purges))
    .groupBy(purges.state);
  return new Map(rows.map(({ state, found }) => [state, found]));
}

/* Destruction */

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

/* Quality */

/** Envelopes that completed between two days and were not looked at yet, some of them by chance. */
export async function sampleUnchecked(
  ctx: Context,
  { from, to, size }: { readonly from: Date; readonly to: Date; readonly size: number },
): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(
      and(
        own(ctx, envelopes),
        eq(envelopes.state, "completed"),
        isNull(envelopes.purgedAt),
        between(envelopes.endedAt, from, to),
        sql`not exists (select from quality_checks q where q.envelope_id = ${envelopes.id})`,
      ),
    )
    .orderBy(sql`random()`)
    .limit(size);
  return rows.map(({ id }) => id);
}

export async function saveQualityCheck(
  ctx: Context,
  row: Omit<typeof qualityChecks.$inferInsert, "organizationId">,
): Promise<boolean> {
  const { organizationId } = ctx;
  const written = await ctx.connection
    .insert(qualityChecks)
    .values({ organizationId, ...row })
    .onConflictDoNothing()
    .returning({ envelopeId: qualityChecks.envelopeId });
  return written.length > 0;
}

/** Those that found something first, then the newest. */
export async function loadQualityChecks(ctx: Context, limit: number) {
  return ctx.connection
    .select({ check: qualityChecks, shortId: envelopes.shortId, title: envelopes.title })
    .from(qualityChecks)
    .innerJoin(envelopes, eq(envelopes.id, qualityChecks.envelopeId))
    .where(own(ctx, qualityChecks))
    .orderBy(sql`jsonb_array_length(${qualityChecks.findings}) = 0`, desc(qualityChecks.checkedAt))
    .limit(limit);
}

export async function countQualityChecks(ctx: Context): Promise<{ all: number; failed: number }> {
  const [row] = await ctx.connection
    .select({
      all: count(),
      failed: sql<number>`count(*) filter (where jsonb_array_length(${qualityChecks.findings}) > 0)::int`,
    })
    .from(qualityChecks)
    .where(own(ctx, qualityChecks));
  return row!;
}

/* People */

/** Names of members, also of those who left. */
export async function loadNames(ctx: Context): Promise<Map<MemberId, string>> {
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(own(ctx, members));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function loadOrganization(ctx: Context) {
  const [row] = await ctx.connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  if (!row) throw retentionError("not-found", "the organization");
  return row;
}
