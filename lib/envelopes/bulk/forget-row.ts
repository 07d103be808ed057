import { and, eq } from "drizzle-orm";
import { bulkRows } from "#db/schema/bulk.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";

/** Part of destruction: what a job keeps of the people in an envelope that is destroyed goes with it. */
export async function forgetRow(ctx: Context, id: EnvelopeId): Promise<void> {
  await ctx.connection
    .update(bulkRows)
    .set({ cells: null, problems: [], timeZone: "", key: null })
    .where(and(eq(bulkRows.id, id), eq(bulkRows.organizationId, ctx.organizationId)));
}
