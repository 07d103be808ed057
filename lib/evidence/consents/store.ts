import { and, asc, desc, eq, ilike, lt, or, sql } from "drizzle-orm";
import { consentActs, paperRequests } from "#db/schema/consent.ts";
import { envelopes } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";

const pattern = (search: string) => `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** People with what they did last about electronic records, whoever did so most recently first. */
export async function loadPeople(ctx: Context, search: string, limit: number) {
  const newest = ctx.connection
    .selectDistinctOn([consentActs.personKey])
    .from(consentActs)
    .where(
      and(
        eq(consentActs.organizationId, ctx.organizationId),
        search === ""
          ? undefined
          : or(ilike(consentActs.email, pattern(search)), ilike(consentActs.name, pattern(search))),
      ),
    )
    .orderBy(consentActs.personKey, desc(consentActs.at), desc(consentActs.id))
    .as("newest");
  return ctx.connection
    .select({
      personKey: newest.personKey,
      email: newest.email,
      name: newest.name,
      kind: newest.kind,
      at: newest.at,
    })
    .from(newest)
    .orderBy(desc(newest.at), desc(newest.id))
    .limit(limit);
}

/** Everything one person did, newest first. */
export async function loadActsOf(ctx: Context, personKey: Uint8Array) {
  return ctx.connection
    .select({
      act: consentActs,
      title: envelopes.title,
      shortId: envelopes.shortId,
      paperSentAt: paperRequests.sentAt,
    })
    .from(consentActs)
    .innerJoin(envelopes, eq(envelopes.id, consentActs.envelopeId))
    .leftJoin(paperRequests, eq(paperRequests.actId, consentActs.id))
    .where(and(eq(consentActs.organizationId, ctx.organizationId), eq(consentActs.personKey, personKey)))
    .orderBy(desc(consentActs.at), desc(consentActs.id))
    .limit(1_000);
}

/** The ledger in the order it was written, so many entries after one. */
export async function loadActsAfter(
  ctx: Context,
  after: { readonly at: Date; readonly id: string } | null,
  limit: number,
) {
  return ctx.connection
    .select({
      act: consentActs,
      title: envelopes.title,
      shortId: envelopes.shortId,
      paperSentAt: paperRequests.sentAt,
    })
    .from(consentActs)
    .innerJoin(envelopes, eq(envelopes.id, consentActs.envelopeId))
    .leftJoin(paperRequests, eq(paperRequests.actId, consentActs.id))
    .where(
      and(
        eq(consentActs.organizationId, ctx.organizationId),
        after
          ? or(
              lt(sql`${after.at.toISOString()}::timestamptz`, consentActs.at),
              and(eq(consentActs.at, after.at), lt(sql`${after.id}::uuid`, consentActs.id)),
            )
          : undefined,
      ),
    )
    .orderBy(asc(consentActs.at), asc(consentActs.id))
    .limit(limit);
}
