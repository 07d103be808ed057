import { and, desc, eq, isNotNull, lt } from "drizzle-orm";
import { attestations } from "#db/schema/attestations.ts";
import { envelopes, recipients } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";

export type AttestationRow = typeof attestations.$inferSelect;

export async function findAttestation(
  ctx: Context,
  recipientId: RecipientId,
): Promise<AttestationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(attestations)
    .where(
      and(eq(attestations.recipientId, recipientId), eq(attestations.organizationId, ctx.organizationId)),
    );
  return row ?? null;
}

export async function keepAttestation(
  ctx: Context,
  row: Omit<AttestationRow, "organizationId">,
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection
    .insert(attestations)
    .values({ ...row, organizationId })
    .onConflictDoUpdate({ target: attestations.recipientId, set: row });
}

/** Acts of notaries, newest first. */
export async function journalRows(ctx: Context, before: Date | null, limit: number) {
  return ctx.connection
    .select({
      ...{ entry: attestations.entry, madeAt: attestations.madeAt, block: attestations.block },
      ...{ name: recipients.name, email: recipients.email, recipientId: recipients.id },
      ...{ envelopeId: envelopes.id, shortId: envelopes.shortId, title: envelopes.title },
    })
    .from(attestations)
    .innerJoin(recipients, eq(recipients.id, attestations.recipientId))
    .innerJoin(envelopes, eq(envelopes.id, attestations.envelopeId))
    .where(
      and(
        eq(attestations.organizationId, ctx.organizationId),
        eq(recipients.role, "notary"),
        isNotNull(attestations.madeAt),
        before ? lt(attestations.madeAt, before) : undefined,
      ),
    )
    .orderBy(desc(attestations.madeAt))
    .limit(limit);
}
