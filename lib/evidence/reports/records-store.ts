import { type SQL, sql } from "drizzle-orm";
import type { Context } from "#lib/context.ts";

/** Rows of one organization, read for reports across the tables that other rooms write. */
async function rowsOf<T>(ctx: Context, statement: SQL): Promise<T[]> {
  return (await ctx.connection.execute(statement)) as unknown as T[];
}

const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;

export interface CompletedRecord {
  readonly id: string;
  readonly shortId: string;
  readonly title: string;
  readonly endedAt: string;
  readonly missing: readonly string[];
}

/**
 * Envelopes completed in a period, and which of the things their evidence consists of are not on record: a sealed
 * revision of every document, a signed act and a certificate of every signer, a notice agreed to, an image of every
 * page as it was shown, the audit trail, an evidence package.
 */
export async function loadCompleteness(ctx: Context, from: Date, to: Date): Promise<CompletedRecord[]> {
  return rowsOf(
    ctx,
    sql`select e.id, e.short_id as "shortId", e.title, e.ended_at as "endedAt", array_remove(array[
      case when exists (select from documents d where d.envelope_id = e.id and d.removed_at is null and not exists
        (select from document_revisions r where r.document_id = d.id and r.number >= 2)) then 'sealed-document' end,
      case when exists (select from documents d where d.envelope_id = e.id and d.removed_at is null and not exists
        (select from document_revisions r where r.document_id = d.id and r.number = 0)) then 'original' end,
      case when exists (select from recipients p where p.envelope_id = e.id and p.role in ('signer', 'witness', 'notary')
        and p.state not in ('released', 'skipped', 'delegated')
        and (p.finished_event_id is null or p.signed_at is null)) then 'act' end,
      case when exists (select from recipients p where p.envelope_id = e.id and p.role in ('signer', 'witness', 'notary')
        and p.state not in ('released', 'skipped', 'delegated')
        and p.consented_at is null) then 'consent' end,
      case when exists (select from recipients p where p.envelope_id = e.id and p.role in ('signer', 'witness', 'notary')
        and p.state not in ('released', 'skipped', 'delegated') and not exists
        (select from certificates c where c.envelope_id = e.id and c.recipient_id = p.id)) then 'certificate' end,
      case when exists (select from documents d where d.envelope_id = e.id and d.removed_at is null
        and jsonb_array_length(d.pages) > (select count(distinct i.page) from page_images i
          where i.document_id = d.id and i.revision >= 1)) then 'page-images' end,
      case when not exists (select from artifacts a where a.envelope_id = e.id) then 'audit-trail' end,
      case when not exists (select from evidence_packages p where p.envelope_id = e.id and p.state = 'ready')
        then 'package' end
    ]::text[], null) as missing
    from envelopes e
    where e.organization_id = ${ctx.organizationId} and e.state = 'completed' and e.purged_at is null
      and e.ended_at >= ${at(from)} and e.ended_at < ${at(to)}
    order by e.ended_at desc`,
  );
}

export interface ArchivedRecord {
  readonly id: string;
  readonly shortId: string;
  readonly title: string;
  readonly endedAt: string;
  readonly archivedAt: string | null;
  readonly refusal: string | null;
}

/** Completed before a moment and not archived, or archived in a period; longest complete first. */
export async function loadArchiving(
  ctx: Context,
  from: Date,
  to: Date,
  late: Date,
): Promise<ArchivedRecord[]> {
  return rowsOf(
    ctx,
    sql`select e.id, e.short_id as "shortId", e.title, e.ended_at as "endedAt", a.archived_at as "archivedAt", a.refusal
    from envelopes e left join archives a on a.envelope_id = e.id
    where e.organization_id = ${ctx.organizationId} and e.state = 'completed' and e.purged_at is null
      and ((a.archived_at is null and e.ended_at < ${at(late)})
        or (a.archived_at >= ${at(from)} and a.archived_at < ${at(to)}))
    order by e.ended_at`,
  );
}

export interface OpenExport {
  readonly id: string;
  readonly destination: string;
  readonly contract: string;
  readonly requestedAt: string;
  readonly approvedAt: string | null;
  readonly builtAt: string | null;
  readonly takenAt: string | null;
  readonly receivedAt: string | null;
  readonly destroyedAt: string | null;
  readonly reviewDueAt: string | null;
  readonly reviewedAt: string | null;
}

