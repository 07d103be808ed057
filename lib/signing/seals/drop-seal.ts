import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import { parseRemoteKeyId } from "#lib/ports/keys.ts";
import { signingError } from "../errors.ts";
import { loadStandby } from "../key-care/store.ts";
import { loadSealKey, requireNotRotating } from "../rotation-store.ts";
import { changeBroughtSeal, loadBroughtSeal } from "./store.ts";

/**
 * Gives up a brought key that is not the seal.
 *
 * @throws signing/seal-not-found, seal-in-use, rotation-under-way; standby-in-use where it stands by
 */
export async function dropSeal(ctx: Context, input: { readonly sealId: string }): Promise<void> {
  requirePermission(ctx, "seal.manage");
  const { sealId } = input;
  const dropped = await inTransaction(ctx, async (ctx) => {
    const row = await loadBroughtSeal(ctx, sealId, true);
    const { state } = row;
    await requireNotRotating(ctx, row);
    const standby = await loadStandby(ctx);
    const standsBy = standby?.signingKeyId ? await loadSealKey(ctx, standby.signingKeyId) : null;
    const isStandby = standsBy !== null && standsBy.certificate.id === row.certificateId;
    if (isStandby && standby?.state !== "retired" && standby?.state !== "failed")
      throw signingError("standby-in-use", `seal ${sealId} stands by`);
    if (state === "active") throw signingError("seal-in-use", `seal ${sealId} is the organization's`);
    await changeBroughtSeal(ctx, sealId, { state: "dropped" });
    await appendEvent(ctx, { type: "seal.dropped", envelopeId: null, data: { seal: sealId, was: state } });
    return row;
  });
  const { origin, keyId, certificateId } = dropped;
  // One that was the seal may still have to end what was begun with it.
  if (origin !== "remote" || !keyId || certificateId) return;
  const { secretId } = parseRemoteKeyId(keyId);
  if (secretId) await databaseVault(ctx.runtime).forget(secretId);
}
