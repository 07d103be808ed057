import { asc, desc, eq, sql } from "drizzle-orm";
import { auditEvents, auditOpenings } from "#db/schema/audit.ts";
import { toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, EventId } from "#lib/ids.ts";
import type { Opening } from "./core/commitment.ts";

/** Lets one appender at a time go on with a chain, until its transaction ends. */
export async function lockChain(ctx: Context, chainId: string): Promise<void> {
  await ctx.connection.execute(sql`select pg_advisory_xact_lock(hashtextextended(${chainId}, 7))`);
}

export async function lastLink(
  ctx: Context,
  chainId: string,
): Promise<{ sequence: number; hash: Uint8Array } | null> {
  const [row] = await ctx.connection
    .select({ sequence: auditEvents.sequence, hash: auditEvents.hash })
    .from(auditEvents)
    .where(eq(auditEvents.chainId, chainId))
    .orderBy(desc(auditEvents.sequence))
    .limit(1);
  return row ?? null;
}

/**
 * Writes an event, what opens its commitments, and the notice to listening pages, which goes out only when the
 * transaction commits: one statement, since each trip to the database costs more than the work in it.
 */
export async function saveEvent(
  ctx: Context,
  event: Omit<typeof auditEvents.$inferInsert, "organizationId">,
  openings: readonly Opening[],
): Promise<void> {
  const { organizationId } = ctx;
  const { id, chainId, envelopeId, sequence, type, body, hash, occurredAt } = event;
  const notice = JSON.stringify({ organizationId, envelopeId, type });
  const opened = JSON.stringify(
    openings.map(({ path, salt, value }) => ({ path, salt: toHex(salt), value: value.toWellFormed() })),
  );
  await ctx.connection.execute(sql`
    with event as (
      insert into audit_events (organization_id, id, chain_id, envelope_id, sequence, type, body, hash, occurred_at)
      values (${organizationId}, ${id}, ${chainId}, ${envelopeId ?? null}, ${sequence}, ${type}, ${body},
        decode(${toHex(hash)}, 'hex'), ${occurredAt.toISOString()}::timestamptz)
    ), opened as (
      insert into audit_openings (organization_id, event_id, path, salt, value)
      select ${organizationId}::uuid, ${id}::uuid, o.path, decode(o.salt, 'hex'), o.value
      from jsonb_to_recordset(${opened}::jsonb) as o(path text, salt text, value text)
    )
    select pg_notify('whereof_events', ${notice})`);
}

/** The same for many events of chains that begin with them; listening pages get one notice for all. */
export async function saveEvents(
  ctx: Context,
  events: readonly Omit<typeof auditEvents.$inferInsert, "organizationId">[],
  openings: readonly (Opening & { readonly eventId: EventId })[],
): Promise<void> {
  const { organizationId } = ctx;
  const notice = JSON.stringify({ organizationId, envelopeId: null, type: events.at(-1)?.type });
  const rows = JSON.stringify(
    events.map(({ id, chainId, envelopeId, sequence, type, body, hash, occurredAt }) => ({
      ...{ id, c: chainId, e: envelopeId ?? null, s: sequence, t: type, b: body },
      ...{ h: toHex(hash), at: occurredAt.toISOString() },
    })),
  );
  const opened = JSON.stringify(
    openings.map(({ eventId, path, salt, value }) => ({
      e: eventId,
      p: path,
      s: toHex(salt),
      v: value.toWellFormed(),
    })),
  );
  await ctx.connection.execute(sql`
    with event as (
      insert into audit_events (organization_id, id, chain_id, envelope_id, sequence, type, body, hash, occurred_at)
      select ${organizationId}::uuid, r.id, r.c, r.e, r.s, r.t, r.b, decode(r.h, 'hex'), r.at
      from json_to_recordset(${rows}::json)
        as r(id uuid, c uuid, e uuid, s integer, t text, b text, h text, at timestamptz)
    ), opened as (
      insert into audit_openings (organization_id, event_id, path, salt, value)
      select ${organizationId}::uuid, o.e, o.p, decode(o.s, 'hex'), o.v
      from json_to_recordset(${opened}::json) as o(e uuid, p text, s text, v text)
    )
    select pg_notify('whereof_events', ${notice})`);
}

export interface StoredEvent {
  readonly id: EventId;
  readonly envelopeId: EnvelopeId | null;
  readonly sequence: number;
  readonly type: string;
  readonly body: string;
  readonly hash: Uint8Array;
  readonly occurredAt: Date;
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
    })
    .from(auditEvents)
    .where(eq(auditEvents.chainId, chainId))
    .orderBy(asc(auditEvents.sequence));
}

export async function loadEvent(ctx: Context, id: EventId): Promise<StoredEvent | null> {
  const [row] = await ctx.connection.select().from(auditEvents).where(eq(auditEvents.id, id));
  return row ?? null;
}

export async function loadOpenings(ctx: Context, chainId: string): Promise<Map<string, Opening[]>> {
  const rows = await ctx.connection
    .select({
      eventId: auditOpenings.eventId,
      path: auditOpenings.path,
      salt: auditOpenings.salt,
      value: auditOpenings.value,
    })
    .from(auditOpenings)
    .innerJoin(auditEvents, eq(auditEvents.id, auditOpenings.eventId))
    .where(eq(auditEvents.chainId, chainId));
  return Map.groupBy(rows, (row) => row.eventId);
}

export async function loadOpeningsOf(ctx: Context, eventId: EventId): Promise<Opening[]> {
  return ctx.connection
    .select({ path: auditOpenings.path, salt: auditOpenings.salt, value: auditOpenings.value })
    .from(auditOpenings)
    .where(eq(auditOpenings.eventId, eventId));
}
