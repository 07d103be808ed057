import { and, desc, eq, isNull, lte } from "drizzle-orm";
import { certificates, signingKeys } from "#db/schema/envelopes.ts";
import { sealRotations } from "#db/schema/keys.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { signingError } from "./errors.ts";

export type RotationRow = typeof sealRotations.$inferSelect;
export type SealKeyRow = typeof signingKeys.$inferSelect;

/** @throws signing/rotation-not-found */
export async function lockRotation(ctx: Context, id: string): Promise<RotationRow> {
  const [row] = await ctx.connection
    .select()
    .from(sealRotations)
    .where(and(eq(sealRotations.id, id), eq(sealRotations.organizationId, ctx.organizationId)))
    .for("update");
  if (!row) throw signingError("rotation-not-found", `rotation ${id}`);
  return row;
}

export async function findOpenRotation(ctx: Context): Promise<RotationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(sealRotations)
    .where(and(eq(sealRotations.organizationId, ctx.organizationId), isNull(sealRotations.endedAt)));
  return row ?? null;
}

/** @throws signing/rotation-under-way where a rotation is to put this key in use, or may put it back */
export async function requireNotRotating(
  ctx: Context,
  seal: { readonly id: string; readonly certificateId: CertificateId | null },
): Promise<void> {
  const rotation = await findOpenRotation(ctx);
  const earlier = rotation?.fromKeyId ? await loadSealKey(ctx, rotation.fromKeyId) : null;
  const isKept = rotation?.state === "switched" && earlier?.certificate.id === seal.certificateId;
  if (rotation?.sealId === seal.id || (isKept && seal.certificateId !== null))
    throw signingError("rotation-under-way", `rotation ${rotation?.id} of seal ${seal.id}`);
}

export async function findRotation(ctx: Context, id: string): Promise<RotationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(sealRotations)
    .where(and(eq(sealRotations.id, id), eq(sealRotations.organizationId, ctx.organizationId)));
  return row ?? null;
}

export async function saveRotation(ctx: Context, row: typeof sealRotations.$inferInsert): Promise<void> {
  await ctx.connection.insert(sealRotations).values(row);
}

export async function changeRotation(
  ctx: Context,
  id: string,
  change: Partial<typeof sealRotations.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(sealRotations)
    .set(change)
    .where(and(eq(sealRotations.id, id), eq(sealRotations.organizationId, ctx.organizationId)));
}

/** Rotations whose hour has come. */
export async function listDueRotations(ctx: Context): Promise<RotationRow[]> {
  return ctx.connection
    .select()
    .from(sealRotations)
    .where(
      and(
        eq(sealRotations.organizationId, ctx.organizationId),
        eq(sealRotations.state, "scheduled"),
        lte(sealRotations.switchAt, ctx.now()),
      ),
    );
}

/** A key with its certificate. */
export async function loadSealKey(ctx: Context, id: string) {
  const [row] = await ctx.connection
    .select({ key: signingKeys, certificate: certificates })
    .from(signingKeys)
    .innerJoin(certificates, eq(certificates.id, signingKeys.certificateId))
    .where(and(eq(signingKeys.id, id), eq(signingKeys.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** Every key there ever was, newest first. */
export async function loadSealKeys(ctx: Context) {
  return ctx.connection
    .select({ key: signingKeys, certificate: certificates })
    .from(signingKeys)
    .innerJoin(certificates, eq(certificates.id, signingKeys.certificateId))
    .where(eq(signingKeys.organizationId, ctx.organizationId))
    .orderBy(desc(signingKeys.createdAt));
}

export async function saveSealKey(ctx: Context, row: typeof signingKeys.$inferInsert): Promise<void> {
  await ctx.connection.insert(signingKeys).values(row);
}

/** Puts a key that is here already in the place of the one in use. */
export async function activateSealKey(ctx: Context, id: string): Promise<void> {
  const own = eq(signingKeys.organizationId, ctx.organizationId);
  await ctx.connection
    .update(signingKeys)
    .set({ isActive: false, replacedAt: ctx.now() })
    .where(and(own, eq(signingKeys.isActive, true)));
  await ctx.connection
    .update(signingKeys)
    .set({ isActive: true, replacedAt: null })
    .where(and(own, eq(signingKeys.id, id)));
}
