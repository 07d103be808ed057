import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { equalBytes, fromUtf8, sha256, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { ServiceToken } from "#lib/ports/signature-service.ts";
import { deviceSha256 } from "../checks/open-session.ts";
import { signingError } from "../errors.ts";
import { boundSha256, wantedOf } from "./begin-authorization.ts";
import { keepListed } from "./keep-listed.ts";
import { changeAuthorization, loadProvider, takeAttempt } from "./store.ts";
import { told } from "./told.ts";
import { accessOf, loadOwn, redirectUriOf, sadPurpose, type WaitingSigner } from "./waiting-signer.ts";

const ATTEMPT_MS = 30 * 60_000;
const Callback = z.string().max(8_000);

/**
 * Takes what somebody came back with from their provider, once: that we may see their credentials, or that these hashes
 * may be signed. What that is goes to the database sealed, and only until it was used.
 *
 * @param input.callback the whole address they came back to.
 * @throws signing/provider-errand-over, provider-canceled, provider-refused, provider-unavailable, provider-not-let-in,
 *   provider-no-credential, provider-not-asked, provider-not-ready
 */
export async function finishAuthorization(ctx: Context, input: { readonly callback: string }): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { searchParams } = new URL(Callback.parse(input.callback));
  const state = searchParams.get("state") ?? "";
  const { waiting, attempt } = await inTransaction(ctx, async (ctx) => ({
    waiting: await loadOwn(ctx),
    attempt: await takeAttempt(ctx, sha256(fromUtf8(state))),
  }));
  const isOwn =
    attempt?.recipientId === recipientId &&
    attempt.providerId === waiting.provider.id &&
    equalBytes(attempt.deviceSha256, deviceSha256(ctx)) &&
    ctx.now().getTime() - attempt.startedAt.getTime() <= ATTEMPT_MS;
  // Used up even when it is of no use.
  if (!isOwn) throw signingError("provider-errand-over", "the errand is unknown, used, late, or another's");
  try {
    const code = requireCode(searchParams);
    const verifier = toUtf8(await ctx.runtime.openIdentity(`provider-attempt:${state}`, attempt.sealed));
    const access = await accessOf(
      ctx,
      await inTransaction(ctx, (ctx) => loadProvider(ctx, attempt.providerId)),
    );
    const errand = { redirectUri: redirectUriOf(ctx), state, verifier };
    const token = await ctx.runtime.signatureServices.redeem(access, errand, code);
    if (attempt.scope === "credential") return await keepAllowed(ctx, token, attempt.boundSha256);
    const found = await ctx.runtime.signatureServices.list(access, token.text, null);
    await keepListed(ctx, waiting, token, found);
  } catch (error) {
    const refusal = told(error);
    if (!isRefusal(refusal)) throw refusal;
    ctx.runtime.log.info({ err: error, code: refusal.code }, "a provider's authorization led nowhere");
    const data = {
      ...{ recipient: recipientId, provider: waiting.provider.id, scope: attempt.scope },
      reason: refusal.code,
    };
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "signer-authorization.refused", envelopeId, data }),
    );
    throw refusal;
  }
}

/** @throws signing/provider-canceled, provider-refused @see RFC 6749 §4.1.2.1 */
function requireCode(parameters: URLSearchParams): string {
  const error = parameters.get("error");
  if (error === "access_denied") throw signingError("provider-canceled", "they said no");
  const code = parameters.get("code") ?? "";
  if (error !== null || code === "") throw signingError("provider-refused", "no code");
  return code;
}

/** Keeps what allows the hashes to be signed, sealed, and has the worker go on. Part of a verb. @throws signing/provider-not-ready */
export async function keepAllowed(ctx: Context, sad: ServiceToken, bound: Uint8Array | null): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const sealedSad = await ctx.runtime.sealIdentity(sadPurpose(recipientId), fromUtf8(sad.text));
  await inTransaction(ctx, async (ctx) => {
    const { row, provider }: WaitingSigner = await loadOwn(ctx, true);
    const { hashes } = wantedOf(row);
    // It was allowed for what was prepared then.
    if (!bound || !equalBytes(bound, boundSha256(hashes.hashes)))
      throw signingError("provider-not-ready", "something else was prepared meanwhile");
    const sadEndsAt = new Date(ctx.now().getTime() + sad.lastsSeconds * 1000);
    await changeAuthorization(ctx, recipientId, { state: "authorized", sealedSad, sadEndsAt, problem: null });
    const data = { recipient: recipientId, provider: provider.id, hashes: [...hashes.hashes] };
    await appendEvent(ctx, { type: "signer-credential.authorized", envelopeId, data });
  });
}
