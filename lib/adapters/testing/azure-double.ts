import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { concatBytes, fromBase64Url, toBase64Url, toHex } from "#lib/bytes.ts";
import { type DoubleAnswer, type DoubleRequest, type RestDouble, startRestDouble } from "./rest-double.ts";
import { digestBytes, type Hash, signDigestEcdsa, signDigestPkcs1, signDigestPss } from "./sign-digest.ts";

/** Azure's token endpoint and a Key Vault over HTTP, with real keys and the refusals of the real one. */
export interface AzureDouble extends RestDouble {
  readonly application: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** Makes a key without a request, as an administrator would, and names it. */
  addKey(wanted: WantedKey): string;
  setEnabled(kid: string, isEnabled: boolean): void;
  endTokens(): void;
}

interface WantedKey {
  readonly kty?: string;
  readonly crv?: string;
  readonly key_size?: number;
  readonly key_ops?: readonly string[];
  readonly attributes?: { readonly exportable?: boolean };
}

interface VaultKey {
  readonly kty: string;
  readonly uses: readonly string[];
  readonly exportable: boolean;
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  isEnabled: boolean;
}

const refusal = (status: number, code: string, message: string, inner?: string): DoubleAnswer => ({
  status,
  body: { error: { code, message, ...(inner && { innererror: { code: inner } }) } },
});

export async function startAzureDouble(): Promise<AzureDouble> {
  const application = { tenantId: randomUUID(), clientId: randomUUID(), clientSecret: randomUUID() };
  const given = new Set<string>();
  const keys = new Map<string, VaultKey>();

  const add = (base: string, name: string, wanted: WantedKey): string => {
    const { kty = "", crv, key_size: modulusLength = 2048, key_ops: uses = ["sign", "verify"] } = wanted;
    const pair = kty.startsWith("EC")
      ? generateKeyPairSync("ec", { namedCurve: crv ?? "P-256" })
      : generateKeyPairSync("rsa", { modulusLength });
    const kid = `${base}/keys/${name}/${toHex(randomBytes(16))}`;
    keys.set(kid, { kty, uses, pair, exportable: wanted.attributes?.exportable ?? false, isEnabled: true });
    return kid;
  };

  const tokenAnswer = (path: string, text: string): DoubleAnswer => {
    const form = new URLSearchParams(text);
    if (path !== `/${application.tenantId}/oauth2/v2.0/token`)
      return {
        status: 400,
        body: { error: "invalid_request", error_description: "AADSTS90002: Tenant not found." },
      };
    if (form.get("client_id") !== application.clientId || form.get("grant_type") !== "client_credentials")
      return { status: 400, body: { error: "unauthorized_client", error_description: "AADSTS700016" } };
    if (form.get("client_secret") !== application.clientSecret)
      return { status: 401, body: { error: "invalid_client", error_description: "AADSTS7000215" } };
    if (form.get("scope") !== "https://vault.azure.net/.default")
      return { status: 400, body: { error: "invalid_scope", error_description: "AADSTS70011" } };
    const access_token = randomUUID();
    given.add(access_token);
    return { status: 200, body: { token_type: "Bearer", expires_in: 3599, access_token } };
  };

  const answer = ({ method, path, query, headers, text }: DoubleRequest): DoubleAnswer => {
    const base = `http://${headers.host}`;
    if (path.endsWith("/token")) return tokenAnswer(path, text);
    const [, token = ""] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    if (!given.has(token)) {
      const challenge =
        'Bearer authorization="https://login.microsoftonline.com/x", resource="https://vault.azure.net"';
      return {
        ...refusal(401, "Unauthorized", "AKV10032: Invalid issuer."),
        headers: { "www-authenticate": challenge },
      };
    }
    if (query.get("api-version") !== "7.4")
      return refusal(400, "BadParameter", "api-version must be specified");
    const [, name, rest] = /^\/keys\/([0-9a-zA-Z-]{1,127})(?:\/(.+))?$/.exec(path) ?? [];
    if (!name) return refusal(400, "BadParameter", "The request URI contains an invalid name");
    const body = text === "" ? {} : JSON.parse(text);
    if (method === "POST" && rest === "create") {
      if (!/^(EC|RSA)(-HSM)?$/.test(body.kty ?? ""))
        return refusal(400, "BadParameter", "Property kty is invalid");
      return described(add(base, name, body));
    }
    const [version, operation] = rest?.split("/") ?? [];
    const kid = `${base}/keys/${name}/${version}`;
    const key = keys.get(kid);
    if (!key)
      return refusal(404, "KeyNotFound", `A key with (name/id) ${name} was not found in this key vault.`);
    return operation === "sign" ? signed(kid, key, body) : described(kid);
  };

  const described = (kid: string): DoubleAnswer => {
    const { kty, uses, pair, isEnabled, exportable } = keys.get(kid)!;
    const { kty: _, ...half } = pair.publicKey.export({ format: "jwk" });
    const attributes = {
      enabled: isEnabled,
      exportable,
      created: 1,
      updated: 1,
      recoveryLevel: "Recoverable",
    };
    return { status: 200, body: { key: { kid, kty, key_ops: uses, ...half }, attributes } };
  };

  const double = await startRestDouble(answer);
  return {
    ...double,
    application,
    addKey: (wanted) => add(double.url, `by-hand-${randomUUID()}`, wanted),
    setEnabled(kid, isEnabled) {
      keys.get(kid)!.isEnabled = isEnabled;
    },
    endTokens: () => given.clear(),
  };
}

