import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { signingError } from "../errors.ts";
import { loadBroughtSeal } from "./store.ts";

/**
 * The certificate request of a key, as PEM for its authority, and records that it was handed out.
 *
 * @throws signing/seal-not-found
 */
export async function sealRequestFile(
  ctx: Context,
  input: { readonly sealId: string },
): Promise<{ readonly fileName: string; readonly bytes: Uint8Array }> {
  requirePermission(ctx, "seal.manage");
  return inTransaction(ctx, async (ctx) => {
    const { id, requestDer } = await loadBroughtSeal(ctx, input.sealId);
    if (!requestDer) throw signingError("seal-not-found", `seal ${id} has no request`);
    const fileName = `seal-${id.slice(-12)}.csr`;
    const data = { kind: "certificate-request", file: fileName, seal: id };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
    return { fileName, bytes: fromUtf8(toPem(requestDer, "CERTIFICATE REQUEST")) };
  });
}
