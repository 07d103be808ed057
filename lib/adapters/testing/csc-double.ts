import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { selfSigned } from "./certificate.ts";
import { type DoubleAnswer, type DoubleRequest, type RestDouble, startRestDouble } from "./rest-double.ts";
import { digestBytes, type Hash, signDigestEcdsa, signDigestPkcs1, signDigestPss } from "./sign-digest.ts";

/** A remote signing service of somebody else's, which refuses what the specification refuses, in its words. */
export interface CscDouble extends RestDouble {
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  /** Makes a credential; `certify` gives its certificates, without it it vouches for itself. */
  addCredential(algorithm: KeyAlgorithm, more?: CredentialOptions): Promise<string>;
  change(credentialId: string, change: Partial<Credential>): void;
  endTokens(): void;
  /** How often each authorization was signed with. */
  readonly uses: ReadonlyMap<string, number>;
  /** Somebody has to agree to the next authorization first, and does at once. */
  askPerson(): void;
  /** With what it was asked last whether they have. */
  readonly handles: readonly string[];
  /** The next signatures have to be fetched. */
  signLater(): void;
  /** Authorizations that are given from now on end after so many seconds. */
  authorizeFor(seconds: number): void;
}

export interface CredentialOptions extends Partial<Omit<Credential, "algorithm" | "privateKey">> {
  certify?(publicKeyDer: Uint8Array): Promise<readonly Uint8Array[]>;
}

interface Credential {
  readonly algorithm: KeyAlgorithm;
  readonly privateKey: KeyObject;
  readonly certificates: readonly Uint8Array[];
  readonly algo: readonly string[];
  readonly isEnabled: boolean;
  readonly pin: string | null;
  /** What the authenticator shows at a moment. */
  readonly code: (() => string) | null;
  readonly mode: "explicit" | "oauth2code";
  readonly multisign: number;
  readonly scal: "1" | "2";
  /** ECDSA signatures as `r ‖ s`. */
  readonly isRaw: boolean;
}

const MAKERS: Record<KeyAlgorithm, () => KeyObject> = {
  "ecdsa-p256-sha256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  "ecdsa-p384-sha384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
  "rsa-2048-sha256": () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  "rsa-3072-sha256": () => generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey,
  "rsa-4096-sha256": () => generateKeyPairSync("rsa", { modulusLength: 4096 }).privateKey,
  "rsa-pss-2048-sha256": () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  "rsa-pss-3072-sha256": () => generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey,
  "rsa-pss-4096-sha256": () => generateKeyPairSync("rsa", { modulusLength: 4096 }).privateKey,
};
const ECDSA: Record<string, Hash> = { "1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384" };
const [RSA, RSA_SHA256, RSA_PSS] = [
  "1.2.840.113549.1.1.1",
  "1.2.840.113549.1.1.11",
  "1.2.840.113549.1.1.10",
] as const;
const HASHES: Record<string, Hash> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
};
const MAX_WRONG = 3;

const ok = (body: object): DoubleAnswer => ({ status: 200, body });
const refusal = (error_description: string, error = "invalid_request", status = 400): DoubleAnswer => ({
  status,
  body: { error, error_description },
});
const missing = (type: string, name: string) =>
  refusal(`Missing (or invalid type) ${type} parameter ${name}`);

interface Authorization {
  readonly credentialID: string;
  readonly hashes: readonly string[] | null;
  readonly endsAt: number;
  left: number;
}

type Body = Readonly<Record<string, unknown>>;

