import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { type DoubleAnswer, type DoubleRequest, type RestDouble, startRestDouble } from "./rest-double.ts";
import { digestBytes, type Hash, signDigestEcdsa, signDigestPkcs1, signDigestPss } from "./sign-digest.ts";

/** Vault's transit engine and AppRole log-in over HTTP, with real keys and the refusals of the real one. */
export interface VaultDouble extends RestDouble {
  readonly token: string;
  readonly appRole: { readonly roleId: string; readonly secretId: string };
  readonly namespace: string;
  /** Makes a key without a request, as an administrator would. */
  addKey(name: string, type: string, more?: { exportable?: boolean }): void;
  rotate(name: string): void;
  /** No version before this one signs any more. */
  setMinimumVersion(name: string, version: number): void;
  /** Ends every token that a log-in gave. */
  endTokens(): void;
  seal(isSealed: boolean): void;
}

interface TransitKey {
  readonly type: string;
  readonly exportable: boolean;
  readonly versions: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }[];
  minimum: number;
}

const MAKERS: Record<string, () => TransitKey["versions"][number]> = {
  "ecdsa-p256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "ecdsa-p384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  "ecdsa-p521": () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
  ...Object.fromEntries(
    [2048, 3072, 4096].map((modulusLength) => [
      `rsa-${modulusLength}`,
      () => generateKeyPairSync("rsa", { modulusLength }),
    ]),
  ),
};
const HASHES: Record<string, Hash> = { "sha2-256": "sha256", "sha2-384": "sha384", "sha2-512": "sha512" };

const refusal = (status: number, ...errors: string[]): DoubleAnswer => ({ status, body: { errors } });

export async function startVaultDouble(): Promise<VaultDouble> {
  const [token, namespace] = [`hvs.${randomUUID()}`, "legal/"];
  const appRole = { roleId: randomUUID(), secretId: randomUUID() };
  const given = new Set<string>();
  const keys = new Map<string, TransitKey>();
  let isSealed = false;

  const addKey = (name: string, type: string, { exportable = false } = {}) => {
    keys.set(name, { type, exportable, versions: [MAKERS[type]!()], minimum: 0 });
  };

  const answer = ({ method, path, headers, text }: DoubleRequest): DoubleAnswer => {
    if (isSealed) return refusal(503, "Vault is sealed");
    if (headers["x-vault-namespace"] !== namespace) return refusal(403, "permission denied");
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    if (path === "/v1/auth/approle/login") {
      const isRight = body.role_id === appRole.roleId && body.secret_id === appRole.secretId;
      if (!isRight) return refusal(400, "invalid role or secret ID");
      const client_token = `hvs.${randomUUID()}`;
      given.add(client_token);
      return { status: 200, body: { auth: { client_token, lease_duration: 1200, renewable: true } } };
    }
    const shown = String(headers["x-vault-token"] ?? "");
    if (shown !== token && !given.has(shown)) return refusal(403, "permission denied");
    if (path === "/v1/auth/token/lookup-self") return { status: 200, body: { data: { id: shown } } };
    const [, operation, name] = /^\/v1\/transit\/(keys|sign)\/([\w.-]+)$/.exec(path) ?? [];
    if (!operation) return refusal(404, `no handler for route "${path.slice(4)}". route entry not found.`);
    if (operation === "keys" && method === "POST") return create(name!, body);
    const key = keys.get(name!);
    if (operation === "keys")
      return key ? { status: 200, body: { data: described(name!, key) } } : refusal(404);
    return key ? sign(key, body) : refusal(400, "signing key not found");
  };

  const create = (name: string, { type = "aes256-gcm96", exportable }: Record<string, unknown>) => {
    if (!MAKERS[String(type)]) return refusal(400, `unknown key type ${type}`);
    if (!keys.has(name)) addKey(name, String(type), { exportable: exportable === true });
    return { status: 204 };
  };

  return {
    ...(await startRestDouble(answer)),
    ...{ token, appRole, namespace, addKey },
    rotate(name) {
      const { versions, type } = keys.get(name)!;
      versions.push(MAKERS[type]!());
    },
    setMinimumVersion(name, version) {
      keys.get(name)!.minimum = version;
    },
    endTokens: () => given.clear(),
    seal: (value) => {
      isSealed = value;
    },
  };
}

function described(name: string, { type, exportable, versions, minimum }: TransitKey) {
  const described = versions.map(({ publicKey }, index) => [
    String(index + 1),
    { name: type, public_key: publicKey.export({ type: "spki", format: "pem" }) },
  ]);
  return {
    ...{
      name,
      type,
      exportable,
      allow_plaintext_backup: false,
      deletion_allowed: false,
      supports_signing: true,
    },
    ...{ latest_version: versions.length, min_encryption_version: minimum },
    keys: Object.fromEntries(described),
  };
}

function sign({ type, versions, minimum }: TransitKey, body: Record<string, unknown>): DoubleAnswer {
  const version = Number(body.key_version) || versions.length;
  if (version < minimum)
    return refusal(400, "requested version for signing is less than the minimum encryption key version");
  const pair = versions[version - 1];
  if (!pair) return refusal(400, "requested version for signing is higher than the latest key version");
  const hash = HASHES[String(body.hash_algorithm)];
  if (!hash) return refusal(400, `invalid hash algorithm "${body.hash_algorithm}"`);
  if (body.prehashed !== true) return refusal(400, "only digests come here");
  const digest = fromBase64(String(body.input ?? ""));
  if (digest.length !== digestBytes(hash))
    return refusal(500, "1 error occurred:\n\t* crypto/rsa: input must be hashed message\n\n");
  const signed = (signature: Uint8Array): DoubleAnswer => ({
    status: 200,
    body: { data: { signature: `vault:v${version}:${toBase64(signature)}`, key_version: version } },
  });
  if (type.startsWith("ecdsa")) {
    if (body.marshaling_algorithm !== "asn1") return refusal(400, "only asn1 comes here");
    return signed(signDigestEcdsa(pair.privateKey, hash, digest));
  }
  if (body.signature_algorithm === "pkcs1v15") return signed(signDigestPkcs1(pair.privateKey, hash, digest));
  // Without a word Vault takes PSS, and the longest salt there is room for.
  const longest = pair.privateKey.asymmetricKeyDetails!.modulusLength! / 8 - digest.length - 2;
  const saltBytes = body.salt_length === "hash" ? digest.length : longest;
  return signed(signDigestPss(pair.privateKey, hash, digest, saltBytes));
}
