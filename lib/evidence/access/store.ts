import { and, eq, isNull } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import type { Shared } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";

/** @throws evidence/not-found */
export async function loadOwner(ctx: Context, envelopeId: EnvelopeId): Promise<Shared> {
  const { ownerId, readerIds, helperIds, folderId } = envelopes;
  const [row] = await ctx.connection
    .select({ ownerId, readerIds, helperIds, folderId })
    .from(envelopes)
    .where(
      and(
        eq(envelopes.id, envelopeId),
        eq(envelopes.organizationId, ctx.organizationId),
        isNull(envelopes.deletedAt),
      ),
    );
  if (!row) throw evidenceError("not-found", `envelope ${envelopeId}`);
  return row;
}
