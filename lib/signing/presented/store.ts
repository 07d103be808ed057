import { and, asc, eq } from "drizzle-orm";
import { presentedCertificates } from "#db/schema/capture.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";

export type PresentedRow = typeof presentedCertificates.$inferSelect;

export async function savePresented(
  ctx: Context,
  row: typeof presentedCertificates.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(presentedCertificates).values(row);
}

/** In the order they were brought. */
export async function loadPresented(ctx: Context, envelopeId: EnvelopeId): Promise<PresentedRow[]> {
  return ctx.connection
    .select()
    .from(presentedCertificates)
    .where(
      and(
        eq(presentedCertificates.envelopeId, envelopeId),
        eq(presentedCertificates.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(presentedCertificates.at));
}
