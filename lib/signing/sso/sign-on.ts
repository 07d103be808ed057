import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { equalBytes, fromUtf8, sha256, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isElsewhere } from "#lib/envelopes/core/checks.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { IdentityAttempt, IdentityMethod, ProvenIdentity } from "#lib/ports/identity-provider.ts";
import { currentStep } from "../checks/current-step.ts";
import { deviceSha256, openSession } from "../checks/open-session.ts";
import { countTry } from "../checks/pass-check.ts";
import { isNamed } from "../core/verified-name.ts";
import { signingError } from "../errors.ts";
import { findRecipient, type RecipientRow } from "../store.ts";
import { redirectUriOf, settingsOf } from "./change-provider.ts";
import { findProvider, type ProviderRow, saveAttempt, saveResult, takeAttempt } from "./store.ts";

const ATTEMPT_MS = 10 * 60_000;
const stateSha256 = (state: string): Uint8Array => sha256(fromUtf8(state));

/**
 * Begins at the provider that is asked: the organization's own sign-on, or who looks at identity documents.
 *
 * @returns where to go, and what the browser keeps meanwhile. @throws signing/sso-not-asked, sso-not-set-up,
 * sso-unavailable, identity-unavailable; identity/too-many-tries
 */
export async function beginSso(ctx: Context): Promise<{ readonly url: string; readonly state: string }> {
  const { recipientId, envelopeId, tokenSha256, sessionSha256 } = requireLinkHolder(ctx);
  const { runtime, organizationId } = ctx;
  await countTry(ctx, recipientId);
  const { recipient, provider, method } = await inTransaction(ctx, requireElsewhere);
  const once = () => toBase64Url(runtime.random(32));
  const attempt: IdentityAttempt = { state: once(), nonce: once(), verifier: once() };
  const { nonce, verifier } = attempt;
  const settings = await settingsOf(ctx, provider);
  const input = { redirectUri: redirectUriOf(ctx), attempt, email: recipient.email };
  const url = await runtime.identityProviders[method].begin(settings, input).catch((error: unknown) => {
    runtime.log.warn({ err: error }, "the identity provider cannot be used");
    throw told(error, method);
  });
  const sealed = await runtime.sealIdentity(
    `attempt:${attempt.state}`,
    fromUtf8(JSON.stringify({ nonce, verifier })),
  );
  await inTransaction(ctx, async (ctx) => {
    await saveAttempt(ctx, {
      ...{ organizationId, stateSha256: stateSha256(attempt.state), recipientId, tokenSha256, sessionSha256 },
      ...{ deviceSha256: deviceSha256(ctx), issuer: provider.issuer, method, sealed, startedAt: ctx.now() },
    });
    const data = { recipient: recipientId, method, issuer: provider.issuer };
    await appendEvent(ctx, { type: "sso.begun", envelopeId, data });
  });
  return { url, state: attempt.state };
}

async function requireElsewhere(ctx: Context): Promise<Asked> {
  const { recipientId, checked } = requireLinkHolder(ctx);
  const recipient = await findRecipient(ctx, recipientId);
  const asked = recipient && (await currentStep(ctx, recipient, checked));
  const method = asked?.step;
  if (!recipient || !isElsewhere(method)) throw signingError("sso-not-asked", `the check is ${method}`);
  const provider = await findProvider(ctx, method);
  if (!provider) throw signingError("sso-not-set-up", "there is no provider");
  return { recipient, provider, method };
}

interface Asked {
  readonly recipient: RecipientRow;
  readonly provider: ProviderRow;
  readonly method: IdentityMethod;
}

/** What the provider's failure is for the person. */
function told(error: unknown, method: IdentityMethod): unknown {
  if (!isRefusal(error) || !error.code.startsWith("identity-provider/")) return error;
  const name = (TOLD[error.code.slice(18)] ?? WORDS.unavailable)[method];
  return signingError(name, error.message, { cause: error });
}

const WORDS = {
  unavailable: { sso: "sso-unavailable", "identity-document": "identity-unavailable" },
  refused: { sso: "sso-refused", "identity-document": "identity-refused" },
  "not-verified": { sso: "sso-refused", "identity-document": "identity-too-weak" },
  clock: { sso: "sso-clock", "identity-document": "sso-clock" },
} as const;
const TOLD: Readonly<Record<string, (typeof WORDS)[keyof typeof WORDS]>> = WORDS;

const Callback = z.string().max(8_000);

/**
 * Takes what somebody came back with, once. The address their own organization gives must be the one the document went
 * to, the name in an identity document the one that is to sign; who they are there is written down as who signs.
 *
 * @param input.callback the whole address they came back to.
 * @returns what the browser keeps to be known by, for this link and four hours. @throws signing/sso-expired,
 * sso-refused, sso-other-person, sso-unavailable, sso-clock, sso-not-asked, identity-refused, identity-other-person,
 * identity-too-weak, identity-unavailable
 */