/** Keys on their way out whose custody has not been closed: not received, not destroyed here, or not reviewed. */
export async function loadOpenCustody(ctx: Context): Promise<OpenExport[]> {
  return rowsOf(
    ctx,
    sql`select id, destination, contract, requested_at as "requestedAt", approved_at as "approvedAt",
      built_at as "builtAt", taken_at as "takenAt", received_at as "receivedAt", destroyed_at as "destroyedAt",
      review_due_at as "reviewDueAt", reviewed_at as "reviewedAt"
    from key_exports where organization_id = ${ctx.organizationId} and refused_at is null
      and (destroyed_at is null or (taken_at is not null and reviewed_at is null))
    order by requested_at`,
  );
}

export interface ClassRecord {
  readonly id: string;
  readonly name: string;
  readonly basis: string;
  readonly years: number;
  readonly chosen: number;
  readonly retired: boolean;
}

/** Classes whose name or basis has one of these words, with the envelopes under them. @param words a POSIX pattern */
export async function loadClassesNaming(ctx: Context, words: string): Promise<ClassRecord[]> {
  return rowsOf(
    ctx,
    sql`select c.id, c.name, c.basis, c.years, c.retired_at is not null as retired,
      (select count(*)::int from envelope_retention r join envelopes e on e.id = r.envelope_id
        where r.class_id = c.id and e.deleted_at is null and e.purged_at is null) as chosen
    from retention_classes c
    where c.organization_id = ${ctx.organizationId} and (c.name ~* ${words} or c.basis ~* ${words})
    order by lower(c.name)`,
  );
}

/** A signed business associate agreement (45 CFR 164.504(e)). Days of the calendar. */
export interface AgreementRecord {
  readonly coveredEntity: string;
  readonly businessAssociate: string;
  readonly signedOn: string;
  readonly endsOn: string | null;
  readonly fileName: string;
  readonly sha256: string;
  /** Taken off the record. */
  readonly isEnded: boolean;
}

/** Newest first. */
export async function loadAgreements(ctx: Context): Promise<AgreementRecord[]> {
  return rowsOf(
    ctx,
    sql`select covered_entity as "coveredEntity", business_associate as "businessAssociate",
      signed_on::text as "signedOn", ends_on::text as "endsOn", file_name as "fileName", sha256,
      ended_at is not null as "isEnded"
    from business_agreements where organization_id = ${ctx.organizationId}
    order by recorded_at desc, id desc limit 1000`,
  );
}

export interface HealthEnvelope {
  readonly id: string;
  readonly shortId: string;
  readonly title: string;
  /** Null where only a mark on a document says it. */
  readonly className: string | null;
  readonly isMarked: boolean;
  readonly state: string;
  readonly endedAt: string | null;
}

interface HealthCounts {
  readonly records: number;
  readonly marked: number;
  readonly held: number;
}

/** Envelopes under those classes or with a document marked as health data: how many, and the newest of them. */
export async function loadHealthEnvelopes(
  ctx: Context,
  classIds: readonly string[],
): Promise<{ readonly counts: HealthCounts; readonly envelopes: HealthEnvelope[] }> {
  const found = sql`select e.id, e.short_id, e.title, e.state, e.ended_at, e.created_at, c.name as class_name,
      e.held_since is not null as is_held,
      exists (select from documents d where d.envelope_id = e.id and d.holds_health and d.removed_at is null) as is_marked
    from envelopes e
    left join envelope_retention r on r.envelope_id = e.id and r.class_id = any(${idArray(classIds)})
    left join retention_classes c on c.id = r.class_id
    where e.organization_id = ${ctx.organizationId} and e.deleted_at is null and e.purged_at is null`;
  const counted = await rowsOf<HealthCounts>(
    ctx,
    sql`select count(*)::int as records, count(*) filter (where is_marked)::int as marked,
      count(*) filter (where is_held)::int as held
    from (${found}) f where class_name is not null or is_marked`,
  );
  const envelopes = await rowsOf<HealthEnvelope>(
    ctx,
    sql`select id, short_id as "shortId", title, state, ended_at as "endedAt", class_name as "className",
      is_marked as "isMarked"
    from (${found}) f where class_name is not null or is_marked order by created_at desc limit 5001`,
  );
  return { counts: counted[0]!, envelopes };
}

