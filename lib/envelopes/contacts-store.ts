import { and, desc, eq, like, type SQL, sql } from "drizzle-orm";
import { contacts } from "#db/schema/following.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";

export interface Contact {
  readonly email: string;
  readonly name: string;
  readonly company: string;
  readonly phone: string;
  readonly language: string;
  readonly groups: readonly string[];
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
      insert into contacts as c (organization_id, member_id, email, name, company, phone, language, groups, searched,
        last_envelope_id, used_at)
      select ${ctx.organizationId}::uuid, ${memberId}::uuid, r.email, r.name, r.company, r.phone, r.language, r.groups,
        r.searched, ${envelopeId}::uuid, ${ctx.now().toISOString()}::timestamptz
      from jsonb_to_recordset(${some}::jsonb) as r(email text, name text, company text, phone text, language text,
        groups text[], searched text)
      on conflict (member_id, email) do update set
        name = coalesce(nullif(excluded.name, ''), c.name), company = coalesce(nullif(excluded.company, ''), c.company),
        phone = coalesce(nullif(excluded.phone, ''), c.phone),
        language = coalesce(nullif(excluded.language, ''), c.language),
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
): Promise<Contact[]> {
  const conditions: (SQL | undefined)[] = [own(ctx, memberId)];
  for (const word of query.words)
    conditions.push(like(contacts.searched, `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`));
  if (query.group) conditions.push(sql`${query.group} = any(${contacts.groups})`);
  const { email, name, company, phone, language, groups } = contacts;
  return ctx.connection
    .select({ email, name, company, phone, language, groups })
    .from(contacts)
    .where(and(...conditions))
    .orderBy(desc(contacts.usedAt), email)
    .limit(query.limit);
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