function signed(
  kid: string,
  { kty, uses, pair, isEnabled }: VaultKey,
  body: Record<string, string>,
): DoubleAnswer {
  if (!isEnabled)
    return refusal(403, "Forbidden", "Operation sign is not allowed on a disabled key.", "KeyDisabled");
  if (!uses.includes("sign"))
    return refusal(403, "Forbidden", "Operation sign is not permitted on this key.", "KeyOperationForbidden");
  const [, scheme, bits] = /^(ES|RS|PS)(256|384|512)$/.exec(body.alg ?? "") ?? [];
  const size = pair.publicKey.asymmetricKeyDetails!.namedCurve === "secp384r1" ? "384" : "256";
  const isFitting = kty.startsWith("EC")
    ? scheme === "ES" && bits === size
    : scheme === "RS" || scheme === "PS";
  if (!isFitting)
    return refusal(
      400,
      "BadParameter",
      `Key and signing algorithm are incompatible. Key ${kty}, ${body.alg}`,
    );
  const hash = `sha${bits}` as Hash;
  const digest = fromBase64Url(body.value ?? "");
  if (digest.length !== digestBytes(hash))
    return refusal(
      400,
      "BadParameter",
      `Invalid length of 'value': ${digest.length} bytes. ${body.alg} requires ${digestBytes(hash)} bytes.`,
    );
  const make = scheme === "ES" ? rawEcdsa : scheme === "RS" ? signDigestPkcs1 : signDigestPss;
  return { status: 200, body: { kid, value: toBase64Url(make(pair.privateKey, hash, digest)) } };
}

/** r ‖ s, each as long as the curve's order (RFC 7518 §3.4). */
function rawEcdsa(key: KeyObject, hash: Hash, digest: Uint8Array): Uint8Array {
  const der = signDigestEcdsa(key, hash, digest);
  const size = digestBytes(hash);
  const rLength = der[3]!;
  const half = (integer: Uint8Array) => {
    const bytes = new Uint8Array(size);
    const magnitude = integer.subarray(Math.max(0, integer.length - size));
    bytes.set(magnitude, size - magnitude.length);
    return bytes;
  };
  return concatBytes([half(der.subarray(4, 4 + rLength)), half(der.subarray(6 + rLength))]);
}