export async function finishSso(ctx: Context, input: { readonly callback: string }): Promise<string> {
  const { recipientId, envelopeId } = requireLinkHolder(ctx);
  const callback = Callback.parse(input.callback);
  await countTry(ctx, recipientId);
  const state = new URL(callback).searchParams.get("state") ?? "";
  const { recipient, provider, method, sealed } = await inTransaction(ctx, async (ctx) => {
    const asked = await requireElsewhere(ctx);
    return { ...asked, sealed: await taken(ctx, state, asked.method) };
  });
  // Used up even when it is of no use: nothing was thrown above that would give it back.
  if (!sealed) throw signingError("sso-expired", "the attempt is unknown, used, late, or another's");
  const { issuer } = provider;
  const outcome = await proven(ctx, { provider, sealed, state, callback }).then(
    (identity) => whyNot(identity, recipient, method) ?? identity,
    (error: unknown) => {
      ctx.runtime.log.info({ err: error }, "a sign-on was refused");
      const refusal = told(error, method);
      if (!isRefusal(refusal)) throw refusal;
      return refusal;
    },
  );
  if (outcome instanceof Error) {
    const data = { recipient: recipientId, method, issuer, reason: isRefusal(outcome) ? outcome.code : "" };
    await inTransaction(ctx, (ctx) => appendEvent(ctx, { type: "sso.refused", envelopeId, data }));
    throw outcome;
  }
  return toBase64Url(await inTransaction(ctx, (ctx) => record(ctx, recipient, method, outcome)));
}

/** The sealed part of an attempt of this browser's for this link; whatever else it is, it is used up. */
async function taken(ctx: Context, state: string, method: IdentityMethod): Promise<Uint8Array | null> {
  const { recipientId, tokenSha256 } = requireLinkHolder(ctx);
  const row = await takeAttempt(ctx, stateSha256(state));
  const isOwn =
    row?.recipientId === recipientId &&
    row.method === method &&
    equalBytes(row.tokenSha256, tokenSha256) &&
    equalBytes(row.deviceSha256, deviceSha256(ctx)) &&
    ctx.now().getTime() - row.startedAt.getTime() <= ATTEMPT_MS;
  return isOwn ? row.sealed : null;
}

interface CameBack {
  readonly provider: ProviderRow;
  readonly sealed: Uint8Array;
  readonly state: string;
  readonly callback: string;
}

async function proven(
  ctx: Context,
  { provider, sealed, state, callback }: CameBack,
): Promise<ProvenIdentity> {
  const { runtime } = ctx;
  const opened = toUtf8(await runtime.openIdentity(`attempt:${state}`, sealed));
  const { nonce, verifier } = JSON.parse(opened) as { nonce: string; verifier: string };
  const input = {
    redirectUri: redirectUriOf(ctx),
    attempt: { state, nonce, verifier },
    callback,
    at: ctx.now(),
  };
  return runtime.identityProviders[provider.method].complete(await settingsOf(ctx, provider), input);
}

/** Why somebody the provider knows is not who the document went to. */
function whyNot(
  { email, isEmailVerified, verified }: ProvenIdentity,
  recipient: RecipientRow,
  method: IdentityMethod,
): Error | null {
  if (method === "identity-document") {
    if (!verified) return signingError("identity-too-weak", "nothing was looked at");
    return isNamed(verified, recipient.name) ? null : signingError("identity-other-person", "another name");
  }
  const isSame = email?.toLowerCase() === recipient.email.toLowerCase();
  if (isSame && isEmailVerified !== false) return null;
  return signingError("sso-other-person", isSame ? "the address is not verified there" : "another address");
}

async function record(
  ctx: Context,
  recipient: RecipientRow,
  method: IdentityMethod,
  identity: ProvenIdentity,
): Promise<Uint8Array> {
  await requireElsewhere(ctx);
  const { id: recipientId, envelopeId } = recipient;
  const { issuer, subject, context, tokenSha256, verified, email } = identity;
  const name = verified ? `${verified.givenName} ${verified.familyName}` : identity.name;
  const { trustFramework, assuranceLevel, process, evidence, verifiedAt } = verified ?? {};
  const { id: eventId, occurredAt: at } = await appendEvent(ctx, {
    type: "identity.proven",
    envelopeId,
    data: {
      ...{ recipient: recipientId, method, issuer, tokenSha256, context: { ...context } as never },
      ...{ subject: personal(subject), email: email ? personal(email) : null },
      name: name ? personal(name) : null,
      verified: verified ? { trustFramework, assuranceLevel, process, evidence, verifiedAt } : undefined,
    },
  });
  await saveResult(ctx, {
    ...{ organizationId: ctx.organizationId, id: uuidV7(at.getTime(), ctx.runtime.random(10)) },
    ...{ envelopeId, recipientId, method, provider: "oidc", issuer, subject, email, name, context, verified },
    ...{ tokenSha256, eventId, at },
  });
  return openSession(ctx, method, { identity: eventId });
}