export async function startCscDouble(): Promise<CscDouble> {
  const client = { clientId: randomUUID(), clientSecret: `secret-${randomUUID()}` };
  const tokens = new Set<string>();
  const credentials = new Map<string, Credential>();
  const wrongTries = new Map<string, number>();
  const authorizations = new Map<string, Authorization>();
  const uses = new Map<string, number>();
  const handles: string[] = [];
  const responses = new Map<string, DoubleAnswer>();
  let [seconds, asksPerson, signsLater] = [300, false, false];
  let agreed: DoubleAnswer | null = null;

  const answer = ({ method, path, headers, text }: DoubleRequest): DoubleAnswer => {
    if (method !== "POST") return { status: 405 };
    if (path === "/oauth2/token") return logIn(new URLSearchParams(text));
    if (!String(headers["content-type"]).startsWith("application/json")) return { status: 415 };
    const body = JSON.parse(text) as Body;
    if (path === "/csc/v2/info") return ok(info());
    const [scheme, token] = String(headers.authorization ?? "").split(" ");
    if (scheme !== "Bearer") return refusal("Malformed authorization header");
    if (!tokens.has(token!)) return refusal("The access token is invalid", "invalid_token", 401);
    if (path === "/csc/v2/credentials/list") return list(body);
    if (path === "/csc/v2/credentials/authorizeCheck") {
      if (typeof body.handle !== "string" || !agreed) return refusal("Invalid parameter handle");
      handles.push(body.handle);
      return agreed;
    }
    if (path === "/csc/v2/signatures/signPolling") {
      if (typeof body.requestID !== "string") return missing("string", "requestID");
      return responses.get(body.requestID) ?? refusal("Invalid parameter requestID");
    }
    const { credentialID } = body;
    if (typeof credentialID !== "string") return missing("string", "credentialID");
    const credential = credentials.get(credentialID);
    if (!credential) return refusal("Invalid parameter credentialID");
    if (path === "/csc/v2/credentials/info") return ok(described(credential, body));
    if (path === "/csc/v2/credentials/authorize") return authorize(credentialID, credential, body);
    if (path === "/csc/v2/signatures/signHash") return signHash(credentialID, credential, body);
    return { status: 404 };
  };

  const info = () => ({
    ...{ specs: "2.0.0.2", name: "Another's signing service", region: "NL", lang: "en" },
    ...{ authType: ["oauth2client"], oauth2: double.url },
    methods: ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"],
    signAlgorithms: { algos: [...Object.keys(ECDSA), RSA, RSA_SHA256, RSA_PSS] },
  });

  const logIn = (form: URLSearchParams): DoubleAnswer => {
    if (form.get("grant_type") !== "client_credentials") return refusal("", "unsupported_grant_type");
    if (form.get("scope") !== "service") return refusal("", "invalid_scope");
    const isRight =
      form.get("client_id") === client.clientId && form.get("client_secret") === client.clientSecret;
    if (!isRight) return refusal("", "invalid_client", 401);
    const access_token = randomUUID();
    tokens.add(access_token);
    return ok({ access_token, token_type: "Bearer", expires_in: 3600 });
  };

  const list = (body: Body): DoubleAnswer => {
    if (body.userID !== undefined) return refusal("userID parameter MUST be null");
    const credentialIDs = [...credentials.keys()];
    if (body.credentialInfo !== true) return ok({ credentialIDs });
    const credentialInfos = credentialIDs.map((credentialID) => ({
      ...{ credentialID, ...described(credentials.get(credentialID)!, body) },
    }));
    return ok({ credentialIDs, credentialInfos });
  };

  const authorize = (id: string, credential: Credential, body: Body): DoubleAnswer => {
    const { numSignatures, hashes, hashAlgorithmOID, authData } = body;
    if (credential.mode === "oauth2code") return refusal("The credential is authorized by its owner");
    if (!credential.isEnabled) return refusal("The credential identified by credentialID is disabled");
    if (!Number.isInteger(numSignatures)) return missing("integer", "numSignatures");
    if (Number(numSignatures) < 1) return refusal("Invalid value for parameter numSignatures");
    if (Number(numSignatures) > credential.multisign) return refusal("Numbers of signatures is too high");
    const bound = hashes === undefined ? null : checkedHashes(hashes, hashAlgorithmOID);
    if (bound !== null && "status" in bound) return bound;
    if (bound === null && credential.scal === "2") return missing("array", "hashes");
    if (bound && bound.length !== numSignatures) return refusal("Invalid value for parameter numSignatures");
    const refused = secretsRefused(id, credential, authData);
    if (refused) return refused;
    const SAD = randomUUID();
    const endsAt = Date.now() + seconds * 1000;
    authorizations.set(SAD, { credentialID: id, hashes: bound, endsAt, left: Number(numSignatures) });
    uses.set(SAD, 0);
    const given = ok({ SAD, expiresIn: seconds });
    if (!asksPerson) return given;
    [asksPerson, agreed] = [false, given];
    return { status: 202, body: { handle: "h1" } };
  };

  const secretsRefused = (id: string, { pin, code }: Credential, authData: unknown): DoubleAnswer | null => {
    if ((wrongTries.get(id) ?? 0) >= MAX_WRONG) return refusal("Credential locked");
    const told = new Map(
      (Array.isArray(authData) ? authData : []).map((one: Body) => [one.id, one.value] as const),
    );
    const isRight =
      (pin === null || told.get("PIN") === pin) && (code === null || told.get("OTP") === code());
    if (isRight) return null;
    wrongTries.set(id, (wrongTries.get(id) ?? 0) + 1);
    return refusal("The authentication data is invalid", "invalid_authentication_data");
  };

  const signHash = (id: string, credential: Credential, body: Body): DoubleAnswer => {
    const { SAD, hashes, hashAlgorithmOID, signAlgo, signAlgoParams } = body;
    if (typeof SAD !== "string") return missing("string", "SAD");
    const authorization = authorizations.get(SAD);
    if (authorization?.credentialID !== id || authorization.left === 0)
      return refusal("Invalid parameter SAD");
    if (authorization.endsAt < Date.now()) return refusal("SAD expired");
    if (typeof signAlgo !== "string") return missing("string", "signAlgo");
    if (!credential.algo.includes(signAlgo)) return refusal("Invalid parameter signAlgo");
    if (signAlgo === RSA_PSS && typeof signAlgoParams !== "string")
      return missing("string", "signAlgoParams");
    const needsHash = signAlgo === RSA || signAlgo === RSA_PSS;
    if (needsHash && typeof hashAlgorithmOID !== "string") return missing("string", "hashAlgorithmOID");
    const wanted = checkedHashes(hashes, hashAlgorithmOID);
    if ("status" in wanted) return wanted;
    if (wanted.length > authorization.left) return refusal("Numbers of signatures is too high");
    const bound = authorization.hashes;
    if (bound && wanted.some((hash) => !bound.includes(hash)))
      return refusal("Hash is not authorized by the SAD");
    authorization.left -= wanted.length;
    uses.set(SAD, uses.get(SAD)! + 1);
    const hash = ECDSA[signAlgo] ?? HASHES[String(hashAlgorithmOID)] ?? "sha256";
    const signatures = wanted.map((one) => toBase64(signed(credential, signAlgo, hash, fromBase64(one))));
    if (!signsLater && body.operationMode !== "A") return ok({ signatures });
    const responseID = randomUUID();
    responses.set(responseID, ok({ signatures }));
    signsLater = false;
    return ok({ responseID });
  };

  const double = await startRestDouble(answer);
  return Object.assign(double, {
    ...{ client, uses, handles },
    askPerson() {
      asksPerson = true;
    },
    signLater() {
      signsLater = true;
    },
    async addCredential(algorithm: KeyAlgorithm, { certify, ...more }: CredentialOptions = {}) {
      const privateKey = MAKERS[algorithm]();
      const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
      const spki = new Uint8Array(createPublicKey(pem).export({ type: "spki", format: "der" }));
      const certificates = certify ? await certify(spki) : [selfSigned(pem, "Another's credential")];
      const id = `GX${createHash("sha256").update(spki).digest("hex").slice(0, 8)}`;
      credentials.set(id, {
        ...{ algorithm, privateKey, certificates, algo: algoOf(algorithm), isEnabled: true, pin: null },
        ...{ code: null, mode: "explicit", multisign: 5, scal: "2", isRaw: false },
        ...more,
      });
      return id;
    },
    change(id: string, change: Partial<Credential>) {
      credentials.set(id, { ...credentials.get(id)!, ...change });
    },
    endTokens: () => tokens.clear(),
    authorizeFor(value: number) {
      seconds = value;
    },
  });
}

