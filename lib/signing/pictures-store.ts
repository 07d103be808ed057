import { and, asc, eq, gte, inArray } from "drizzle-orm";
import { auditEvents } from "#db/schema/audit.ts";
import { pageImages } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";

/** Pictures of pages as people were shown them, in order; previews of the draft are nobody's evidence. */
export async function loadPictures(ctx: Context, ids: readonly DocumentId[]) {
  if (ids.length === 0) return [];
  const { documentId, revision, page, widthPx, sha256, fileKey, renderer } = pageImages;
  return ctx.connection
    .select({ documentId, revision, page, widthPx, sha256, fileKey, renderer })
    .from(pageImages)
    .where(
      and(inArray(documentId, [...ids]), eq(pageImages.organizationId, ctx.organizationId), gte(revision, 1)),
    )
    .orderBy(asc(documentId), asc(revision), asc(page), asc(widthPx));
}

export interface RecordedAct {
  readonly type: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events of an envelope of these kinds as they were hashed, in order: what they commit to stays closed. */
export async function loadActs(
  ctx: Context,
  envelopeId: EnvelopeId,
  types: readonly string[],
): Promise<RecordedAct[]> {
  const { type, sequence, body } = auditEvents;
  const rows = await ctx.connection
    .select({ type, sequence, body })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.chainId, envelopeId),
        eq(auditEvents.organizationId, ctx.organizationId),
        inArray(type, [...types]),
      ),
    )
    .orderBy(asc(sequence));
  return rows.map(({ type, sequence, body }) => ({ type, sequence, data: JSON.parse(body).data }));
}
