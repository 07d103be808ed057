import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import type { IdentityMethod, ProviderSettings } from "#lib/ports/identity-provider.ts";
import { signingError } from "../errors.ts";
import { isSecret } from "../secrets/is-secret.ts";
import { changeProvider, dropProvider, findProvider, type ProviderRow, saveProvider } from "./store.ts";

/** Where the provider sends people back to; it has to be told this address. */
export const redirectUriOf = ({ runtime }: Context): string => `${runtime.config.baseUrl}/sign/sso`;

export interface ProviderView {
  readonly redirectUri: string;
  /** Null until one is set up. */
  readonly provider: {
    readonly name: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly hasSecret: boolean;
    readonly testedAt: Date | null;
    /** Separated by spaces, as one enters them. */
    readonly acrValues: string;
    readonly trustFrameworks: string;
    /** Why the last test failed, as a code; null when it did not. */
    readonly failure: string | null;
  } | null;
}

/** The organization's identity provider, without its secret. */
export async function getIdentityProvider(
  ctx: Context,
  input: { readonly method: IdentityMethod } = { method: "sso" },
): Promise<ProviderView> {
  requirePermission(ctx, "authentication.manage");
  const row = await inTransaction(ctx, (ctx) => findProvider(ctx, input.method));
  return {
    redirectUri: redirectUriOf(ctx),
    provider: row && {
      ...{ name: row.name, issuer: row.issuer, clientId: row.clientId, hasSecret: row.sealedSecret !== null },
      ...{ testedAt: row.testedAt, failure: row.failure },
      acrValues: row.demands?.acrValues.join(" ") ?? "",
      trustFrameworks: row.demands?.trustFrameworks.join(" ") ?? "",
    },
  };
}

const METHODS = ["sso", "identity-document"] as const;
const tokens = typedLine(600).transform((text) => text.split(/[\s,]+/).filter((one) => one !== ""));

const Input = z.object({
  method: z.enum(METHODS).default("sso"),
  /** Separated by spaces; only for what looks at more than an account. */
  acrValues: tokens.default([]),
  trustFrameworks: tokens.default([]),
  name: typedLine(60),
  issuer: typedLine(300),
  clientId: typedLine(300),
  /** Empty keeps the one there is. */
  clientSecret: z.string().max(2_000),
  password: z.string().max(1_000),
});

/**
 * Sets up who vouches for the organization's own people, or who looks at people's identity documents. Asks for the
 * password: whoever names another provider can sign on as everybody.
 *
 * @throws signing/sso-name-missing, sso-issuer-unreadable, sso-client-missing; identity/current-password-wrong
 */
export async function setIdentityProvider(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "authentication.manage");
  const { method, name, issuer, clientId, clientSecret, password, ...demands } = Input.parse(input);
  if (name === "") throw signingError("sso-name-missing", "no name");
  if (!isIssuer(issuer)) throw signingError("sso-issuer-unreadable", issuer);
  if (clientId === "") throw signingError("sso-client-missing", "no client");
  await stepUp(ctx, password);
  const before = await inTransaction(ctx, (ctx) => findProvider(ctx, method));
  const { runtime, organizationId } = ctx;
  // Another server must not be shown the secret of the one before.
  const kept = before?.issuer === issuer && before.clientId === clientId ? before.sealedSecret : null;
  const purpose = secretOf(organizationId, method);
  const isOther = clientSecret !== "" && !(kept && (await isSecret(ctx, purpose, kept, clientSecret)));
  const sealedSecret = isOther ? await runtime.sealIdentity(purpose, fromUtf8(clientSecret)) : kept;
  const keptSince = sealedSecret === null ? null : (before?.secretChangedAt ?? null);
  await inTransaction(ctx, async (ctx) => {
    const changedAt = ctx.now();
    const secretChangedAt = isOther ? changedAt : keptSince;
    const row = { method, name, issuer, clientId, sealedSecret, secretChangedAt, changedAt };
    const asked = method === "sso" ? null : demands;
    await saveProvider(ctx, { ...row, demands: asked, testedAt: null, failure: null });
    const data = {
      method,
      demands: asked ?? undefined,
      name,
      issuer,
      clientId,
      from: before?.issuer ?? null,
      hasSecret: sealedSecret !== null,
    };
    await appendEvent(ctx, { type: "identity-provider.changed", envelopeId: null, data });
  });
}

/** OpenID Connect Core 1.0 §16.6: an https address without query or fragment; on this machine also http. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1";
  return (protocol === "https:" || (protocol === "http:" && isLocal)) && !search && !hash && !username;
}

/** Takes the provider away: nobody signs on there any more. @throws signing/sso-not-set-up; identity/current-password-wrong */
export async function removeIdentityProvider(
  ctx: Context,
  input: { readonly password: string; readonly method?: IdentityMethod },
): Promise<void> {
  const { method = "sso" } = input;
  requirePermission(ctx, "authentication.manage");
  await stepUp(ctx, input.password);
  await inTransaction(ctx, async (ctx) => {
    const row = await findProvider(ctx, method);
    if (!row) throw signingError("sso-not-set-up", "there is none");
    await dropProvider(ctx, method);
    const data = { method, issuer: row.issuer };
    await appendEvent(ctx, { type: "identity-provider.removed", envelopeId: null, data });
  });
}

/**
 * Tests the connection: whether the provider answers, is who it says, has keys, and knows us.
 *
 * @returns why not, as a code; null when all is well. @throws signing/sso-not-set-up
 */
export async function testIdentityProvider(
  ctx: Context,
  input: { readonly method: IdentityMethod } = { method: "sso" },
): Promise<string | null> {
  requirePermission(ctx, "authentication.manage");
  const { method } = input;
  const row = await inTransaction(ctx, (ctx) => findProvider(ctx, method));
  if (!row) throw signingError("sso-not-set-up", "there is none");
  const failure = await failureOf(ctx, row);
  await inTransaction(ctx, async (ctx) => {
    await changeProvider(ctx, method, { testedAt: ctx.now(), failure });
    const data = { method, issuer: row.issuer, reason: failure ?? undefined };
    await appendEvent(ctx, { type: "identity-provider.tested", envelopeId: null, data });
  });
  return failure;
}

async function failureOf(ctx: Context, row: ProviderRow): Promise<string | null> {
  try {
    await ctx.runtime.identityProviders[row.method].check(await settingsOf(ctx, row), redirectUriOf(ctx));
    return null;
  } catch (error) {
    ctx.runtime.log.info({ err: error }, "the identity provider failed its test");
    return isRefusal(error) && error.code.startsWith("identity-provider/")
      ? error.code
      : "identity-provider/unavailable";
  }
}

/** What a secret is sealed for: one method's never opens as another's. */
const secretOf = (organizationId: string, method: IdentityMethod): string =>
  method === "sso" ? organizationId : `${organizationId}:${method}`;

/** Part of a verb; calls out to wherever the master key is. */
export async function settingsOf(ctx: Context, row: ProviderRow): Promise<ProviderSettings> {
  const { issuer, clientId, sealedSecret, demands } = row;
  const secret =
    sealedSecret && (await ctx.runtime.openIdentity(secretOf(ctx.organizationId, row.method), sealedSecret));
  return { issuer, clientId, clientSecret: secret ? toUtf8(secret) : null, demands };
}
