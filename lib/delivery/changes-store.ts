import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { consentActs, consentNotices } from "#db/schema/consent.ts";
import { envelopes, recipients } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";

export async function findPublished(ctx: Context, noticeId: string) {
  const [row] = await ctx.connection
    .select()
    .from(consentNotices)
    .where(
      and(
        eq(consentNotices.id, noticeId),
        eq(consentNotices.organizationId, ctx.organizationId),
        isNotNull(consentNotices.publishedAt),
      ),
    );
  return row ?? null;
}

/**
 * Everybody who has finished under an earlier notice of a mode and whose last word was to agree: one row each, of the
 * envelope they agreed in last.
 */
export async function loadWhoAgreed(
  ctx: Context,
  mode: "business" | "consumer",
  before: Date,
): Promise<{ readonly envelopeId: EnvelopeId; readonly recipientId: RecipientId }[]> {
  const { personKey, envelopeId, recipientId, kind, at } = consentActs;
  const newest = ctx.connection
    .selectDistinctOn([personKey], { personKey, envelopeId, recipientId, kind, at })
    .from(consentActs)
    .where(
      and(
        eq(consentActs.organizationId, ctx.organizationId),
        eq(consentActs.mode, mode),
        sql`${at} < ${before.toISOString()}`,
      ),
    )
    .orderBy(personKey, sql`${at} desc`, sql`${consentActs.id} desc`)
    .as("newest");
  return ctx.connection
    .select({ envelopeId: newest.envelopeId, recipientId: newest.recipientId })
    .from(newest)
    .innerJoin(recipients, eq(recipients.id, newest.recipientId))
    .innerJoin(envelopes, eq(envelopes.id, newest.envelopeId))
    .where(
      and(
        eq(newest.kind, "given"),
        eq(recipients.state, "finished"),
        isNull(envelopes.purgedAt),
        isNull(envelopes.deletedAt),
      ),
    )
    .orderBy(newest.recipientId);
}
