import { asc, desc, eq, sql } from "drizzle-orm";
import { auditEvents, auditOpenings } from "#db/schema/audit.ts";
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

export async function saveEvent(
  ctx: Context,
  event: Omit<typeof auditEvents.$inferInsert, "organizationId">,
  openings: readonly Opening[],
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection.insert(auditEvents).values({ ...event, organizationId });
  if (openings.length === 0) return;
  await ctx.connection
    .insert(auditOpenings)
    .values(openings.map((opening) => ({ ...opening, organizationId, eventId: event.id })));
}

/** Tells listening pages that something happened; only when the transaction commits. */
export async function announce(
  ctx: Context,
  message: Readonly<Record<string, string | null>>,
): Promise<void> {
  await ctx.connection.execute(sql`select pg_notify('whereof_events', ${JSON.stringify(message)})`);
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
