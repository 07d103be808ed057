import { archiveTimestamps } from "#db/schema/archive.ts";
import type { Context } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";

/** Puts an archive time-stamp on record, with a number of its own in its line. */
export async function recordArchiveTimestamp(
  ctx: Context,
  row: Pick<
    typeof archiveTimestamps.$inferInsert,
    "envelopeId" | "documentId" | "number" | "until" | "tailKey" | "sha256" | "sizeBytes"
  >,
): Promise<void> {
  const madeAt = ctx.now();
  const id = uuidV7(madeAt.getTime(), ctx.runtime.random(10));
  await ctx.connection
    .insert(archiveTimestamps)
    .values({ organizationId: ctx.organizationId, id, madeAt, ...row });
}
