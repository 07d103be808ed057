import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { custodyWordings, evidencePackages } from "#db/schema/evidence.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";

export type WordingRow = typeof custodyWordings.$inferSelect;

const own = (ctx: Context) => eq(custodyWordings.organizationId, ctx.organizationId);

/** The newest first. */
export const loadWordings = (ctx: Context): Promise<WordingRow[]> =>
  ctx.connection.select().from(custodyWordings).where(own(ctx)).orderBy(desc(custodyWordings.number));

export async function findWording(ctx: Context, id: string): Promise<WordingRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(custodyWordings)
    .where(and(own(ctx), eq(custodyWordings.id, id)));
  return row ?? null;
}

export async function saveWording(ctx: Context, row: typeof custodyWordings.$inferInsert): Promise<void> {
  await ctx.connection.insert(custodyWordings).values(row);
}

/** Two people who publish at once publish one after the other, until the transaction ends. */
export async function lockWordings(ctx: Context): Promise<void> {
  await ctx.connection.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`custody-wording ${ctx.organizationId}`}, 0))`,
  );
}

/** Packages that are made with a version, the newest first. @param wordingId null for what comes with the product */
export const loadDeclarations = (ctx: Context, wordingId: string | null, limit: number) =>
  ctx.connection
    .select({
      id: evidencePackages.id,
      envelopeId: evidencePackages.envelopeId,
      shortId: envelopes.shortId,
      createdAt: evidencePackages.createdAt,
      total: sql<number>`(count(*) over ())::int`,
    })
    .from(evidencePackages)
    .innerJoin(envelopes, eq(envelopes.id, evidencePackages.envelopeId))
    .where(
      and(
        eq(evidencePackages.organizationId, ctx.organizationId),
        wordingId === null ? isNull(evidencePackages.wordingId) : eq(evidencePackages.wordingId, wordingId),
      ),
    )
    .orderBy(desc(evidencePackages.createdAt))
    .limit(limit);

/** Whoever published a version, by name, also those who are members no more. */
export async function loadNames(ctx: Context): Promise<Map<MemberId, string>> {
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(eq(members.organizationId, ctx.organizationId));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
