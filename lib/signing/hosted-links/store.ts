import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { hostedLinks, recipientTokens } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId, RecipientId } from "#lib/ids.ts";

export type HostedLinkRow = typeof hostedLinks.$inferSelect;

export async function saveHostedLink(ctx: Context, row: typeof hostedLinks.$inferInsert): Promise<void> {
  const { organizationId, tokenSha256, recipientId, createdAt } = row;
  await ctx.connection
    .insert(recipientTokens)
    .values({ organizationId, tokenSha256, recipientId, createdAt });
  await ctx.connection.insert(hostedLinks).values(row);
}

const ofOrganization = (ctx: Context) => eq(hostedLinks.organizationId, ctx.organizationId);

/** Those that still open, newest first. */
export async function listOpenLinks(ctx: Context, envelopeId: EnvelopeId): Promise<HostedLinkRow[]> {
  const rows = await ctx.connection
    .select({ link: hostedLinks })
    .from(hostedLinks)
    .innerJoin(recipientTokens, eq(recipientTokens.tokenSha256, hostedLinks.tokenSha256))
    .where(
      and(
        eq(hostedLinks.envelopeId, envelopeId),
        ofOrganization(ctx),
        isNull(hostedLinks.revokedAt),
        gt(hostedLinks.expiresAt, ctx.now()),
        isNull(recipientTokens.endedAt),
      ),
    )
    .orderBy(desc(hostedLinks.createdAt));
  return rows.map(({ link }) => link);
}

/** Ends every hosted link of somebody that still opens, or those one member made. @returns their ids. */
export async function revokeLinksOf(
  ctx: Context,
  recipientId: RecipientId,
  madeBy?: MemberId,
): Promise<string[]> {
  const rows = await ctx.connection
    .update(hostedLinks)
    .set({ revokedAt: ctx.now() })
    .where(
      and(
        eq(hostedLinks.recipientId, recipientId),
        ofOrganization(ctx),
        isNull(hostedLinks.revokedAt),
        gt(hostedLinks.expiresAt, ctx.now()),
        madeBy ? eq(hostedLinks.madeBy, madeBy) : undefined,
      ),
    )
    .returning({ id: hostedLinks.id });
  return rows.map(({ id }) => id);
}
