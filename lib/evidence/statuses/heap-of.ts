import { type Context, inTransaction } from "#lib/context.ts";
import { type Certificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import { knownCertificates } from "#lib/signing/seals/known-certificates.ts";

/** What may be above a certificate: what came with it, and, of another's, what the organization has registered. */
export async function heapOf(
  ctx: Context,
  stored: { readonly authorityId: string | null; readonly chainPem: string | null },
): Promise<Certificate[]> {
  const above = await certificatesAbove(ctx.runtime, stored);
  if (stored.authorityId !== null) return readableCertificates(above);
  const { anchors, known } = await inTransaction(ctx, knownCertificates);
  return readableCertificates([...above, ...anchors, ...known]);
}
