import { and, asc, between, desc, eq, gte, inArray, like, lt, or, type SQL, sql } from "drizzle-orm";
import { auditEvents } from "#db/schema/audit.ts";
import { documents, envelopes, fields, recipients } from "#db/schema/envelopes.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { fromHex, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, EventId, MemberId } from "#lib/ids.ts";

/** Which events: all that is not null must fit. */
export interface EventFilter {
  /** Only of envelopes of this member. */
  readonly ownerId: MemberId | null;
  readonly from: Date | null;
  /** Before this moment. */
  readonly to: Date | null;
  readonly types: readonly string[] | null;
  /** Members and recipients. */
  readonly people: readonly string[] | null;
  readonly chainId: string | null;
  readonly address: {
    /** What the address is found by. */
    readonly mark: Uint8Array;
    /** The events from there, when they are few; null when they are many. */
    readonly events: readonly string[] | null;
  } | null;
  /** One of these must fit. */
  readonly words: {
    readonly types: readonly string[];
    readonly envelopes: readonly string[];
    /** Lower-case hex the hash begins with. */
    readonly hash: string | null;
  } | null;
}

export interface EventPlace {
  readonly at: Date;
  readonly id: string;
}

/** A list as one parameter: however long, the statement stays the same. */
const listed = (values: readonly string[], type: "text" | "uuid") =>
  sql`any(${sql.param(`{${values.map((value) => JSON.stringify(value)).join(",")}}`)}::${sql.raw(type)}[])`;

const STORED = {
  id: auditEvents.id,
  chainId: auditEvents.chainId,
  envelopeId: auditEvents.envelopeId,
  sequence: auditEvents.sequence,
  type: auditEvents.type,
  body: auditEvents.body,
  hash: auditEvents.hash,
  occurredAt: auditEvents.occurredAt,
} as const;

export type EventRow = Awaited<ReturnType<typeof findEvents>>[number];

/** Newest first, those before `before`. */
export async function findEvents(
  ctx: Context,
  filter: EventFilter,
  before: EventPlace | null,
  limit: number,
) {
  return ctx.connection
    .select(STORED)
    .from(auditEvents)
    .where(and(...conditions(ctx, filter), before ? isBefore(before) : undefined))
    .orderBy(desc(auditEvents.occurredAt), desc(auditEvents.id))
    .limit(limit);
}

/** How many there are, counted up to `most`. */
export async function countEvents(ctx: Context, filter: EventFilter, most: number): Promise<number> {
  const found = ctx.connection
    .select({ one: sql`1` })
    .from(auditEvents)
    .where(and(...conditions(ctx, filter)))
    .limit(most)
    .as("found");
  const [row] = await ctx.connection.select({ count: sql<number>`count(*)::int` }).from(found);
  return row!.count;
}

const isBefore = ({ at, id }: EventPlace): SQL =>
  sql`(${auditEvents.occurredAt}, ${auditEvents.id}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`;

function conditions(ctx: Context, filter: EventFilter): (SQL | undefined)[] {
  const { organizationId } = ctx;
  const { ownerId, from, to, types, people, chainId, address, words } = filter;
  return [
    eq(auditEvents.organizationId, organizationId),
    from ? gte(auditEvents.occurredAt, from) : undefined,
    to ? lt(auditEvents.occurredAt, to) : undefined,
    types ? sql`${auditEvents.type} = ${listed(types, "text")}` : undefined,
    people
      ? or(
          sql`${auditEvents.actorId} = ${listed(people, "text")}`,
          sql`${auditEvents.aboutId} = ${listed(people, "text")}`,
        )
      : undefined,
    chainId ? eq(auditEvents.chainId, chainId) : undefined,
    address ? isFromAddress(ctx, address) : undefined,
    ownerId === null
      ? undefined
      : sql`${auditEvents.chainId} in (select e.id from envelopes e
          where e.organization_id = ${organizationId} and e.owner_id = ${ownerId})`,
    words ? toldBy(words) : undefined,
  ];
}

// The index of openings by address is a partial one: its condition must be the same to the letter.
const isFrom = ({ organizationId }: Context, mark: Uint8Array) =>
  sql`o.organization_id = ${organizationId} and o.address_mark is not null
    and o.address_mark = decode(${toHex(mark)}, 'hex')`;

/** Few are named one by one: how rare an address is the planner cannot know, and would walk past everything else. */
const isFromAddress = (ctx: Context, { mark, events }: NonNullable<EventFilter["address"]>): SQL =>
  events
    ? sql`${auditEvents.id} = ${listed(events, "uuid")}`
    : sql`${auditEvents.id} in (select o.event_id from audit_openings o where ${isFrom(ctx, mark)})`;

