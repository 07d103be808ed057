import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { HASH_OIDS, hashOf } from "#lib/ports/csc-names.ts";
import type { Errand, HashesToSign } from "#lib/ports/signature-service.ts";
import { deviceSha256 } from "../checks/open-session.ts";
import { signingError } from "../errors.ts";
import { keepListed } from "./keep-listed.ts";
import { type AuthorizationRow, saveAttempt } from "./store.ts";
import { asTold } from "./told.ts";
import { accessOf, loadOwn, redirectUriOf, type WaitingSigner } from "./waiting-signer.ts";

const TRIES = { tries: 30, windowSeconds: 3600 };

export interface Way {
  /** Where the person goes; null when nothing is to be done there. */
  readonly url: string | null;
  readonly state: string;
}

/**
 * Begins at the provider: the person lets us see their credentials there, or, where the provider knows them by their
 * address, we look ourselves.
 *
 * @throws signing/provider-not-asked, provider-unavailable, provider-not-let-in, provider-refused; identity/too-many-tries
 */
export async function beginAuthorization(ctx: Context): Promise<Way> {
  const { recipientId } = requireRecipient(ctx);
  await limitRate(ctx.runtime, `provider:${recipientId}`, TRIES);
  const waiting = await inTransaction(ctx, (ctx) => loadOwn(ctx));
  requireOpen(waiting.row);
  if (waiting.provider.logIn === "person") return sendThere(ctx, waiting, "service", null);
  const { signatureServices } = ctx.runtime;
  const access = await accessOf(ctx, waiting.provider);
  await asTold(async () => {
    const token = await signatureServices.logIn(access);
    const found = await signatureServices.list(access, token.text, waiting.recipient.email);
    await keepListed(ctx, waiting, token, found);
  });
  return { url: null, state: "" };
}

/**
 * Sends the person to where they let just these hashes be signed.
 *
 * @throws signing/provider-not-asked, provider-not-ready, provider-unavailable; identity/too-many-tries
 */
export async function beginApproval(ctx: Context): Promise<Way> {
  const { recipientId } = requireRecipient(ctx);
  await limitRate(ctx.runtime, `provider:${recipientId}`, TRIES);
  const waiting = await inTransaction(ctx, (ctx) => loadOwn(ctx));
  const wanted = wantedOf(waiting.row);
  if (wanted.mode !== "page") throw signingError("provider-not-ready", `it is by ${wanted.mode}`);
  return sendThere(ctx, waiting, "credential", wanted.hashes);
}

async function sendThere(
  ctx: Context,
  { provider, recipient }: WaitingSigner,
  scope: "service" | "credential",
  hashes: HashesToSign | null,
): Promise<Way> {
  const { runtime, organizationId } = ctx;
  const once = () => toBase64Url(runtime.random(32));
  const errand: Errand = { redirectUri: redirectUriOf(ctx), state: once(), verifier: once() };
  const access = await accessOf(ctx, provider);
  const url = await asTold(() => runtime.signatureServices.pageFor(access, errand, hashes ?? undefined));
  const sealed = await runtime.sealIdentity(`provider-attempt:${errand.state}`, fromUtf8(errand.verifier));
  await inTransaction(ctx, async (ctx) => {
    await saveAttempt(ctx, {
      ...{ organizationId, stateSha256: sha256(fromUtf8(errand.state)), recipientId: recipient.id },
      ...{ deviceSha256: deviceSha256(ctx), providerId: provider.id, scope, sealed, startedAt: ctx.now() },
      boundSha256: hashes && boundSha256(hashes.hashes),
    });
    const data = { recipient: recipient.id, provider: provider.id, scope };
    await appendEvent(ctx, {
      ...{ type: "signer-authorization.begun" as const, envelopeId: recipient.envelopeId, data },
    });
  });
  return { url, state: errand.state };
}

/** What somebody was sent with: another preparation is another errand. */
export const boundSha256 = (hashes: readonly string[]): Uint8Array => sha256(fromUtf8(hashes.join(",")));

/** What the person is to allow. @throws signing/provider-not-ready */
export function wantedOf(row: AuthorizationRow | null) {
  const credential = row?.offered.find(({ id }) => id === row.credentialId);
  if (!row?.prepared || row.state !== "prepared" || !credential?.algorithm)
    throw signingError("provider-not-ready", `it is ${row?.state}`);
  const hashOid = HASH_OIDS[hashOf(credential.algorithm).name];
  const hashes = row.prepared.map(({ hash }) => hash);
  return { mode: credential.mode, hashes: { credentialId: credential.id, hashes, hashOid }, credential };
}

/** Nothing is begun anew while the provider is asked to sign. @throws signing/provider-not-ready */
export function requireOpen(row: AuthorizationRow | null): void {
  if (row && ["authorized", "spent", "signed"].includes(row.state))
    throw signingError("provider-not-ready", `it is ${row.state}`);
}