function algoOf(algorithm: KeyAlgorithm): string[] {
  if (algorithm === "ecdsa-p256-sha256") return ["1.2.840.10045.4.3.2"];
  if (algorithm === "ecdsa-p384-sha384") return ["1.2.840.10045.4.3.3"];
  return algorithm.startsWith("rsa-pss") ? [RSA_PSS] : [RSA];
}

function checkedHashes(hashes: unknown, oid: unknown): string[] | DoubleAnswer {
  if (!Array.isArray(hashes)) return missing("array", "hashes");
  if (hashes.length === 0) return refusal("Empty hash array");
  if (oid !== undefined && !HASHES[String(oid)]) return refusal("Invalid parameter hashAlgorithmOID");
  for (const one of hashes) {
    if (typeof one !== "string" || toBase64(fromBase64(one)) !== one)
      return refusal("Invalid Base64 hash string parameter");
    if (oid !== undefined && fromBase64(one).length !== digestBytes(HASHES[String(oid)]!))
      return refusal("Invalid digest value length");
  }
  return hashes;
}

function described(
  { algo, isEnabled, certificates, pin, code, mode, scal, multisign }: Credential,
  body: Body,
) {
  const objects = [
    ...(pin === null ? [] : [{ type: "Password", id: "PIN", format: "N", label: "PIN" }]),
    ...(code === null
      ? []
      : [{ type: "Password", id: "OTP", format: "N", generator: "totp", label: "Code" }]),
  ];
  return {
    ...{ description: "For seals", SCAL: scal, multisign, lang: "en" },
    key: { status: isEnabled ? "enabled" : "disabled", algo, len: 2048 },
    cert: {
      status: "valid",
      ...(body.certificates === "none" ? {} : { certificates: certificates.map(toBase64) }),
    },
    auth: {
      mode,
      ...(mode === "explicit" && { expression: objects.map(({ id }) => id).join(" AND "), objects }),
    },
  };
}

function signed(credential: Credential, signAlgo: string, hash: Hash, digest: Uint8Array): Uint8Array {
  const { privateKey, isRaw } = credential;
  if (signAlgo === RSA_PSS) return signDigestPss(privateKey, hash, digest);
  if (signAlgo === RSA || signAlgo === RSA_SHA256) return signDigestPkcs1(privateKey, hash, digest);
  const der = signDigestEcdsa(privateKey, hash, digest);
  return isRaw ? rawOf(der, digest.length) : der;
}

/** The two integers of DER, without their lengths. */
function rawOf(der: Uint8Array, half: number): Uint8Array {
  const first = der.subarray(4, 4 + der[3]!);
  const second = der.subarray(4 + der[3]! + 2);
  const raw = new Uint8Array(half * 2);
  for (const [index, part] of [first, second].entries()) {
    const trimmed = part.length > half ? part.subarray(part.length - half) : part;
    raw.set(trimmed, half * (index + 1) - trimmed.length);
  }
  return raw;
}