export async function findEventsFrom(ctx: Context, mark: Uint8Array, most: number): Promise<string[]> {
  const rows = await ctx.connection.execute<{ id: string }>(
    sql`select o.event_id as id from audit_openings o where ${isFrom(ctx, mark)} limit ${most}`,
  );
  return [...rows].map(({ id }) => id);
}

function toldBy({ types, envelopes, hash }: NonNullable<EventFilter["words"]>): SQL | undefined {
  return or(
    sql`${auditEvents.type} = ${listed(types, "text")}`,
    sql`${auditEvents.chainId} = ${listed(envelopes, "uuid")}`,
    hash === null ? undefined : between(auditEvents.hash, ...hashesFrom(hash)),
  );
}

/** The first and the last hash of those that begin with some hex digits. */
const hashesFrom = (hex: string) =>
  [fromHex(hex.padEnd(64, "0")), fromHex(hex.padEnd(64, "f"))] as [Uint8Array, Uint8Array];

const pattern = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

/** Members and recipients whose name or address holds a text. */
export async function findPeople(ctx: Context, text: string, most: number): Promise<string[]> {
  const wanted = pattern(text);
  const { organizationId } = ctx;
  const holds = (table: { name: typeof recipients.name; email: typeof recipients.email } | typeof accounts) =>
    or(like(sql`lower(${table.name})`, wanted), like(sql`lower(${table.email})`, wanted));
  const asRecipients = await ctx.connection
    .select({ id: recipients.id })
    .from(recipients)
    .where(and(eq(recipients.organizationId, organizationId), holds(recipients)))
    .limit(most);
  const asMembers = await ctx.connection
    .select({ id: members.id })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, organizationId), holds(accounts)))
    .limit(most);
  return [...asRecipients, ...asMembers].map(({ id }) => id);
}

/** Envelopes whose title or number holds a text. */
export async function findEnvelopes(ctx: Context, text: string, most: number): Promise<string[]> {
  const wanted = pattern(text);
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(
      and(
        eq(envelopes.organizationId, ctx.organizationId),
        or(like(sql`lower(${envelopes.title})`, wanted), like(sql`lower(${envelopes.shortId})`, wanted)),
      ),
    )
    .limit(most);
  return rows.map(({ id }) => id);
}

export async function findEnvelopeByNumber(ctx: Context, shortId: string): Promise<EnvelopeId | null> {
  const [row] = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(and(eq(envelopes.shortId, shortId), eq(envelopes.organizationId, ctx.organizationId)));
  return row?.id ?? null;
}

/** All of one chain, in its order. */
export async function loadChainRows(ctx: Context, chainId: string): Promise<EventRow[]> {
  return ctx.connection
    .select(STORED)
    .from(auditEvents)
    .where(and(eq(auditEvents.chainId, chainId), eq(auditEvents.organizationId, ctx.organizationId)))
    .orderBy(asc(auditEvents.sequence));
}

export async function loadEventRow(ctx: Context, id: EventId): Promise<EventRow | null> {
  const [row] = await ctx.connection
    .select(STORED)
    .from(auditEvents)
    .where(and(eq(auditEvents.id, id), eq(auditEvents.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** The hash before an event in its chain; null for the first. */
export async function loadHashBefore(
  ctx: Context,
  { chainId, sequence }: EventRow,
): Promise<Uint8Array | null> {
  const [row] = await ctx.connection
    .select({ hash: auditEvents.hash })
    .from(auditEvents)
    .where(and(eq(auditEvents.chainId, chainId), eq(auditEvents.sequence, sequence - 1)));
  return row?.hash ?? null;
}

/** What the events of some envelopes name. */
export async function loadNames(ctx: Context, ids: readonly EnvelopeId[]) {
  const own = <T extends typeof envelopes | typeof recipients | typeof documents | typeof fields>(table: T) =>
    eq(table.organizationId, ctx.organizationId);
  const { connection } = ctx;
  if (ids.length === 0) return { envelopes: [], recipients: [], documents: [], fields: [] };
  return {
    envelopes: await connection
      .select({
        ...{ id: envelopes.id, title: envelopes.title, shortId: envelopes.shortId },
        ownerId: envelopes.ownerId,
      })
      .from(envelopes)
      .where(and(inArray(envelopes.id, [...ids]), own(envelopes))),
    recipients: await connection
      .select()
      .from(recipients)
      .where(and(inArray(recipients.envelopeId, [...ids]), own(recipients))),
    documents: await connection
      .select()
      .from(documents)
      .where(and(inArray(documents.envelopeId, [...ids]), own(documents))),
    fields: await connection
      .select()
      .from(fields)
      .where(and(inArray(fields.envelopeId, [...ids]), own(fields))),
  };
}
