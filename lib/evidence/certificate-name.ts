import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { CertificateId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { loadCertificate } from "./certificates-store.ts";

/** Whose certificate of the index it is, in a few words; null for one that is gone. */
export async function certificateName(
  ctx: WorkerContext,
  { certificateId }: { readonly certificateId: CertificateId },
): Promise<string | null> {
  requireSystem(ctx);
  try {
    const { certificate } = await inTransaction(ctx, (ctx) => loadCertificate(ctx, certificateId));
    return shortName(parseCertificate(certificate.der).subject);
  } catch (error) {
    if (!isRefusal(error, "evidence/not-found")) throw error;
    return null;
  }
}
