import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { searchTextOf } from "#lib/pki/core/certificates/search-text.ts";
import { signingError } from "../errors.ts";
import { loadCeremony } from "../store.ts";
import { type BroughtCertificate, readBrought } from "./read-brought.ts";
import { loadPresented, savePresented } from "./store.ts";

const MOST = 5;

/**
 * Attaches a certificate to a signature that was made on a host's device, after it was made. The signature and the documents
 * stay as they are, bit for bit: the record says which certificate was attached to it, when and by whom, and that
 * nobody has proven whose it is.
 *
 * @throws signing/not-found, not-signed-in-person, certificates-too-many and what reading a certificate throws
 */
export async function attachCertificate(
  ctx: Context,
  input: BroughtCertificate & { readonly envelopeId: EnvelopeId; readonly recipientId: RecipientId },
): Promise<{ readonly subject: string; readonly sha256: string }> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId } = input;
  const { certificate, chainPem } = await readBrought(ctx, input);
  await inTransaction(ctx, async (ctx) => {
    const { envelope, recipients, documents } = await loadCeremony(ctx, envelopeId, true);
    requireOwn(member, envelope, "envelope.manage-all");
    const signer = recipients.find(({ id }) => id === recipientId);
    if (!signer) throw signingError("not-found", `recipient ${recipientId}`);
    if (!signer.hostId || !signer.signedAt)
      throw signingError("not-signed-in-person", `recipient ${recipientId}`);
    const own = (await loadPresented(ctx, envelopeId)).filter((one) => one.recipientId === recipientId);
    if (own.some(({ sha256 }) => sha256 === certificate.sha256)) return;
    if (own.length >= MOST) throw signingError("certificates-too-many", `recipient ${recipientId}`);
    const { subject, issuer, serialHex: serial, sha256, der, notBefore, notAfter } = certificate;
    const { id: eventId, occurredAt: at } = await appendEvent(ctx, {
      type: "certificate.attached",
      envelopeId,
      data: {
        ...{
          recipient: recipientId,
          sha256,
          serial,
          isProven: false,
          signedAt: signer.signedAt.toISOString(),
        },
        ...{ subject: personal(subject.text), issuer: personal(issuer.text) },
        documents: documents.map(({ id }) => id),
      },
    });
    const { organizationId } = ctx;
    const id = uuidV7(at.getTime(), ctx.runtime.random(10));
    const about = [signer.name, signer.email, envelope.shortId, envelope.title];
    const searchText = searchTextOf(certificate, about);
    await savePresented(ctx, {
      ...{ organizationId, id, envelopeId, recipientId, subject: subject.text, issuer: issuer.text },
      ...{
        serial,
        sha256,
        der,
        chainPem,
        notBefore,
        notAfter,
        searchText,
        eventId,
        at,
        attachedBy: member.memberId,
      },
    });
  });
  return { subject: certificate.subject.text, sha256: certificate.sha256 };
}
