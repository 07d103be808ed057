import type { RotationChoice, SealCheck, SealProof, SecuredSeal } from "#db/schema/keys.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import type { RotationState } from "./core/rotation.ts";
import { changeRotation, findOpenRotation, findRotation, loadSealKey } from "./rotation-store.ts";
import { type BroughtSeal, viewOf } from "./seals/list-seals.ts";
import { whenGone } from "./seals/make-seal-key.ts";
import { loadBroughtSeal } from "./seals/store.ts";

export interface RotationKey {
  readonly certificateId: CertificateId;
  readonly provider: string;
  readonly algorithm: string;
  readonly subject: string;
  readonly issuer: string;
  /** Another authority's certificate. */
  readonly isBrought: boolean;
  readonly serial: string;
  readonly sha256: string;
  readonly notAfter: Date;
  /** The report of its test signing. */
  readonly testId: string;
}

export interface RotationView {
  readonly id: string;
  readonly state: RotationState;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly from: RotationKey | null;
  readonly to: RotationKey | null;
  readonly checks: readonly SealCheck[];
  readonly choice: RotationChoice;
  /** The key that another authority certifies, on its way; null where the certificate is our own. */
  readonly seal: BroughtSeal | null;
  /** The copy of what is on its way out; null before it is made. */
  readonly secured: Omit<SecuredSeal, "fileKey"> | null;
  readonly switchAt: Date | null;
  readonly overlapUntil: Date | null;
  readonly proof: SealProof | null;
}

/** The rotation that is under way, or one by its id; null when there is none. */
export async function getRotation(
  ctx: Context,
  input: { readonly rotationId: string | null },
): Promise<RotationView | null> {
  requirePermission(ctx, "key.manage");
  return inTransaction(ctx, async (ctx) => {
    const { rotationId } = input;
    const row = rotationId ? await findRotation(ctx, rotationId) : await findOpenRotation(ctx);
    if (!row) return null;
    const { id, state, checks, choice, sealId, switchAt, overlapUntil, proof, fromKeyId, toKeyId } = row;
    const { fileKey: _, ...copy } = row.secured ?? { fileKey: null };
    const secured = row.secured && (copy as Omit<SecuredSeal, "fileKey">);
    const seal = sealId ? await broughtView(ctx, sealId) : null;
    const shown = { id, state, checks, choice, seal, secured, switchAt, overlapUntil, proof };
    const [from, to] = [await keyView(ctx, fromKeyId), await keyView(ctx, toKeyId)];
    return { ...shown, startedBy: row.memberName, startedAt: row.createdAt, from, to };
  });
}

/** Null where it was given up meanwhile. */
async function broughtView(ctx: Context, sealId: string): Promise<BroughtSeal | null> {
  const row = await loadBroughtSeal(ctx, sealId).catch(whenGone);
  return row && viewOf(row);
}

async function keyView(ctx: Context, id: string | null): Promise<RotationKey | null> {
  const row = id ? await loadSealKey(ctx, id) : null;
  if (!row) return null;
  const { subject, serial, sha256, notAfter, der, chainPem } = row.certificate;
  const issuer = shortName(parseCertificate(der).issuer);
  const { certificateId, provider, algorithm, testId } = row.key;
  return {
    certificateId,
    provider,
    algorithm,
    testId,
    subject,
    issuer,
    isBrought: chainPem !== null,
    serial,
    sha256,
    notAfter,
  };
}

/** Keeps what the check of earlier documents found. */
export async function recordProof(ctx: WorkerContext, rotationId: string, proof: SealProof): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, (ctx) => changeRotation(ctx, rotationId, { proof }));
}

/** The certificate of the key that a rotation replaces; null when there was none. */
export async function earlierCertificate(
  ctx: WorkerContext,
  rotationId: string,
): Promise<CertificateId | null> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => {
    const row = await findRotation(ctx, rotationId);
    const key = row?.fromKeyId ? await loadSealKey(ctx, row.fromKeyId) : null;
    return key?.certificate.id ?? null;
  });
}
