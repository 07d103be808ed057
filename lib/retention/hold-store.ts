import { and, asc, count, desc, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { heldEnvelopes, legalHolds } from "#db/schema/retention.ts";
import { templates } from "#db/schema/templates.ts";
import type { Context } from "#lib/context.ts";
import { searchQuery } from "#lib/envelopes/core/search-words.ts";
import { type EnvelopeId, isUuid, type TemplateId } from "#lib/ids.ts";
import { comparable, type HoldCriterion, type HoldQuery } from "./core/hold.ts";
import { retentionError } from "./errors.ts";
import { like, own } from "./store.ts";

export type HoldRow = typeof legalHolds.$inferSelect;

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

/** Also what is being destroyed: the rest of it is kept from then on. */
const isNotDestroyed = sql`not exists (
  select from purges p where p.envelope_id = ${envelopes.id} and p.state = 'purged'
)`;

/** What a query means, among drafts too. */
const matching = (wanted: HoldQuery) =>
  and(about(wanted), ...(wanted.also ?? []).map(about), underWay(wanted));

/** Created on the last day or before, and not over before the first. */
function underWay({ fromOn, toOn }: HoldQuery) {
  return and(
    toOn === null
      ? undefined
      : sql`${envelopes.createdAt} < (${toOn}::date + 1)::timestamp at time zone 'UTC'`,
    fromOn === null
      ? undefined
      : sql`coalesce(${envelopes.endedAt}, 'infinity') >= ${fromOn}::date::timestamp at time zone 'UTC'`,
  );
}

function about(wanted: HoldCriterion): SQL | undefined {
  const text = comparable(wanted);
  switch (wanted.scope) {
    case "envelope":
      return eq(envelopes.shortId, text);
    case "title":
      return sql`lower(${envelopes.title}) like ${like(text)}`;
    case "tag":
      return sql`exists (select from unnest(${envelopes.tags}) tag where lower(tag) = ${text})`;
    case "template":
      return isUuid(text) ? eq(envelopes.templateId, text as TemplateId) : sql`false`;
    case "words":
      return sql`exists (
        select from envelope_texts t
        where t.envelope_id = ${envelopes.id} and t.words @@ ${searchQuery(text) ?? ""}::tsquery
      )`;
    case "days":
      return eq(envelopes.isTemplate, false);
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
  among: readonly EnvelopeId[] | null = null,
): Promise<EnvelopeId[]> {
  const covered = holdId
    ? sql`not exists (
        select from held_envelopes h where h.hold_id = ${holdId} and h.envelope_id = ${envelopes.id}
      )`
    : undefined;
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(
      and(
        ...[own(ctx, envelopes), isNull(envelopes.deletedAt), isNotDestroyed, matching(wanted), covered],
        among === null ? undefined : inArray(envelopes.id, [...among]),
      ),
    )
    .orderBy(asc(envelopes.id));
  return rows.map(({ id }) => id);
}

/** What a query matches now: how many, and the newest of them. */
export async function loadMatches(ctx: Context, wanted: HoldQuery, most: number) {
  const { id, shortId, title, state, createdAt, heldSince } = envelopes;
  const matches = and(own(ctx, envelopes), isNull(envelopes.deletedAt), isNotDestroyed, matching(wanted));
  const [counted] = await ctx.connection.select({ count: count() }).from(envelopes).where(matches);
  const newest = await ctx.connection
    .select({ id, shortId, title, state, createdAt, heldSince })
    .from(envelopes)
    .where(matches)
    .orderBy(desc(createdAt), desc(id))
    .limit(most);
  return { count: counted!.count, newest };
}

/** The organization's templates by name, those that are not used any more too: their envelopes are still there. */
export async function loadTemplateNames(ctx: Context): Promise<{ id: TemplateId; name: string }[]> {
  return ctx.connection
    .select({ id: templates.id, name: envelopes.title })
    .from(templates)
    .innerJoin(envelopes, eq(envelopes.id, templates.envelopeId))
    .where(own(ctx, templates))
    .orderBy(asc(envelopes.title), asc(templates.id));
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

/** Every hold there was over an envelope, those released too, oldest first. */
export async function loadEveryHoldOver(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<{ id: string; since: Date; releasedAt: Date | null }[]> {
  return ctx.connection
    .select({ id: legalHolds.id, since: heldEnvelopes.heldAt, releasedAt: legalHolds.releasedAt })
    .from(heldEnvelopes)
    .innerJoin(legalHolds, eq(legalHolds.id, heldEnvelopes.holdId))
    .where(and(eq(heldEnvelopes.envelopeId, envelopeId), own(ctx, heldEnvelopes)))
    .orderBy(asc(heldEnvelopes.heldAt), asc(legalHolds.id));
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
