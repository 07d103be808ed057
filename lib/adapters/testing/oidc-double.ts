import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody with an account there. */
export interface OidcUser {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly given_name?: string;
  readonly family_name?: string;
  /** What was looked at (OpenID Connect for Identity Assurance 1.0 §5); given where it is asked for, and only then. */
  readonly verified?: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
  /** How they signed on. */
  readonly acr?: string;
}

/** What a provider does that it should not, until it is told otherwise. */
export interface OidcLies {
  readonly nonce?: string;
  readonly audience?: string;
  readonly issuer?: string;
  /** Seconds its clock is ahead. */
  readonly clockSeconds?: number;
  readonly algorithm?: "none";
  readonly key?: KeyObject;
  /** Of what it says of itself. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Its token endpoint fails so. */
  readonly tokenStatus?: number;
  readonly signsAs?: string;
}

export interface OidcDouble {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is signed on there; null lets in whoever the hint names. */
  user: OidcUser | null;
  lies: OidcLies;
  /** Why it refused, newest last, as it says it. */
  readonly refusals: string[];
  /** As a browser would, to the address it is sent back to. @throws what it says instead */
  signOn(url: string): Promise<string>;
  close(): Promise<void>;
}

interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | null;
  readonly user: OidcUser;
  readonly at: number;
  readonly claims: ClaimsRequest;
}

/** OpenID Connect Core 1.0 §5.5, as far as identity assurance needs it. */
interface ClaimsRequest {
  readonly id_token?: { readonly verified_claims?: unknown; readonly acr?: { values?: readonly string[] } };
  readonly userinfo?: { readonly verified_claims?: unknown };
}

const base64Url = (data: string | Uint8Array) => Buffer.from(data).toString("base64url");

/**
 * An identity provider that speaks OpenID Connect and refuses what real ones refuse: an unknown client or redirect
 * address, no PKCE or a plain one, a wrong verifier or secret, a code used twice (RFC 6749 §4.1, §5.2; RFC 7636 §4.6);
 * as one that assures identities, a claims parameter that is none, or asks for no claim (Identity Assurance §6).
 */
