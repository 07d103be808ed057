import { createPublicKey, type JsonWebKey } from "node:crypto";
import { fromBase64Url, toBase64Url } from "#lib/bytes.ts";
import {
  checkByOpening,
  type KeyAlgorithm,
  type KeyProvider,
  keysError,
  type SigningKey,
} from "#lib/ports/keys.ts";
import { digestKey } from "./digest-key.ts";
import { ALGORITHMS, algorithmOf, ecdsaDer } from "./key-algorithms.ts";
import { type AccessToken, AccessTokens } from "./rest/access-tokens.ts";
import { askRest, type RestAnswer } from "./rest/ask.ts";
import { newKeyName } from "./rest/key-names.ts";

export interface AzureAccess {
  /** `https://name.vault.azure.net`, or of a Managed HSM. */
  readonly vaultUrl: string;
  readonly protection: "hsm" | "software";
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly answerWithinMs?: number;
}

const KINDS: Readonly<Record<KeyAlgorithm, { readonly alg: string; readonly made: object }>> = {
  "ecdsa-p256-sha256": { alg: "ES256", made: { kty: "EC", crv: "P-256" } },
  "ecdsa-p384-sha384": { alg: "ES384", made: { kty: "EC", crv: "P-384" } },
  "rsa-2048-sha256": { alg: "RS256", made: { kty: "RSA", key_size: 2048 } },
  "rsa-3072-sha256": { alg: "RS256", made: { kty: "RSA", key_size: 3072 } },
  "rsa-4096-sha256": { alg: "RS256", made: { kty: "RSA", key_size: 4096 } },
  "rsa-pss-2048-sha256": { alg: "PS256", made: { kty: "RSA", key_size: 2048 } },
  "rsa-pss-3072-sha256": { alg: "PS256", made: { kty: "RSA", key_size: 3072 } },
  "rsa-pss-4096-sha256": { alg: "PS256", made: { kty: "RSA", key_size: 4096 } },
};
const WHO = "Azure Key Vault";
const API_VERSION = "api-version=7.4";

interface AzureKey {
  readonly key?: JsonWebKey & { readonly kid?: string; readonly key_ops?: readonly string[] };
  readonly attributes?: { readonly enabled?: boolean; readonly exportable?: boolean };
}

/** Keys in Azure Key Vault or a Managed HSM, named by their identifiers: `https://name.vault.azure.net/keys/…/…`. */
export function azureKeys(access: AzureAccess): KeyProvider {
  const ask = azure(access);
  const vaultUrl = access.vaultUrl.replace(/\/+$/, "");
  const keyOf = ({ key, attributes }: AzureKey, wanted?: KeyAlgorithm): SigningKey => {
    const { kid = "", kty = "", key_ops: uses = [] } = key ?? {};
    if (attributes?.enabled === false) throw keysError("disabled", `Azure key ${kid} is disabled`);
    if (attributes?.exportable) throw keysError("key-not-kept", `Azure key ${kid} may be exported`);
    if (!uses.includes("sign"))
      throw keysError("unsupported-algorithm", `Azure key ${kid} is not for signing`);
    const jwk = { ...key, kty: kty.replace(/-HSM$/, "") } as JsonWebKey;
    if (!["EC", "RSA"].includes(jwk.kty!))
      throw keysError("unsupported-algorithm", `Azure key ${kid} is ${kty}`);
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const algorithm = algorithmOf(publicKey, wanted);
    return digestKey({
      id: kid,
      algorithm,
      publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
      async signDigest(digest) {
        const wanted = { alg: KINDS[algorithm].alg, value: toBase64Url(digest) };
        const { value } = await ask("POST", `${kid}/sign`, wanted);
        const signature = fromBase64Url(String(value ?? ""));
        return ALGORITHMS[algorithm].type === "ec" ? ecdsaDer(signature) : signature;
      },
    });
  };
  return {
    name: "azure-key-vault",
    async create(algorithm, label) {
      const { made } = KINDS[algorithm] as { made: { kty: string } };
      const kty = access.protection === "hsm" ? `${made.kty}-HSM` : made.kty;
      const wanted = { ...made, kty, key_ops: ["sign", "verify"], tags: { label: label.slice(0, 256) } };
      return keyOf(await ask("POST", `${vaultUrl}/keys/${newKeyName(label)}/create`, wanted), algorithm);
    },
    async find(typed) {
      const given = typed.trim();
      const base = `${vaultUrl}/keys/`;
      const rest = given.startsWith(base) ? given.slice(base.length) : given;
      if (!/^[\w-]{1,127}(\/[0-9a-f]{32})?$/i.test(rest))
        throw keysError("not-found", "no key of the vault that is set up here is named so");
      const { kid } = ((await ask("GET", `${base}${rest}`)) as AzureKey).key ?? {};
      if (!kid) throw keysError("not-found", "the vault does not say which key that is");
      return kid;
    },
    check: () => checkByOpening(async () => keyOf(await ask("GET", `${vaultUrl}/keys/whereof-check`))),
    async open(id, algorithm) {
      // The token goes to our vault only, whatever the id says.
      const isOurs = id.startsWith(`${vaultUrl}/keys/`) && /\/keys\/[\w-]{1,127}\/[0-9a-f]{32}$/i.test(id);
      const found = await ask("GET", isOurs ? id : `${vaultUrl}/keys/unknown`);
      if (!isOurs) throw keysError("not-found", "the key is not in the vault that is set up here");
      return keyOf(found, algorithm);
    },
  };
}

function azure({ vaultUrl, loginUrl, tenantId, clientId, clientSecret, answerWithinMs }: AzureAccess) {
  const logIn = async (): Promise<AccessToken> => {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: scopeFor(vaultUrl),
    });
    const url = `${loginUrl.replace(/\/+$/, "")}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
    const answer = await askRest({ method: "POST", url, body, who: WHO, answerWithinMs });
    const { access_token: text, expires_in: expiresInSeconds } = answer.body;
    if (typeof text !== "string") throw keysError("not-permitted", "Azure refuses the application's log-in");
    return { text, expiresInSeconds: typeof expiresInSeconds === "number" ? expiresInSeconds : null };
  };
  const tokens = new AccessTokens(logIn);
  return async (method: "GET" | "POST", url: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await tokens.use(
      (token) =>
        askRest({
          method,
          url: `${url}?${API_VERSION}`,
          headers: { authorization: `Bearer ${token}` },
          ...(body && { body }),
          ...{ who: WHO, answerWithinMs },
        }),
      ({ status }) => status === 401,
    );
    refuse(answer);
    return answer.body;
  };
}

/** Each cloud has its own audience: the vault's host without its own name, `https://vault.azure.net`. */
function scopeFor(vaultUrl: string): string {
  const [, ...rest] = new URL(vaultUrl).hostname.split(".");
  const audience = ["vault", "managedhsm"].includes(rest[0]!) ? rest.join(".") : "vault.azure.net";
  return `https://${audience}/.default`;
}

function refuse({ status, body }: RestAnswer): void {
  if (status < 300) return;
  const { code = "", innererror } = (body.error ?? {}) as { code?: string; innererror?: { code?: string } };
  const said = `Azure Key Vault answered ${status} ${innererror?.code ?? code}`;
  if (innererror?.code === "KeyDisabled") throw keysError("disabled", said);
  if (status === 401 || status === 403) throw keysError("not-permitted", said);
  if (status === 404) throw keysError("not-found", said);
  // A key that is being deleted or recovered.
  if (status === 409) throw keysError("not-permitted", said);
  throw keysError("unsupported-algorithm", said);
}
