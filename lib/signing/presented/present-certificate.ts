import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { asksTwoFactors } from "#lib/envelopes/authentication/policy.ts";
import { factorsOf } from "#lib/envelopes/core/checks.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import { uuidV7 } from "#lib/ids.ts";
import { searchTextOf } from "#lib/pki/core/certificates/search-text.ts";
import { authenticationOf } from "../authentication.ts";
import { requireTurn } from "../core/finish.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony, type RecipientRow } from "../store.ts";
import { type BroughtCertificate, readBrought } from "./read-brought.ts";
import { loadPresented, savePresented } from "./store.ts";

const MOST = 5;

/**
 * Keeps a certificate that a signer brings along, with the audit event and the signature fields it goes with. It says
 * what they claim and no more: nobody has asked its key for anything.
 *
 * @throws signing/certificate-missing, certificate-ended, certificates-too-many, out-of-turn; pki/too-large,
 * holds-a-key, not-a-certificate, malformed
 */
export async function presentCertificate(
  ctx: Context,
  input: BroughtCertificate,
): Promise<{ readonly subject: string; readonly sha256: string }> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { certificate, chainPem } = await readBrought(ctx, input);
  const at = ctx.now();
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    await requireProof(ctx, ceremony.recipient);
    const own = (await loadPresented(ctx, envelopeId)).filter((one) => one.recipientId === recipientId);
    if (own.some(({ sha256 }) => sha256 === certificate.sha256)) return;
    if (own.length >= MOST) throw signingError("certificates-too-many", `recipient ${recipientId}`);
    const { subject, issuer, serialHex: serial, sha256, der, notBefore, notAfter } = certificate;
    const fields = ceremony.fields.filter(({ type }) => type === "signature" || type === "initials");
    const { id: eventId } = await appendEvent(ctx, {
      type: "certificate.presented",
      envelopeId,
      data: {
        ...{ recipient: recipientId, sha256, serial, isProven: false },
        ...{ subject: personal(subject.text), issuer: personal(issuer.text) },
        fields: fields.map(({ id }) => id),
      },
    });
    const id = uuidV7(at.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    const { recipient } = ceremony;
    const { envelope } = loaded;
    const searchText = searchTextOf(certificate, [
      ...[recipient.name, recipient.email, envelope.shortId, envelope.title],
    ]);
    await savePresented(ctx, {
      ...{ organizationId, id, envelopeId, recipientId, subject: subject.text, issuer: issuer.text },
      ...{ serial, sha256, der, chainPem, notBefore, notAfter, searchText, eventId, at },
    });
  });
  return { subject: certificate.subject.text, sha256: certificate.sha256 };
}

/** Where two factors are asked for before a certificate is captured, one that is brought along is no exception. */
async function requireProof(ctx: Context, recipient: RecipientRow): Promise<void> {
  if (!(await asksTwoFactors(ctx))) return;
  const { methods } = authenticationOf(ctx, recipient);
  if (!signs(recipient.role) || factorsOf(methods, recipient.email) < 2)
    throw signingError("factors-missing", `${recipient.role} by ${methods.join(", ")}`);
}
