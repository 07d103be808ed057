import { and, asc, count, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { purges } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { lastActivityIn } from "./contract-end-store.ts";
import { type Action, FLOOR_YEARS } from "./core/schedule.ts";
import { agreedYears, ruled } from "./rules-store.ts";
import { own } from "./store.ts";

export type PurgeRow = typeof purges.$inferSelect;

/** Envelopes that may have come up and stand in no queue, the longest over first. Core decides about the day. */
export async function loadComingUp(
  ctx: Context,
  { before, today, limit }: { readonly before: Date; readonly today: string; readonly limit: number },
) {
  const trigger = sql`case ${envelopes.state} when 'completed' then 'completion' when 'expired' then 'expiry' else 'void' end`;
  /** What the chosen class says, else the class a rule gives, else the default one, else nobody. */
  const ofClass = (column: "years" | "counts_from" | "action", otherwise: SQL) => {
    const [chosen, standard] = [sql.raw(`c.${column}`), sql.raw(`d.${column}`)];
    return sql`coalesce(
    (select ${chosen} from envelope_retention r join retention_classes c on c.id = r.class_id
      where r.envelope_id = ${envelopes.id} and c.trigger = ${trigger}),
    ${ruled(chosen, trigger)},
    (select ${standard} from retention_classes d
      where d.organization_id = ${envelopes.organizationId} and d.is_default and d.trigger = ${trigger}),
    ${otherwise})`;
  };
  const years = ofClass("years", sql`${FLOOR_YEARS}::int`);
  const countsFrom = ofClass("counts_from", sql`'end'`);
  const action = ofClass("action", sql`'destroy'`);
  // Days as they are written sort as they follow each other; what a signer entered need not be one.
  const contractEnd = sql`(select coalesce(ce.ends_on::text, v.value) from contract_ends ce
    left join field_values v on v.field_id = ce.field_id where ce.envelope_id = ${envelopes.id})`;
  const lastActivity = lastActivityIn(sql`${envelopes.id}`);
  const latestStart = sql`to_char(${before.toISOString()}::timestamptz - make_interval(years => ${years}), 'YYYY-MM-DD')`;
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
        sql`${envelopes.endedAt} + make_interval(years => coalesce(${agreedYears}, 0)) <= ${before.toISOString()}::timestamptz`,
        // When somebody was last in it, or whether its sender is still there, is looked at with each.
        sql`(${countsFrom} <> 'contract-end' or ${contractEnd} <= ${latestStart})`,
        sql`(${countsFrom} <> 'owner-left' or exists (select from members m
          where m.id = ${envelopes.ownerId} and to_char(m.removed_at at time zone 'UTC', 'YYYY-MM-DD') <= ${latestStart}))`,
        sql`(${countsFrom} <> 'last-activity' or ${lastActivity} <= ${latestStart})`,
        sql`not exists (
          select from purges p where p.envelope_id = ${envelopes.id}
            and (p.state not in ('removed', 'archived') or p.returns_on > ${today}::date
              or (p.state = 'archived' and ${action} = 'archive'))
        )`,
        sql`${action} <> 'keep'`,
      ),
    )
    .orderBy(asc(envelopes.endedAt), asc(envelopes.id))
    .limit(limit);
}

/** Puts an envelope into the queue, or back into it. */
export async function enqueue(
  ctx: Context,
  envelopeId: EnvelopeId,
  { dueOn, action }: { readonly dueOn: string; readonly action: Action },
): Promise<void> {
  const { organizationId } = ctx;
  const fresh = {
    ...{ state: "due" as const, action, dueOn, queuedAt: ctx.now() },
    ...{ announcedAt: null, remindedAt: null },
    ...{ removedBy: null, removedAt: null, removeReason: null, returnsOn: null },
    ...{ reviewedBy: null, reviewerRole: null, reviewedAt: null, destructionId: null },
    ...{ settledBy: null, settledAt: null, handedTo: null, archivedAt: null },
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

/** Writes down that those who decide are told of these. */
export async function saveNotices(
  ctx: Context,
  envelopeIds: readonly EnvelopeId[],
  notice: { readonly announcedAt: Date } | { readonly remindedAt: Date },
): Promise<void> {
  await ctx.connection
    .update(purges)
    .set(notice)
    .where(and(inArray(purges.envelopeId, [...envelopeIds]), own(ctx, purges)));
}

/** Takes an envelope out of the queue as if it had never been in it. */
export async function dequeue(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  await ctx.connection.delete(purges).where(and(eq(purges.envelopeId, envelopeId), own(ctx, purges)));
}

/** Envelopes in the queue, soonest due first, with what names them. */
export async function loadQueue(
  ctx: Context,
  states: readonly PurgeRow["state"][],
  limit: number,
  start = 0,
) {
  return ctx.connection
    .select({ purge: purges, envelope: envelopes, ownerName: accounts.name })
    .from(purges)
    .innerJoin(envelopes, eq(envelopes.id, purges.envelopeId))
    .leftJoin(members, eq(members.id, envelopes.ownerId))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(own(ctx, purges), inArray(purges.state, [...states])))
    .orderBy(asc(purges.dueOn), asc(purges.queuedAt), asc(purges.envelopeId))
    .limit(limit)
    .offset(start);
}

/** Envelopes of which a proven copy should lie in the archive by this day, those longest untried first. */
export async function loadForArchive(ctx: Context, today: string, limit: number): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ id: purges.envelopeId })
    .from(purges)
    .where(
      and(
        own(ctx, purges),
        eq(purges.state, "due"),
        eq(purges.action, "archive"),
        sql`${purges.dueOn} <= ${today}::date`,
        // Where the last try was refused, or a copy did not hold, it waits an hour.
        sql`not exists (select from archives a where a.envelope_id = ${purges.envelopeId}
          and (a.refusal is not null or a.finding is not null)
          and greatest(a.tried_at, a.checked_at) > ${ctx.now().toISOString()}::timestamptz - interval '1 hour')`,
        sql`exists (select from archive_places p where p.organization_id = ${purges.organizationId} and p.removed_at is null
          and p.tried_at is not null and p.refusal is null)`,
      ),
    )
    .orderBy(asc(purges.dueOn), asc(purges.envelopeId))
    .limit(limit);
  return rows.map(({ id }) => id);
}

export async function countQueue(ctx: Context): Promise<Map<PurgeRow["state"], number>> {
  const rows = await ctx.connection
    .select({ state: purges.state, found: count() })
    .from(purges)
    .where(own(ctx, purges))
    .groupBy(purges.state);
  return new Map(rows.map(({ state, found }) => [state, found]));
}

/** Puts an envelope where it was when its destruction began, whatever a backup says of it. */
export async function letThroughAgain(
  ctx: Context,
  envelopeId: EnvelopeId,
  facts: Pick<
    PurgeRow,
    | "dueOn"
    | "action"
    | "announcedAt"
    | "remindedAt"
    | "destructionId"
    | "reviewedBy"
    | "reviewerRole"
    | "reviewedAt"
  >,
): Promise<void> {
  const { organizationId } = ctx;
  const fresh = {
    ...{ state: "approved" as const, queuedAt: ctx.now(), ...facts },
    ...{ removedBy: null, removedAt: null, removeReason: null, returnsOn: null },
    // Whoever let it through then had looked at it, or handed it over.
    ...{ settledBy: facts.reviewedBy, settledAt: facts.reviewedAt, handedTo: null, archivedAt: null },
  };
  await ctx.connection
    .insert(purges)
    .values({ organizationId, envelopeId, ...fresh })
    .onConflictDoUpdate({ target: purges.envelopeId, set: fresh });
}
