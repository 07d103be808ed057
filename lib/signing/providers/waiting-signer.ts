import { requireRecipient } from "#lib/authorize.ts";
import { toUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import type { ServiceAccess } from "#lib/ports/signature-service.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, type LoadedCeremony, loadCeremony, type RecipientRow } from "../store.ts";
import { type AuthorizationRow, findAuthorization, loadProvider, type ProviderRow } from "./store.ts";

/** Where providers send people back to; they have to be told this address. */
export const redirectUriOf = ({ runtime }: Context): string => `${runtime.config.baseUrl}/sign/authorized`;

/** What a secret is sealed for: one provider's never opens as another's. */
export const secretPurpose = (organizationId: string, providerId: string): string =>
  `provider:${organizationId}:${providerId}`;

/** What lets a person's provider sign, and for whom. */
export const tokenPurpose = (recipientId: string): string => `provider-token:${recipientId}`;
export const sadPurpose = (recipientId: string): string => `provider-sad:${recipientId}`;

export interface WaitingSigner {
  readonly loaded: LoadedCeremony;
  readonly recipient: RecipientRow;
  readonly provider: ProviderRow;
  readonly row: AuthorizationRow | null;
}

/**
 * Somebody who has finished and whose signature their provider is to make. Part of a verb.
 *
 * @throws signing/provider-not-asked
 */
export async function loadWaiting(
  ctx: Context,
  envelopeId: EnvelopeId,
  recipientId: RecipientId,
  lock = false,
): Promise<WaitingSigner> {
  const loaded = await loadCeremony(ctx, envelopeId, lock);
  const { recipient } = ceremonyOf(loaded, recipientId);
  const { envelope } = loaded;
  if (!isWaiting(loaded, recipient))
    throw signingError("provider-not-asked", `recipient ${recipientId}, ${envelope.signatureKind}`);
  const provider = await loadProvider(ctx, envelope.signatureProviderId);
  return { loaded, recipient, provider, row: await findAuthorization(ctx, recipientId, lock) };
}

export const isWaiting = (
  { envelope }: Pick<LoadedCeremony, "envelope">,
  { state, signedAt }: Pick<RecipientRow, "state" | "signedAt">,
): boolean =>
  envelope.signatureKind !== "here" && envelope.state === "sent" && state === "finished" && signedAt === null;

/** The same for whoever holds the link. @throws as above; what requireRecipient throws */
export async function loadOwn(ctx: Context, lock = false): Promise<WaitingSigner> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  return loadWaiting(ctx, envelopeId, recipientId, lock);
}

/** Part of a verb; calls out to wherever the master key is. */
export async function accessOf(ctx: Context, provider: ProviderRow): Promise<ServiceAccess> {
  const { id, url, oauthUrl, clientId, sealedSecret } = provider;
  const secret = await ctx.runtime.openIdentity(secretPurpose(ctx.organizationId, id), sealedSecret);
  return { url, oauthUrl, clientId, clientSecret: toUtf8(secret) };
}
