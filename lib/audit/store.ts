import { asc, eq, type SQL, sql } from "drizzle-orm";
import { executePrepared, sendPrepared } from "#db/client.ts";
import { auditEvents, auditOpenings, chainKeys } from "#db/schema/audit.ts";
import { toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, EventId } from "#lib/ids.ts";
import type { RowVersion } from "./core/changing-tables.ts";

export type Revisions = { readonly [documentId: string]: number };

/** The end of a chain, and the key of its personal values. */
export interface ChainEnd {
  /** Null for a chain that is yet to begin. */
  readonly last: { readonly sequence: number; readonly hash: Uint8Array } | null;
  /** Null where there is none, or none any more. */
  readonly wrappedKey: Uint8Array | null;
  /** The newest revision of each document of the envelope, by the documents' ids. */
  readonly revisions: Revisions;
  /** What the transaction changed since its last event. */
  readonly changed: readonly RowVersion[];
}

/** Costs nothing where nothing was changed. */
const TAKEN = sql`case when coalesce(current_setting('app.changed_rows', true), '') = '' then null
  else take_changed_rows() end`;

/** Of each table its rows: key, version, hash and columns. */
type TakenRows = readonly [string, readonly [string, number, string | null, string][]][];

const versionsOf = (taken: string | null): RowVersion[] =>
  taken === null
    ? []
    : (JSON.parse(taken) as TakenRows).flatMap(([tableName, rows]) =>
        rows.map(([rowKey, version, rowSha256, columns]) => ({
          ...{ tableName, rowKey, version, rowSha256, columns },
        })),
      );

/** What the transaction changed since its last event; from now on that waits for the next one no more. */
export async function takeChanged({ connection }: Context): Promise<RowVersion[]> {
  const [row] = await executePrepared<{ taken: string | null }>(connection, sql`select ${TAKEN} as taken`);
  return versionsOf(row!.taken);
}

/** As `lockChain` gives them, of many envelopes that nobody else knows yet. */
export async function loadRevisions(
  { connection }: Context,
  envelopeIds: readonly EnvelopeId[],
): Promise<ReadonlyMap<string, Revisions>> {
  const rows = (await connection.execute(sql`
    select d.envelope_id as id,
      jsonb_object_agg(d.id, (select max(r.number) from document_revisions r where r.document_id = d.id)) as revisions
    from documents d where d.envelope_id = any(${sql.param(`{${envelopeIds.join(",")}}`)}::uuid[])
      and d.removed_at is null group by d.envelope_id`)) as unknown as { id: string; revisions: Revisions }[];
  return new Map(rows.map(({ id, revisions }) => [id, revisions]));
}

/** Keeps everybody else from going on with a chain until the transaction ends. */
export async function holdChain({ connection }: Context, chainId: string): Promise<void> {
  await connection.execute(sql`select from lock_chain(${chainId})`);
}

/** Writes what rows were when an event was appended. */
export function saveVersions(
  { connection, organizationId }: Context,
  eventId: EventId,
  rows: readonly RowVersion[],
): void {
  const text = JSON.stringify(rows);
  sendPrepared(
    connection,
    sql`
    insert into row_versions (organization_id, table_name, row_key, version, columns, row_sha256, event_id)
    select ${organizationId}::uuid, r."tableName", r."rowKey", r.version, r.columns, decode(r."rowSha256", 'hex'),
      ${eventId}::uuid
    from jsonb_to_recordset(${text}::text::jsonb)
      as r("tableName" text, "rowKey" text, version integer, columns text, "rowSha256" text)`,
  );
}

/** Lets one appender at a time go on with a chain, until its transaction ends, and says how it ends. */
export async function lockChain({ connection }: Context, chainId: string): Promise<ChainEnd> {
  const [row] = await executePrepared<{
    last_sequence: number | null;
    last_hash: Uint8Array;
    chain_key: Uint8Array | null;
    revisions: Revisions | null;
    taken: string | null;
  }>(
    connection,
    sql`select last_sequence, last_hash, chain_key, revisions, ${TAKEN} as taken from lock_chain(${chainId})`,
  );
  const { last_sequence: sequence, last_hash, chain_key, revisions, taken } = row!;
  return {
    last: sequence === null ? null : { sequence, hash: new Uint8Array(last_hash) },
    wrappedKey: chain_key && new Uint8Array(chain_key),
    revisions: revisions ?? {},
    changed: versionsOf(taken),
  };
}

/** An event as it is written: its row, what opens its commitments, and the key of a chain that begins with it. */
export interface WrittenEvent {
  readonly row: Omit<typeof auditEvents.$inferInsert, "organizationId">;
  /** Null for an event that names nobody. */
  readonly opened: { readonly sealed: Uint8Array; readonly addressMark: Uint8Array | null } | null;
  readonly newKey: Uint8Array | null;
}

/**
 * Writes an event, what opens its commitments and the key of a chain that begins: one statement, since each trip to
 * the database costs more than the work in it.
 */
