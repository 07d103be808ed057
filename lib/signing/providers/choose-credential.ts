import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type CertificateId, uuidV7 } from "#lib/ids.ts";
import { looksLike } from "../core/credential-name.ts";
import { signingError } from "../errors.ts";
import { requireOpen } from "./begin-authorization.ts";
import { lookAtCredential } from "./look-at-credential.ts";
import { changeAuthorization } from "./store.ts";
import { loadOwn } from "./waiting-signer.ts";

const Input = z.object({
  credentialId: z.string().min(1).max(500),
  /** The person says that it is theirs although it has another name. */
  isMine: z.boolean().default(false),
});

/**
 * The person says with which of their credentials they sign. Its certificate is looked at once more; then the worker
 * prepares what is to be signed with it.
 *
 * @throws signing/provider-not-asked, provider-not-ready, credential-unfit, credential-other-name
 */
export async function chooseCredential(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requireRecipient(ctx);
  const { credentialId, isMine } = Input.parse(input);
  const { row, provider, recipient } = await inTransaction(ctx, (ctx) => loadOwn(ctx));
  requireOpen(row);
  const offered = row?.offered.find(({ id }) => id === credentialId);
  if (!row || !offered || row.tokenEndsAt === null || row.tokenEndsAt <= ctx.now())
    throw signingError("provider-not-ready", `credential ${credentialId} is not on the list`);
  const of = { kind: provider.kind, envelopeId: recipient.envelopeId };
  const credential = await lookAtCredential(ctx, of, {
    ...offered,
    certificates: offered.certificates.map(fromBase64),
  });
  if (credential.hindrance) throw signingError("credential-unfit", credential.hindrance);
  await inTransaction(ctx, async (ctx) => {
    const { row, recipient } = await loadOwn(ctx, true);
    requireOpen(row);
    const isOtherName = !looksLike(credential.name ?? "", recipient.name);
    if (isOtherName && !isMine) throw signingError("credential-other-name", "another name");
    const at = ctx.now();
    const certificateId = uuidV7(at.getTime(), ctx.runtime.random(10)) as CertificateId;
    await changeAuthorization(ctx, recipient.id, {
      ...{ state: "chosen", credentialId, certificateId, prepared: null, problem: null },
      offered: row!.offered.map((one) => (one.id === credentialId ? credential : one)),
    });
    await appendEvent(ctx, {
      type: "signer-credential.chosen",
      envelopeId: recipient.envelopeId,
      data: {
        ...{ recipient: recipient.id, provider: provider.id, kind: provider.kind },
        ...{ certificate: credential.sha256, issuer: credential.issuer },
        name: personal(credential.name ?? ""),
        // The person was shown that the name is another one, and said that it is theirs.
        isOtherName: isOtherName || undefined,
      },
    });
  });
}
