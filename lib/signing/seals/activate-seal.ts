import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { requireAllowedPlace } from "../keys/key-policy.ts";
import { requireLife } from "../keys/seal-life.ts";
import { requireNotRotating } from "../rotation-store.ts";
import { lockSeal } from "../store.ts";
import { placeBrought, requireNotBlocked, requireTested } from "./place-brought.ts";
import { loadBroughtSeal, retireSeals } from "./store.ts";

/**
 * Makes a brought key the organization's seal: from now on it certifies and seals, and no other. Only one whose test
 * signing held, as the audit log says field by field.
 *
 * @throws signing/seal-not-found, seal-not-tested, key-policy-exportable, seal-revoked, seal-expired, seal-ends-soon,
 *   rotation-under-way where a rotation is to switch to it
 */
export async function activateSeal(ctx: Context, input: { readonly sealId: string }): Promise<void> {
  requirePermission(ctx, "seal.manage");
  const { sealId } = input;
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const row = await loadBroughtSeal(ctx, sealId, true);
    await requireNotRotating(ctx, row);
    await requireTested(ctx, row);
    await requireAllowedPlace(ctx, row.provider!);
    await requireNotBlocked(ctx, row);
    await requireLife(ctx, { id: sealId, notAfter: parseCertificate(row.certificateDer!).notAfter });
    await retireSeals(ctx);
    await placeBrought(ctx, row, { isActive: true });
    const data = { seal: sealId, certificate: row.certificateSha256, provider: row.provider };
    await appendEvent(ctx, { type: "seal.activated", envelopeId: null, data });
  });
}
