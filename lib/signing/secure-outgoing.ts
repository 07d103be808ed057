import type { SecuredSeal } from "#db/schema/keys.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import { isExportable } from "./core/key-export.ts";
import { signingError } from "./errors.ts";
import { setKeysAside } from "./key-care/back-up-keys.ts";
import { loadPolicy } from "./keys/store.ts";
import {
  changeRotation,
  findRotation,
  loadSealKey,
  lockRotation,
  type RotationRow,
} from "./rotation-store.ts";

/**
 * Sets a copy of the certificate that is on its way out aside, with its chain, before anything else is done; with it a
 * wrapped copy of its key where keys may be backed up and this one can be copied at all. Doing it again changes nothing.
 */
export async function secureOutgoing(
  ctx: WorkerContext,
  { id, fromKeyId, secured }: RotationRow,
): Promise<void> {
  requireSystem(ctx);
  const seal = fromKeyId ? await inTransaction(ctx, (ctx) => loadSealKey(ctx, fromKeyId)) : null;
  if (secured || !seal) return;
  const { files, random } = ctx.runtime;
  const above = await certificatesAbove(ctx.runtime, seal.certificate);
  const pem = fromUtf8([seal.certificate.der, ...above].map((der) => toPem(der)).join(""));
  const fileKey = `org/${ctx.organizationId}/rotations/${id}-${toHex(random(4))}.pem.enc`;
  const { sha256, sizeBytes } = await files.put(fileKey, [pem], pem.length);
  const copy = await copyOfKey(ctx, seal.key.provider);
  const facts: SecuredSeal = {
    ...{ fileKey, sha256, sizeBytes, certificates: 1 + above.length, ...copy },
    at: ctx.now().toISOString(),
  };
  const isOurs = await inTransaction(ctx, async (ctx) => {
    if ((await lockRotation(ctx, id)).secured) return false;
    await changeRotation(ctx, id, { secured: facts });
    const { fileKey: _, ...told } = facts;
    const data = { rotation: id, certificate: seal.certificate.sha256, ...told };
    await appendEvent(ctx, { type: "seal.outgoing-secured", envelopeId: null, data });
    return true;
  });
  if (!isOurs) await files.delete(fileKey);
}

async function copyOfKey(
  ctx: WorkerContext,
  provider: string,
): Promise<Pick<SecuredSeal, "key" | "backupId">> {
  if (!isExportable(provider)) return { key: "stays", backupId: null };
  const { backupEveryDays, forbidsExportable } = await inTransaction(ctx, loadPolicy);
  if (backupEveryDays === null || forbidsExportable) return { key: "not-allowed", backupId: null };
  return { key: "set-aside", backupId: await setKeysAside(ctx, () => true) };
}

/** The copy of the outgoing certificate with its chain, PEM. @throws signing/rotation-not-found, not-found */
export async function outgoingFile(ctx: Context, { rotationId }: { readonly rotationId: string }) {
  requirePermission(ctx, "key.manage");
  const rotation = await inTransaction(ctx, (ctx) => findRotation(ctx, rotationId));
  if (!rotation) throw signingError("rotation-not-found", rotationId);
  if (!rotation.secured) throw signingError("not-found", "nothing was set aside");
  const { fileKey, sizeBytes } = rotation.secured;
  return {
    ...{ fileName: `outgoing seal ${rotationId.slice(-8)}.pem`, sizeBytes },
    bytes: await ctx.runtime.files.stream(fileKey),
  };
}
