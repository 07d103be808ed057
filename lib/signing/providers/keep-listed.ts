import { appendEvent } from "#lib/audit/append-event.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { PersonalCredential, ServiceToken } from "#lib/ports/signature-service.ts";
import { signingError } from "../errors.ts";
import { requireOpen } from "./begin-authorization.ts";
import { lookAtCredential } from "./look-at-credential.ts";
import { saveAuthorization } from "./store.ts";
import { loadOwn, tokenPurpose, type WaitingSigner } from "./waiting-signer.ts";

const MOST_SECONDS = 3600;

/** Looks at what a person has there, and keeps it with what lets us in, sealed. Part of a verb. @throws signing/provider-no-credential */
export async function keepListed(
  ctx: Context,
  { provider, recipient }: WaitingSigner,
  token: ServiceToken,
  found: readonly PersonalCredential[],
): Promise<void> {
  const { id: recipientId, envelopeId } = recipient;
  const { organizationId, runtime } = ctx;
  if (found.length === 0) throw signingError("provider-no-credential", "the list is empty");
  const of = { kind: provider.kind, envelopeId };
  const offered = await Promise.all(found.map((one) => lookAtCredential(ctx, of, one)));
  const sealedToken = await runtime.sealIdentity(tokenPurpose(recipientId), fromUtf8(token.text));
  const lastsMs = Math.min(token.lastsSeconds, MOST_SECONDS) * 1000;
  await inTransaction(ctx, async (ctx) => {
    const { row } = await loadOwn(ctx, true);
    requireOpen(row);
    const at = ctx.now();
    await saveAuthorization(ctx, {
      ...{ organizationId, recipientId, envelopeId, providerId: provider.id, state: "listed", offered },
      ...{ sealedToken, tokenEndsAt: new Date(at.getTime() + lastsMs), changedAt: at, problem: null },
      ...{ credentialId: null, certificateId: null, prepared: null, sealedSad: null, sadEndsAt: null },
    });
    const data = {
      ...{ recipient: recipientId, provider: provider.id },
      credentials: offered.map(({ sha256, hindrance }) => ({ certificate: sha256, hindrance })),
    };
    await appendEvent(ctx, { type: "signer-credentials.listed", envelopeId, data });
  });
}
