import { and, eq, isNotNull } from "drizzle-orm";
import { signingSteps } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";

/** Whether a document was sealed with this certificate's key. */
export async function hasSealed(ctx: Context, certificateId: CertificateId): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: signingSteps.id })
    .from(signingSteps)
    .where(
      and(
        eq(signingSteps.organizationId, ctx.organizationId),
        eq(signingSteps.certificateId, certificateId),
        eq(signingSteps.kind, "sealed"),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .limit(1);
  return rows.length > 0;
}