export async function startOidcDouble(options: {
  readonly redirectUris: readonly string[];
  readonly port?: number;
  /** It looks at identity documents, by these rules. */
  readonly trustFrameworks?: readonly string[];
}): Promise<OidcDouble> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };
  const clientId = "whereof";
  const clientSecret = randomBytes(18).toString("base64");
  const grants = new Map<string, Grant>();
  const used = new Set<string>();
  const refusals: string[] = [];

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const double: OidcDouble = {
    ...{ issuer, clientId, clientSecret, user: null, lies: {}, refusals },
    async signOn(url) {
      const told = await fetch(url, { redirect: "manual" });
      const location = told.headers.get("location");
      if (!location) throw new Error(await told.text());
      return location;
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };

  const json = (response: ServerResponse, status: number, body: object) =>
    response
      .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify(body));
  const refuse = (response: ServerResponse, status: number, error: string, why: string) => {
    refusals.push(why);
    json(response, status, { error, error_description: why });
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, issuer);
    if (url.pathname === "/.well-known/openid-configuration") return json(response, 200, metadata());
    if (url.pathname === "/jwks") return json(response, 200, { keys: [jwk] });
    if (url.pathname === "/authorize") return authorize(url.searchParams, response);
    if (url.pathname === "/token") return token(request, response);
    if (url.pathname === "/userinfo") return userinfo(request, response);
    return response.writeHead(404).end();
  }

  const metadata = () => ({
    ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
    ...{ jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/userinfo` },
    ...{ response_types_supported: ["code"], subject_types_supported: ["public"] },
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    ...(options.trustFrameworks
      ? {
          ...{ claims_parameter_supported: true, verified_claims_supported: true },
          trust_frameworks_supported: options.trustFrameworks,
        }
      : {}),
    ...double.lies.metadata,
  });

  function authorize(given: URLSearchParams, response: ServerResponse) {
    const page = (why: string) => {
      refusals.push(why);
      response.writeHead(400, { "content-type": "text/plain" }).end(why);
    };
    const redirectUri = given.get("redirect_uri") ?? "";
    // Neither of these may lead back: it could be anybody's address (RFC 6749 §4.1.2.1).
    if (given.get("client_id") !== clientId) return page("unknown client");
    if (!options.redirectUris.includes(redirectUri)) return page("redirect_uri is not registered");
    const back = (members: Readonly<Record<string, string>>) => {
      const location = new URL(redirectUri);
      const state = given.get("state");
      const all = { ...members, iss: issuer, ...(state ? { state } : {}) };
      location.search = new URLSearchParams(all).toString();
      response.writeHead(302, { location: location.href }).end();
    };
    const fail = (error: string, why: string) => {
      refusals.push(why);
      back({ error, error_description: why });
    };
    if (given.get("response_type") !== "code") return fail("unsupported_response_type", "code only");
    if (!given.get("scope")?.split(" ").includes("openid")) return fail("invalid_scope", "openid is missing");
    if (!given.get("code_challenge")) return fail("invalid_request", "code_challenge is missing");
    if (given.get("code_challenge_method") !== "S256") return fail("invalid_request", "plain challenge");
    const claims = claimsIn(given.get("claims"));
    if (typeof claims === "string") return fail("invalid_request", claims);
    const email = given.get("login_hint") ?? "";
    const user = double.user ?? { sub: `id of ${email}`, email, email_verified: true, name: "Somebody" };
    if (user.sub === "") return fail("access_denied", "gave up");
    const code = base64Url(randomBytes(24));
    const challenge = given.get("code_challenge")!;
    grants.set(code, { redirectUri, challenge, nonce: given.get("nonce"), user, at: Date.now(), claims });
    back({ code });
  }

  async function token(request: IncomingMessage, response: ServerResponse) {
    const form = new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString("utf8"));
    const { lies } = double;
    if (lies.tokenStatus) return json(response, lies.tokenStatus, {});
    const basic = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64");
    const [id = "", secret = ""] = basic.toString("utf8").split(":").map(decodeURIComponent);
    if (request.headers["content-type"]?.split(";")[0] !== "application/x-www-form-urlencoded")
      return refuse(response, 400, "invalid_request", "not a form");
    if (id !== clientId || secret !== clientSecret)
      return refuse(response, 401, "invalid_client", "unknown client or wrong secret");
    const code = form.get("code") ?? "";
    const grant = grants.get(code);
    grants.delete(code);
    if (used.has(code)) return refuse(response, 400, "invalid_grant", "code used already");
    if (!grant || Date.now() - grant.at > 60_000)
      return refuse(response, 400, "invalid_grant", "unknown code");
    used.add(code);
    if (form.get("redirect_uri") !== grant.redirectUri)
      return refuse(response, 400, "invalid_grant", "another redirect_uri");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (challenge !== grant.challenge) return refuse(response, 400, "invalid_grant", "wrong code_verifier");
    const now = Math.floor(Date.now() / 1000) + (lies.clockSeconds ?? 0);
    const { sub, verified, acr = "urn:example:two-factors", ...others } = grant.user;
    const isAsked = grant.claims.id_token?.verified_claims !== undefined;
    const claims = {
      ...{ iss: lies.issuer ?? issuer, aud: lies.audience ?? clientId, sub: lies.signsAs ?? sub, ...others },
      ...{ nonce: lies.nonce ?? grant.nonce, iat: now, exp: now + 300, auth_time: now - 60 },
      ...{ acr, amr: ["pwd", "otp"] },
      ...(verified && isAsked ? { verified_claims: verified } : {}),
    };
    const alg = lies.algorithm ?? "RS256";
    const signed = `${base64Url(JSON.stringify({ alg, kid: "one" }))}.${base64Url(JSON.stringify(claims))}`;
    const signature =
      alg === "none" ? "" : base64Url(sign("sha256", Buffer.from(signed), lies.key ?? privateKey));
    const accessToken = base64Url(
      JSON.stringify({
        ...{ sub: lies.signsAs ?? sub, ...others },
        ...(verified && grant.claims.userinfo?.verified_claims !== undefined
          ? { verified_claims: verified }
          : {}),
      }),
    );
    json(response, 200, {
      ...{ access_token: accessToken, token_type: "Bearer", expires_in: 300 },
      id_token: `${signed}.${signature}`,
    });
  }

  function userinfo(request: IncomingMessage, response: ServerResponse) {
    const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    if (!bearer) return response.writeHead(401, { "www-authenticate": "Bearer" }).end();
    json(response, 200, JSON.parse(Buffer.from(bearer, "base64url").toString("utf8")) as object);
  }

  return double;
}

/** @returns what is wrong with it, as text. */
function claimsIn(given: string | null): ClaimsRequest | string {
  if (given === null) return {};
  let read: ClaimsRequest;
  try {
    read = JSON.parse(given) as ClaimsRequest;
  } catch {
    return "the claims parameter is no JSON";
  }
  for (const part of [read.id_token, read.userinfo]) {
    if (part?.verified_claims === undefined) continue;
    const { verification, claims } = (part.verified_claims ?? {}) as Record<string, unknown>;
    if (typeof verification !== "object" || verification === null) return "verification is missing";
    if (!("trust_framework" in verification)) return "trust_framework is missing";
    if (typeof claims !== "object" || claims === null || Object.keys(claims).length === 0)
      return "verified claims are asked for without a claim";
  }
  return read;
}
