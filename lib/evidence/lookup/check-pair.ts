import { z } from "zod";
import { requireGrant } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { findCertificateId, signaturesIn } from "./store.ts";

const Sha256 = z
  .string()
  .transform((text) => text.replaceAll(":", "").toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));

const Input = z.object({
  /** By its id, or by the SHA-256 of its DER. */
  certificate: z.union([z.object({ id: z.uuid() }), z.object({ sha256: Sha256 })]),
  /** SHA-256 of the whole file. */
  documentSha256: Sha256,
});

/** Whether a certificate and a file belong together, by what this installation made itself. */
export interface PairCheck {
  readonly certificateId: CertificateId;
  readonly belongs: boolean;
  /** The signatures of that certificate's key in the file, oldest first. */
  readonly signatures: readonly (Awaited<ReturnType<typeof signaturesIn>>[number] & {
    /** The file ends with this signature; else others were added to it since. */
    readonly isLast: boolean;
  })[];
}

/**
 * Confirms that a certificate signed a file, or says that it did not.
 *
 * @throws evidence/not-found when there is no such certificate; authorize/not-allowed, not-in-scope
 */
export async function checkPair(ctx: Context, input: z.input<typeof Input>): Promise<PairCheck> {
  requireGrant(ctx, "certificate.read", "certificates:read");
  const { certificate, documentSha256 } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const certificateId = await findCertificateId(ctx, certificate);
    if (!certificateId) throw evidenceError("not-found", "no such certificate");
    const rows = await signaturesIn(ctx, certificateId, documentSha256);
    const signatures = rows.map((row) => ({ ...row, isLast: row.revision === row.signedRevision }));
    return { certificateId, belongs: signatures.length > 0, signatures };
  });
}
