import { and, desc, eq, inArray, isNotNull, like, type SQL, sql } from "drizzle-orm";
import { contacts } from "#db/schema/following.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import type { CheckMethod } from "./core/checks.ts";
import type { DeliveryCause } from "./core/delivery-state.ts";

export interface Contact {
  readonly email: string;
  readonly name: string;
  readonly company: string;
  readonly phone: string;
  readonly language: string;
  readonly groups: readonly string[];
  /** How they usually show who they are; empty for as everybody does. */
  readonly check: CheckMethod | "";
}

export interface KnownContact extends Contact {
  /** Mail to the address came back then, and why. */
  readonly lost: { readonly at: Date; readonly cause: DeliveryCause } | null;
}

const own = (ctx: Context, memberId: MemberId) =>
  and(eq(contacts.memberId, memberId), eq(contacts.organizationId, ctx.organizationId));

export async function countContacts(ctx: Context, memberId: MemberId): Promise<number> {
  const rows = await ctx.connection
    .select({ count: sql<number>`count(*)::int` })
    .from(contacts)
    .where(own(ctx, memberId));
  return rows[0]!.count;
}

/** What is known already stays where nothing new is said. */
export async function saveContacts(
  ctx: Context,
  memberId: MemberId,
  people: readonly (Contact & { readonly searched: string })[],
  envelopeId: EnvelopeId | null,
): Promise<void> {
  for (let start = 0; start < people.length; start += 500) {
    const some = JSON.stringify(people.slice(start, start + 500)).toWellFormed();
    await ctx.connection.execute(sql`
      insert into contacts as c (organization_id, member_id, email, name, company, phone, language, check_method, groups,
        searched, last_envelope_id, used_at, lost_at, lost_cause)
      select ${ctx.organizationId}::uuid, ${memberId}::uuid, r.email, r.name, r.company, r.phone, r.language, r."check",
        r.groups, r.searched, ${envelopeId}::uuid, ${ctx.now().toISOString()}::timestamptz, lost.at, lost.cause
      from jsonb_to_recordset(${some}::jsonb) as r(email text, name text, company text, phone text, language text,
        "check" text, groups text[], searched text)
      left join lateral (select k.lost_at as at, k.lost_cause as cause from contacts k
        where k.organization_id = ${ctx.organizationId} and k.email = r.email and k.lost_at is not null
        order by k.lost_at desc limit 1) lost on true
      on conflict (member_id, email) do update set
        name = coalesce(nullif(excluded.name, ''), c.name), company = coalesce(nullif(excluded.company, ''), c.company),
        phone = coalesce(nullif(excluded.phone, ''), c.phone),
        language = coalesce(nullif(excluded.language, ''), c.language),
        check_method = coalesce(nullif(excluded.check_method, ''), c.check_method),
        groups = case when excluded.groups = '{}' then c.groups else excluded.groups end,
        searched = excluded.searched, used_at = excluded.used_at,
        -- Who was brought along in a file is known without any envelope.
        last_envelope_id = case when c.last_envelope_id is null then null else excluded.last_envelope_id end`);
  }
}

export async function findContacts(
  ctx: Context,
  memberId: MemberId,
  query: { readonly words: readonly string[]; readonly group: string | null; readonly limit: number },
): Promise<KnownContact[]> {
  const conditions: (SQL | undefined)[] = [own(ctx, memberId)];
  for (const word of query.words)
    conditions.push(like(contacts.searched, `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`));
  if (query.group) conditions.push(sql`${query.group} = any(${contacts.groups})`);
  const { email, name, company, phone, language, groups, check, lostAt, lostCause } = contacts;
  const rows = await ctx.connection
    .select({ email, name, company, phone, language, groups, check, lostAt, lostCause })
    .from(contacts)
    .where(and(...conditions))
    .orderBy(desc(contacts.usedAt), email)
    .limit(query.limit);
  return rows.map(({ lostAt, lostCause, ...contact }) => ({
    ...contact,
    lost: lostAt ? { at: lostAt, cause: lostCause ?? "unknown" } : null,
  }));
}

/** One by its address, its row locked. */
export async function findContact(ctx: Context, memberId: MemberId, email: string) {
  const [row] = await ctx.connection
    .select()
    .from(contacts)
    .where(and(own(ctx, memberId), eq(contacts.email, email)))
    .for("update");
  return row ?? null;
}

/** As a member typed it: known without any envelope from then on. */
export async function writeContact(
  ctx: Context,
  memberId: MemberId,
  was: string,
  contact: Contact & {
    readonly searched: string;
    readonly lostAt: Date | null;
    lostCause: DeliveryCause | null;
  },
): Promise<void> {
  await ctx.connection
    .update(contacts)
    .set({ ...contact, groups: [...contact.groups], lastEnvelopeId: null })
    .where(and(own(ctx, memberId), eq(contacts.email, was)));
}

/** Everybody's of this address. */
export async function markLost(
  ctx: Context,
  email: string,
  lost: { readonly at: Date; readonly cause: DeliveryCause } | null,
): Promise<void> {
  await ctx.connection
    .update(contacts)
    .set({ lostAt: lost?.at ?? null, lostCause: lost?.cause ?? null })
    .where(and(eq(contacts.organizationId, ctx.organizationId), eq(contacts.email, email)));
}

/** Addresses that mail came back from, as anybody of the organization knows. */
export async function findLost(ctx: Context, emails: readonly string[]) {
  if (emails.length === 0) return [];
  const rows = await ctx.connection
    .selectDistinctOn([contacts.email], {
      email: contacts.email,
      at: contacts.lostAt,
      cause: contacts.lostCause,
    })
    .from(contacts)
    .where(
      and(
        eq(contacts.organizationId, ctx.organizationId),
        inArray(contacts.email, [...emails]),
        isNotNull(contacts.lostAt),
      ),
    )
    .orderBy(contacts.email, desc(contacts.lostAt));
  return rows.map(({ email, at, cause }) => ({ email, at: at!, cause: cause ?? ("unknown" as const) }));
}

/** Names of groups with how many are in each, in order. */
export async function countGroups(ctx: Context, memberId: MemberId, limit: number) {
  const rows = await ctx.connection
    .select({ name: sql<string>`unnest(${contacts.groups})`.as("name"), count: sql<number>`count(*)::int` })
    .from(contacts)
    .where(own(ctx, memberId))
    .groupBy(sql`1`)
    .orderBy(sql`1`)
    .limit(limit);
  return rows;
}

export async function deleteContactRow(ctx: Context, memberId: MemberId, email: string): Promise<boolean> {
  const rows = await ctx.connection
    .delete(contacts)
    .where(and(own(ctx, memberId), eq(contacts.email, email)))
    .returning({ email: contacts.email });
  return rows.length > 0;
}
