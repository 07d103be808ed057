import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { revokeCertificate } from "#lib/pki/revoke-certificate.ts";
import { listSignedWith, type SignedPage } from "./list-signed-with.ts";

const Input = z.object({
  certificateId: z.uuid().transform((id) => id as CertificateId),
  /** From when on somebody else may have had the key. */
  lostAt: z.date(),
  note: z.string().trim().max(1000).default(""),
});

/**
 * One action for a key that somebody else may have: it signs nothing more, also not what waits for it; its
 * certificate is revoked with the date of the loss; and everything it signed is listed with what still stands.
 *
 * @throws as `revokeCertificate`
 */
export async function reportCompromise(ctx: Context, input: z.input<typeof Input>): Promise<SignedPage> {
  requirePermission(ctx, "key.manage");
  const { certificateId, lostAt, note } = Input.parse(input);
  await revokeCertificate(ctx, {
    target: { certificateId },
    ...{ reason: "keyCompromise", note, invalidSince: lostAt },
  });
  return listSignedWith(ctx, { certificateId, lostAt });
}
