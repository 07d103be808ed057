import { createPublicKey } from "node:crypto";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { type KeyAlgorithm, type KeyProvider, keysError, type SigningKey } from "#lib/ports/keys.ts";
import { digestKey } from "./digest-key.ts";
import { ALGORITHMS, algorithmOf } from "./key-algorithms.ts";
import { type AccessToken, AccessTokens } from "./rest/access-tokens.ts";
import { askRest, type RestAnswer } from "./rest/ask.ts";
import { newKeyName } from "./rest/key-names.ts";

export interface VaultAccess {
  /** Vault or OpenBao: `https://vault.example.com:8200`. */
  readonly address: string;
  /** Where the transit engine is mounted. */
  readonly mount: string;
  readonly namespace: string | null;
  readonly login: { readonly token: string } | { readonly roleId: string; readonly secretId: string };
  readonly answerWithinMs?: number;
}

const TYPES: Readonly<Record<KeyAlgorithm, string>> = {
  "ecdsa-p256-sha256": "ecdsa-p256",
  "ecdsa-p384-sha384": "ecdsa-p384",
  "rsa-2048-sha256": "rsa-2048",
  "rsa-3072-sha256": "rsa-3072",
  "rsa-4096-sha256": "rsa-4096",
  "rsa-pss-2048-sha256": "rsa-2048",
  "rsa-pss-3072-sha256": "rsa-3072",
  "rsa-pss-4096-sha256": "rsa-4096",
};
const WHO = "Vault";

/** The parts of a key's description that are looked at. */
interface TransitKey {
  readonly type?: string;
  readonly exportable?: boolean;
  readonly allow_plaintext_backup?: boolean;
  readonly keys?: Readonly<Record<string, { readonly public_key?: string }>>;
}

/**
 * Keys in the transit engine of HashiCorp Vault or OpenBao. A key's id is `transit/name:v1`: mount, name, version, so
 * that a rotation there changes nothing here.
 */
export function vaultKeys(access: VaultAccess): KeyProvider {
  const ask = vault(access);
  const open = async (name: string, version: string, wanted?: KeyAlgorithm): Promise<SigningKey> => {
    const { data } = (await ask("GET", `${access.mount}/keys/${name}`)) as { data?: TransitKey };
    if (data?.exportable || data?.allow_plaintext_backup) {
      throw keysError("key-not-kept", `Vault key ${name} may be exported`);
    }
    const isKnown = Object.values(TYPES).includes(data?.type ?? "");
    if (!isKnown) throw keysError("unsupported-algorithm", `Vault key ${name} is of type ${data?.type}`);
    const pem = data?.keys?.[version]?.public_key;
    if (!pem) throw keysError("not-found", `Vault key ${name} has no version ${version}`);
    const publicKey = createPublicKey(pem);
    const algorithm = algorithmOf(publicKey, wanted);
    return digestKey({
      id: `${access.mount}/${name}:v${version}`,
      algorithm,
      publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
      async signDigest(digest) {
        const answer = await ask("POST", `${access.mount}/sign/${name}`, {
          input: toBase64(digest),
          prehashed: true,
          hash_algorithm: `sha2-${ALGORITHMS[algorithm].hash.slice(3)}`,
          signature_algorithm: ALGORITHMS[algorithm].isPss ? "pss" : "pkcs1v15",
          // Else Vault takes the longest salt there is room for.
          salt_length: "hash",
          marshaling_algorithm: "asn1",
          key_version: Number(version),
        });
        const { signature } = (answer.data ?? {}) as { signature?: string };
        return fromBase64(/^vault:v\d+:(.+)$/.exec(signature ?? "")?.[1] ?? "");
      },
    });
  };
  return {
    name: "vault",
    async create(algorithm, label) {
      const name = newKeyName(label);
      const wanted = { type: TYPES[algorithm], exportable: false, allow_plaintext_backup: false };
      await ask("POST", `${access.mount}/keys/${name}`, wanted);
      return open(name, "1", algorithm);
    },
    async find(typed) {
      const [, mount, name, version] = /^(?:(.+)\/)?([\w.-]+?)(?::v([1-9]\d*))?$/.exec(typed.trim()) ?? [];
      if (!name || (mount ?? access.mount) !== access.mount)
        throw keysError("not-found", `no key of the transit engine at ${access.mount} is named so`);
      const { data } = (await ask("GET", `${access.mount}/keys/${name}`)) as {
        data?: { readonly latest_version?: number };
      };
      return `${access.mount}/${name}:v${version ?? data?.latest_version ?? 1}`;
    },
    async check() {
      await ask("GET", "auth/token/lookup-self");
    },
    async open(id, algorithm) {
      const [, mount, name, version] = /^(.+)\/([\w.-]+):v([1-9]\d*)$/.exec(id) ?? [];
      if (mount !== access.mount) {
        // Reaching Vault all the same tells a wrong name from a Vault that is away.
        await ask("GET", "auth/token/lookup-self");
        throw keysError("not-found", `${id} is no key of the transit engine at ${access.mount}`);
      }
      return open(name!, version!, algorithm);
    },
  };
}

/** How Vault is asked: with our token, in our namespace; what it refuses is thrown. */
function vault({ address, namespace, login, answerWithinMs }: VaultAccess) {
  const send = (method: "GET" | "POST", path: string, body?: object, token?: string) =>
    askRest({
      method,
      url: `${address.replace(/\/+$/, "")}/v1/${path}`,
      headers: {
        "x-vault-request": "true",
        ...(token && { "x-vault-token": token }),
        ...(namespace && { "x-vault-namespace": namespace }),
      },
      ...(body && { body }),
      ...{ who: WHO, answerWithinMs },
    });
  const logIn = async (): Promise<AccessToken> => {
    if ("token" in login) return { text: login.token, expiresInSeconds: null };
    const credentials = { role_id: login.roleId, secret_id: login.secretId };
    const answer = await send("POST", "auth/approle/login", credentials);
    const auth = answer.body.auth as { client_token?: string; lease_duration?: number } | undefined;
    if (!auth?.client_token) throw keysError("not-permitted", "Vault refuses the AppRole's log-in");
    return { text: auth.client_token, expiresInSeconds: auth.lease_duration || null };
  };
  const tokens = new AccessTokens(logIn);
  const canLogInAgain = "roleId" in login;
  return async (method: "GET" | "POST", path: string, body?: object) => {
    const answer = await tokens.use(
      (token) => send(method, path, body, token),
      // An ended token and a forbidden path look alike, so another token is worth one try.
      ({ status }) => status === 403 && canLogInAgain,
    );
    refuse(answer);
    return answer.body;
  };
}

function refuse({ status, body }: RestAnswer): void {
  if (status < 300) return;
  const said = Array.isArray(body.errors) ? body.errors.join("; ") : "";
  if (status === 401 || status === 403) throw keysError("not-permitted", "Vault does not let us (403)");
  if (status === 404 || /key not found/.test(said))
    throw keysError("not-found", "Vault does not know the key");
  if (/minimum encryption key version/.test(said))
    throw keysError("not-permitted", "Vault does not let this version of the key sign any more");
  throw keysError("unsupported-algorithm", `Vault does not sign so (${status})`);
}