const idArray = (ids: readonly string[]) => sql`${`{${ids.join(",")}}`}::uuid[]`;

export interface ClassOfEnvelope {
  readonly envelopeId: string;
  readonly className: string;
}

/** Which classes were chosen for envelopes of a period. */
export async function loadChosenClasses(ctx: Context): Promise<ClassOfEnvelope[]> {
  return rowsOf(
    ctx,
    sql`select r.envelope_id as "envelopeId", c.name as "className"
    from envelope_retention r join retention_classes c on c.id = r.class_id
    where r.organization_id = ${ctx.organizationId}`,
  );
}

export interface Connector {
  readonly kind: "archive" | "sftp" | "keys" | "log";
  readonly name: string;
  readonly since: string | null;
  readonly triedAt: string | null;
  readonly refusal: string | null;
  readonly address: string;
}

/** Everything outside that the installation works with, and how it was found the last time. */
export async function loadConnectors(ctx: Context): Promise<Connector[]> {
  return rowsOf(
    ctx,
    sql`select 'archive' as kind, bucket as name, created_at as since, tried_at as "triedAt", refusal,
      '/retention/archive' as address from archive_places
      where organization_id = ${ctx.organizationId} and removed_at is null
    union all select 'sftp', user_name || '@' || host, created_at, tried_at, refusal, '/key-exports' from sftp_places
      where organization_id = ${ctx.organizationId} and removed_at is null
    union all select 'keys', provider, since, checked_at, refusal, '/keys' from key_provider_states
    union all select 'log', 'log', coalesce(waiting_since, checkpointed_at), checkpointed_at, waiting_for, '/log'
      from log_status`,
  );
}

export interface BackupRecord {
  readonly id: string;
  readonly createdAt: string;
  readonly destroyedAt: string | null;
  readonly drilledAt: string | null;
  readonly drilledBy: string | null;
  readonly failed: number | null;
}

/** Backups of keys that are there, or were drilled in a period. */
export async function loadBackups(ctx: Context, from: Date, to: Date): Promise<BackupRecord[]> {
  return rowsOf(
    ctx,
    sql`select id, created_at as "createdAt", destroyed_at as "destroyedAt", drilled_at as "drilledAt",
      drilled_by as "drilledBy",
      (select count(*)::int from jsonb_array_elements(coalesce(checks, '[]'::jsonb)) c
        where (c ->> 'isGood')::boolean is false) as failed
    from key_backups where organization_id = ${ctx.organizationId}
      and (destroyed_at is null or (drilled_at >= ${at(from)} and drilled_at < ${at(to)}))
    order by created_at desc`,
  );
}

export interface Part11Facts {
  readonly completed: number;
  readonly checked: number;
  readonly failed: number;
  readonly members: number;
  readonly brokenLog: number | null;
  readonly lastReview: string | null;
}

export async function loadPart11(ctx: Context, from: Date, to: Date): Promise<Part11Facts> {
  const [row] = await rowsOf<Part11Facts>(
    ctx,
    sql`select
      (select count(*)::int from envelopes e where e.organization_id = ${ctx.organizationId} and e.state = 'completed'
        and e.ended_at >= ${at(from)} and e.ended_at < ${at(to)}) as completed,
      (select count(*)::int from quality_checks q where q.organization_id = ${ctx.organizationId}
        and q.checked_at >= ${at(from)} and q.checked_at < ${at(to)}) as checked,
      (select count(*)::int from quality_checks q where q.organization_id = ${ctx.organizationId}
        and q.checked_at >= ${at(from)} and q.checked_at < ${at(to)}
        and jsonb_array_length(q.findings) > 0) as failed,
      (select count(*)::int from members m where m.organization_id = ${ctx.organizationId}
        and m.removed_at is null) as members,
      (select (checked ->> 'findingCount')::int from log_status) as "brokenLog",
      (select max(closed_at) from access_reviews r where r.organization_id = ${ctx.organizationId}) as "lastReview"`,
  );
  return row!;
}