export function saveEvent(ctx: Context, { row, opened, newKey }: WrittenEvent): void {
  const { organizationId } = ctx;
  const { id, chainId, envelopeId, sequence, type, body, hash, occurredAt, mac } = row;
  const [sealed, mark] = [opened?.sealed ?? null, opened?.addressMark ?? null];
  sendPrepared(
    ctx.connection,
    sql`with event as (
        insert into audit_events (organization_id, id, chain_id, envelope_id, sequence, type, body, hash, occurred_at, mac)
        values (${organizationId}, ${id}, ${chainId}, ${envelopeId ?? null}, ${sequence}, ${type}, ${body}, ${hash},
          ${occurredAt.toISOString()}, ${mac})
      ), opened as (
        insert into audit_openings (organization_id, event_id, sealed, address_mark)
        select ${organizationId}::uuid, ${id}::uuid, o.sealed, ${mark}::bytea
        from (select ${sealed}::bytea as sealed) o where o.sealed is not null
      )
      insert into chain_keys (organization_id, chain_id, wrapped_key)
      select ${organizationId}::uuid, ${chainId}::uuid, k.wrapped from (select ${newKey}::bytea as wrapped) k
      where k.wrapped is not null`,
  );
}

/** The same for many events of chains that begin with them. */
export async function saveEvents(ctx: Context, events: readonly WrittenEvent[]): Promise<void> {
  const { organizationId } = ctx;
  const hexOf = (value: Uint8Array | null | undefined) => (value ? toHex(value) : null);
  const rows = JSON.stringify(
    events.map(
      ({
        row: { id, chainId, envelopeId, sequence, type, body, hash, occurredAt, mac },
        opened,
        newKey,
      }) => ({
        ...{ id, c: chainId, e: envelopeId ?? null, s: sequence, t: type, b: body },
        ...{ h: toHex(hash), at: occurredAt.toISOString(), x: toHex(mac) },
        ...{ o: hexOf(opened?.sealed), m: hexOf(opened?.addressMark), k: hexOf(newKey) },
      }),
    ),
  );
  await ctx.connection.execute(sql`
    with rows as materialized (
      select * from json_to_recordset(${rows}::json) as r(id uuid, c uuid, e uuid, s integer, t text, b text, h text,
        at timestamptz, x text, o text, m text, k text)
    ), event as (
      insert into audit_events (organization_id, id, chain_id, envelope_id, sequence, type, body, hash, occurred_at, mac)
      select ${organizationId}::uuid, r.id, r.c, r.e, r.s, r.t, r.b, decode(r.h, 'hex'), r.at, decode(r.x, 'hex')
      from rows r
    ), opened as (
      insert into audit_openings (organization_id, event_id, sealed, address_mark)
      select ${organizationId}::uuid, r.id, decode(r.o, 'hex'), decode(r.m, 'hex') from rows r where r.o is not null
    )
    insert into chain_keys (organization_id, chain_id, wrapped_key)
    select ${organizationId}::uuid, r.c, decode(r.k, 'hex') from rows r where r.k is not null`);
}

export interface StoredEvent {
  readonly id: EventId;
  readonly envelopeId: EnvelopeId | null;
  readonly sequence: number;
  readonly type: string;
  readonly body: string;
  readonly hash: Uint8Array;
  readonly occurredAt: Date;
  readonly mac: Uint8Array;
}

/** How far a chain has come; 0 for one that is yet to begin. */
export async function findLastSequence({ connection }: Context, chainId: string): Promise<number> {
  const [row] = await executePrepared<{ last: number }>(
    connection,
    sql`select coalesce(max(sequence), 0)::int as last from audit_events where chain_id = ${chainId}`,
  );
  return row!.last;
}

export async function loadChain(ctx: Context, chainId: string): Promise<StoredEvent[]> {
  return ctx.connection
    .select({
      id: auditEvents.id,
      envelopeId: auditEvents.envelopeId,
      sequence: auditEvents.sequence,
      type: auditEvents.type,
      body: auditEvents.body,
      hash: auditEvents.hash,
      occurredAt: auditEvents.occurredAt,
      mac: auditEvents.mac,
    })
    .from(auditEvents)
    .where(eq(auditEvents.chainId, chainId))
    .orderBy(asc(auditEvents.sequence));
}

export async function loadEvent(ctx: Context, id: EventId): Promise<StoredEvent | null> {
  const [row] = await ctx.connection.select().from(auditEvents).where(eq(auditEvents.id, id));
  return row ?? null;
}

/** A sealed value, and the key of the chain it belongs to. */
export interface SealedOpenings {
  readonly eventId: EventId;
  readonly chainId: string;
  readonly sealed: Uint8Array;
  readonly wrappedKey: Uint8Array | null;
}

/** Those of one chain. */
export async function loadChainOpenings(ctx: Context, chainId: string): Promise<SealedOpenings[]> {
  return selectOpenings(ctx, eq(auditEvents.chainId, chainId));
}

/** Those of some events. A list is one parameter: however long, the statement stays the same. */
export async function loadOpeningsOf(ctx: Context, ids: readonly EventId[]): Promise<SealedOpenings[]> {
  return selectOpenings(ctx, sql`${auditOpenings.eventId} = any(${sql.param(`{${ids.join(",")}}`)}::uuid[])`);
}

async function selectOpenings(ctx: Context, which: SQL): Promise<SealedOpenings[]> {
  return ctx.connection
    .select({
      ...{ eventId: auditOpenings.eventId, chainId: auditEvents.chainId, sealed: auditOpenings.sealed },
      wrappedKey: chainKeys.wrappedKey,
    })
    .from(auditOpenings)
    .innerJoin(auditEvents, eq(auditEvents.id, auditOpenings.eventId))
    .leftJoin(chainKeys, eq(chainKeys.chainId, auditEvents.chainId))
    .where(which);
}
