import * as oidc from "openid-client";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import {
  type IdentityProvider,
  identityProviderError,
  type ProviderSettings,
  type VerifiedIdentity,
} from "#lib/ports/identity-provider.ts";
import type { WebReader } from "#lib/ports/web.ts";

const MOST_BYTES = 512 * 1024;
/** How far clocks may differ, in seconds. */
const TOLERANCE_SECONDS = 60;
const SCOPE = "openid email profile";
const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Sign-on by OpenID Connect: authorization code with PKCE, state and nonce; ID tokens are verified against the issuer's
 * published keys (OpenID Connect Core 1.0 §3.1, Discovery 1.0 §4, RFC 7636, RFC 9207).
 *
 * @param web how it is reached: from public addresses, and from those the operator has named.
 */
export function openIdConnect(web: WebReader): IdentityProvider {
  return relyingParty(web, SIGN_ON);
}

/** What one way of knowing people asks for and takes, beside the protocol that both have. */
export interface Asking {
  readonly method: IdentityProvider["method"];
  readonly scope: string;
  /** Whether the provider can answer it at all. @throws identity-provider/unreadable */
  requireAble(metadata: oidc.ServerMetadata, settings: ProviderSettings): void;
  /** Parameters of the request beside those of every sign-on. */
  parameters(settings: ProviderSettings): Readonly<Record<string, string>>;
  /** @throws identity-provider/not-verified */
  read(claims: Claims, settings: ProviderSettings): VerifiedIdentity | null;
  /** Whether the ID token says all that is needed, or userinfo has to be asked too. */
  isWhole(claims: Claims): boolean;
}

export type Claims = Readonly<Record<string, unknown>>;

const SIGN_ON: Asking = {
  ...{ method: "sso", scope: SCOPE },
  requireAble: () => {},
  parameters: () => ({}),
  read: () => null,
  isWhole: ({ email }) => typeof email === "string",
};

/** The protocol itself, for every way of knowing people. */
export function relyingParty(web: WebReader, asking: Asking): IdentityProvider {
  async function configure({
    issuer,
    clientId,
    clientSecret,
  }: ProviderSettings): Promise<oidc.Configuration> {
    const server = new URL(issuer);
    const isLocal = LOCAL.has(server.hostname);
    if (server.protocol !== "https:" && !(isLocal && server.protocol === "http:"))
      throw identityProviderError("unreadable", "an issuer has https");
    const config = await oidc.discovery(
      server,
      clientId,
      { [oidc.clockTolerance]: TOLERANCE_SECONDS },
      clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
      {
        [oidc.customFetch]: (url, options) => through(web, url, options),
        execute: [oidc.enableNonRepudiationChecks, ...(isLocal ? [oidc.allowInsecureRequests] : [])],
      },
    );
    const methods = config.serverMetadata().token_endpoint_auth_methods_supported;
    if (clientSecret === null || !methods || methods.includes("client_secret_basic")) return config;
    // The server takes the secret in the form only.
    const posted = new oidc.Configuration(
      config.serverMetadata(),
      clientId,
      { [oidc.clockTolerance]: TOLERANCE_SECONDS },
      oidc.ClientSecretPost(clientSecret),
    );
    posted[oidc.customFetch] = (url, options) => through(web, url, options);
    oidc.enableNonRepudiationChecks(posted);
    if (isLocal) oidc.allowInsecureRequests(posted);
    return posted;
  }

  return {
    method: asking.method,

    async check(settings, redirectUri) {
      const config = await asRefusals(() => configure(settings));
      const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = config.serverMetadata();
      if (!authorization_endpoint || !token_endpoint || !jwks_uri)
        throw identityProviderError("unreadable", "an endpoint is missing");
      asking.requireAble(config.serverMetadata(), settings);
      await asRefusals(() => requireKeys(web, jwks_uri));
      await askWithNothing(config, redirectUri);
      return { issuer };
    },

    async begin(settings, { redirectUri, attempt, email }) {
      const { state, nonce, verifier } = attempt;
      const challenge = await oidc.calculatePKCECodeChallenge(verifier);
      return asRefusals(async () => {
        const { href } = oidc.buildAuthorizationUrl(await configure(settings), {
          ...{ redirect_uri: redirectUri, scope: asking.scope, state, nonce, login_hint: email },
          ...asking.parameters(settings),
          ...{ code_challenge: challenge, code_challenge_method: "S256" },
        });
        return href;
      });
    },

    async complete(settings, { redirectUri, attempt, callback, at }) {
      return asRefusals(async () => {
        const config = await configure(settings);
        const came = new URL(redirectUri);
        came.search = new URL(callback).search;
        const tokens = await oidc.authorizationCodeGrant(config, came, {
          ...{ expectedState: attempt.state, expectedNonce: attempt.nonce },
          ...{ pkceCodeVerifier: attempt.verifier, idTokenExpected: true },
        });
        const claims = tokens.claims()!;
        // The library looks at the end of a token's time, and not at its beginning.
        if (claims.iat > at.getTime() / 1_000 + TOLERANCE_SECONDS)
          throw identityProviderError("clock", "the token is of later than now");
        const told =
          asking.isWhole(claims) || !config.serverMetadata().userinfo_endpoint
            ? claims
            : { ...claims, ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)) };
        const { acr, amr, auth_time } = claims;
        return {
          ...{ issuer: claims.iss, subject: claims.sub },
          email: typeof told.email === "string" ? told.email : null,
          isEmailVerified: typeof told.email_verified === "boolean" ? told.email_verified : null,
          name: typeof told.name === "string" ? told.name : null,
          // How sure the provider was is said in the token it signed, and nowhere else.
          verified: asking.read({ ...told, acr }, settings),
          context: {
            ...(typeof acr === "string" ? { acr } : {}),
            ...(Array.isArray(amr) ? { amr: amr.map(String) } : {}),
            ...(typeof auth_time === "number" ? { auth_time } : {}),
          },
          tokenSha256: toHex(sha256(fromUtf8(tokens.id_token!))),
        };
      });
    },
  };
}

