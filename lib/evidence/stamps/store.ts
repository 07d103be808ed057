import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { recordStamps, type StampedKind } from "#db/schema/archive.ts";
import type { Context } from "#lib/context.ts";

export type StampRow = typeof recordStamps.$inferSelect;

/** A record that is kept as it was sealed. */
export interface SealedRecord {
  readonly kind: StampedKind;
  readonly subject: string;
  /** For people: what it is about. */
  readonly about: string;
  /** Null of a checkpoint. */
  readonly fileKey: string | null;
  readonly sha256: string | null;
  readonly madeAt: string;
}

/** Every record that is there; what was destroyed with its envelope is no record any more. */
const RECORDS = (organizationId: string) => sql`
  select 'package' as kind, p.id::text as subject, e.short_id || ' ' || e.title as about, p.file_key as "fileKey",
    p.sha256, p.ready_at as "madeAt"
    from evidence_packages p join envelopes e on e.id = p.envelope_id
    where p.organization_id = ${organizationId} and p.state = 'ready' and e.purged_at is null
  union all select 'report', id::text, kind || ' ' || from_day || ' – ' || to_day, pdf_key, pdf_sha256, ready_at
    from reports where organization_id = ${organizationId} and state = 'ready'
  union all select 'destruction', id::text, '', file_key, sha256, certified_at
    from destructions where organization_id = ${organizationId} and file_key is not null
  union all select 'key-record', id::text, kind, file_key, sha256, created_at
    from key_records where organization_id = ${organizationId}
  union all select 'dispute', d.id::text, e.short_id || ' ' || e.title, d.file_key, d.sha256, d.ready_at
    from dispute_files d join envelopes e on e.id = d.envelope_id
    where d.organization_id = ${organizationId} and d.state = 'ready' and e.purged_at is null`;

/** Records whose own time-stamp was not looked at yet; the oldest first. */
export async function loadUnregistered(ctx: Context, limit: number): Promise<SealedRecord[]> {
  return (await ctx.connection.execute(sql`
    select r.* from (${RECORDS(ctx.organizationId)}) r where not exists (
      select from record_stamps s where s.organization_id = ${ctx.organizationId} and s.kind = r.kind
        and s.subject = r.subject)
    order by r."madeAt" limit ${limit}`)) as unknown as SealedRecord[];
}

/** Records whose newest time-stamp can be checked no longer than until then; the first to end first. */
/** Those that end before then; what lives shorter than that anyway once half of its life is over. */
export async function loadDue(
  ctx: Context,
  { now, before }: { readonly now: Date; readonly before: Date },
  limit: number,
): Promise<(SealedRecord & { readonly until: string })[]> {
  return (await ctx.connection.execute(sql`
    select r.*, n.until from (${RECORDS(ctx.organizationId)}) r join lateral (
      select until, made_at from record_stamps s where s.organization_id = ${ctx.organizationId} and s.kind = r.kind
        and s.subject = r.subject order by number desc limit 1) n on true
    where n.until < ${before.toISOString()}::timestamptz
      and n.made_at + (n.until - n.made_at) / 2 <= ${now.toISOString()}::timestamptz order by n.until, r.subject
    limit ${limit}`)) as unknown as (SealedRecord & { until: string })[];
}

export async function findRecord(
  ctx: Context,
  kind: StampedKind,
  subject: string,
): Promise<SealedRecord | null> {
  const [row] = (await ctx.connection.execute(sql`
    select r.* from (${RECORDS(ctx.organizationId)}) r where r.kind = ${kind} and r.subject = ${subject}`)) as unknown as SealedRecord[];
  return row ?? null;
}

export interface StampedRecord extends SealedRecord {
  readonly renewals: number;
  readonly renewedAt: string | null;
  readonly until: string;
  /** The record had none of its own. */
  readonly isFirst: boolean;
}

/** Renewed ones first, the newest renewal first, then those whose own ends first. */
export async function loadStamped(ctx: Context, limit: number): Promise<StampedRecord[]> {
  return (await ctx.connection.execute(sql`
    select r.*, n.number as renewals, n.until, case when n.number > 0 then n.made_at end as "renewedAt"
    from (${RECORDS(ctx.organizationId)}
      union all select distinct 'checkpoint', subject, '', null::text, null::text, null::timestamptz
        from record_stamps where organization_id = ${ctx.organizationId} and kind = 'checkpoint') r
    join lateral (
      select number, until, made_at from record_stamps s where s.organization_id = ${ctx.organizationId}
        and s.kind = r.kind and s.subject = r.subject order by number desc limit 1) n on true
    order by (n.number > 0) desc, "renewedAt" desc nulls last, n.until limit ${limit}`)) as unknown as StampedRecord[];
}

export async function countStamped(ctx: Context) {
  const [row] = (await ctx.connection.execute(sql`
    select count(*) filter (where number = 0)::int as records, count(*) filter (where number > 0)::int as renewals
    from record_stamps where organization_id = ${ctx.organizationId}`)) as unknown as {
    records: number;
    renewals: number;
  }[];
  return row!;
}

/** In order. */
export async function loadLine(ctx: Context, kind: StampedKind, subject: string): Promise<StampRow[]> {
  return ctx.connection
    .select()
    .from(recordStamps)
    .where(
      and(
        eq(recordStamps.organizationId, ctx.organizationId),
        inArray(recordStamps.kind, [kind]),
        eq(recordStamps.subject, subject),
      ),
    )
    .orderBy(asc(recordStamps.number));
}

/** @returns whether it is the first of its number. */
export async function saveStamp(ctx: Context, row: typeof recordStamps.$inferInsert): Promise<boolean> {
  const saved = await ctx.connection
    .insert(recordStamps)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: recordStamps.id });
  return saved.length > 0;
}
