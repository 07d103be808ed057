import { and, asc, eq, isNull } from "drizzle-orm";
import { captureRules, certificateCaptures, presentedCertificates } from "#db/schema/capture.ts";
import { fields, fieldValues } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";

export type CaptureRuleRow = typeof captureRules.$inferSelect;
export type CaptureRow = typeof certificateCaptures.$inferSelect;

export async function loadRules(ctx: Context): Promise<CaptureRuleRow[]> {
  return ctx.connection
    .select()
    .from(captureRules)
    .where(and(eq(captureRules.organizationId, ctx.organizationId), isNull(captureRules.removedAt)))
    .orderBy(asc(captureRules.createdAt), asc(captureRules.id));
}

export async function saveRule(ctx: Context, row: typeof captureRules.$inferInsert): Promise<void> {
  await ctx.connection.insert(captureRules).values(row);
}

/** @returns whether it was there. */
export async function removeRule(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection
    .update(captureRules)
    .set({ removedAt: ctx.now() })
    .where(
      and(
        eq(captureRules.id, id),
        eq(captureRules.organizationId, ctx.organizationId),
        isNull(captureRules.removedAt),
      ),
    )
    .returning({ id: captureRules.id });
  return rows.length > 0;
}

/** Every field of an envelope with what was entered; empty for nothing. */
export async function loadEntered(ctx: Context, envelopeId: EnvelopeId) {
  const rows = await ctx.connection
    .select({
      id: fields.id,
      label: fields.label,
      recipientId: fields.recipientId,
      value: fieldValues.value,
    })
    .from(fields)
    .leftJoin(fieldValues, eq(fieldValues.fieldId, fields.id))
    .where(and(eq(fields.envelopeId, envelopeId), eq(fields.organizationId, ctx.organizationId)))
    .orderBy(asc(fields.documentId), asc(fields.page), asc(fields.y), asc(fields.x), asc(fields.id));
  // Fields without a label can be named by their id.
  return rows.map((row) => ({ ...row, label: row.label || row.id, value: row.value ?? "" }));
}

export async function loadCapture(ctx: Context, certificateId: CertificateId): Promise<CaptureRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(certificateCaptures)
    .where(
      and(
        eq(certificateCaptures.certificateId, certificateId),
        eq(certificateCaptures.organizationId, ctx.organizationId),
      ),
    );
  return row ?? null;
}

export async function saveCapture(ctx: Context, row: typeof certificateCaptures.$inferInsert): Promise<void> {
  await ctx.connection.insert(certificateCaptures).values(row);
}

/** What signers of an envelope brought along, in that order. */
export async function loadBrought(ctx: Context, envelopeId: EnvelopeId) {
  return ctx.connection
    .select()
    .from(presentedCertificates)
    .where(
      and(
        eq(presentedCertificates.envelopeId, envelopeId),
        eq(presentedCertificates.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(presentedCertificates.at), asc(presentedCertificates.id));
}