/** The library's requests on our way out. */
async function through(
  web: WebReader,
  url: string,
  { method, headers, body }: oidc.CustomFetchOptions,
): Promise<Response> {
  const bytes =
    body === undefined || body === null
      ? undefined
      : new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
  const answer = await web.ask(url, {
    ...{ method: method === "POST" ? "POST" : "GET", headers, limitBytes: MOST_BYTES },
    ...(bytes ? { body: bytes } : {}),
  });
  const hasNone = answer.status === 204 || answer.status === 304;
  return new Response(hasNone ? null : new Uint8Array(answer.body), {
    status: answer.status,
    headers: answer.headers,
  });
}

async function requireKeys(web: WebReader, jwksUri: string): Promise<void> {
  const { body } = await web.ask(jwksUri, { method: "GET", headers: {}, limitBytes: MOST_BYTES });
  const { keys } = JSON.parse(new TextDecoder().decode(body)) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0) throw identityProviderError("unreadable", "it has no keys");
}

/** A code that never was tells whether the server knows us: it must be the code it dislikes (RFC 6749 §5.2). */
async function askWithNothing(config: oidc.Configuration, redirectUri: string): Promise<void> {
  const callback = new URL(redirectUri);
  callback.search = new URLSearchParams({ code: "a test of the connection", state: "test" }).toString();
  const { authorization_response_iss_parameter_supported: hasIssuer, issuer } = config.serverMetadata();
  if (hasIssuer) callback.searchParams.set("iss", issuer);
  try {
    await oidc.authorizationCodeGrant(config, callback, {
      ...{ expectedState: "test", pkceCodeVerifier: oidc.randomPKCECodeVerifier() },
    });
  } catch (error) {
    if (errorIn(error) === "invalid_grant") return;
    if (errorIn(error) === "invalid_client" || errorIn(error) === "unauthorized_client")
      throw identityProviderError("client-refused", errorIn(error)!, { cause: error });
    throw refusalOf(error);
  }
}

const errorIn = (error: unknown): string | null => {
  const given = (error as { error?: unknown }).error ?? causeOf(error)?.error;
  return typeof given === "string" ? given : null;
};

const causeOf = (error: unknown): { readonly error?: unknown; readonly code?: unknown } | null => {
  const { cause } = error as { cause?: unknown };
  return typeof cause === "object" && cause !== null ? cause : null;
};

async function asRefusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What the library throws, as what somebody can do about it. */
function refusalOf(error: unknown): Error {
  if (isRefusal(error) && error.code.startsWith("identity-provider/")) return error;
  const away = [error, (error as { cause?: unknown }).cause].some(
    (one) => isRefusal(one) && one.code.startsWith("web/"),
  );
  const code = String((error as { code?: unknown }).code ?? causeOf(error)?.code ?? "");
  const message = `${code} ${errorIn(error) ?? ""}`.trim() || (error as Error).name;
  const options = { cause: error };
  if (away || code === "OAUTH_TIMEOUT" || code === "OAUTH_RESPONSE_IS_NOT_CONFORM")
    return identityProviderError("unavailable", message, options);
  if (code === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED") return identityProviderError("clock", message, options);
  if (errorIn(error) === "invalid_client" || errorIn(error) === "unauthorized_client")
    return identityProviderError("client-refused", message, options);
  if (code.startsWith("OAUTH_JSON_ATTRIBUTE") || code.endsWith("_SERVER_METADATA"))
    return identityProviderError("unreadable", message, options);
  return identityProviderError("refused", message, options);
}
