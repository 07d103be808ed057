import { generateKeyPairSync, type KeyObject, randomUUID, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromBase64, fromBase64Url, fromUtf8, toBase64, toUtf8 } from "#lib/bytes.ts";
import { crc32c } from "../keys/rest/crc32c.ts";
import { type DoubleAnswer, type DoubleRequest, type RestDouble, startRestDouble } from "./rest-double.ts";
import { digestBytes, type Hash, signDigestEcdsa, signDigestPkcs1, signDigestPss } from "./sign-digest.ts";

/** Google's token endpoint and Cloud KMS over HTTP, with real keys and the refusals of the real one. */
export interface GoogleKmsDouble extends RestDouble {
  readonly keyRing: string;
  /** The JSON file that Google gives for a service account, with these changes. */
  credentialsFile(changes?: Readonly<Record<string, string>>): string;
  /** Makes a key without a request, as an administrator would, and names its version. */
  addKey(algorithm: string): string;
  setState(version: string, state: KeyState): void;
  /** New keys are made only after so many requests for their public key. */
  setSlowness(requests: number): void;
  endTokens(): void;
}

type KeyState = "ENABLED" | "DISABLED" | "DESTROYED";

interface Version {
  readonly algorithm: string;
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  state: KeyState;
  pending: number;
}

const KEY_RING = "projects/test/locations/europe-west3/keyRings/seals";
const ALGORITHM = /^(?:EC_SIGN_P(256|384)_SHA(256|384)|RSA_SIGN_(PKCS1|PSS)_(\d{4})_SHA(256|512))$/;

const refusal = (code: number, status: string, message: string): DoubleAnswer => ({
  status: code,
  body: { error: { code, message, status } },
});

export async function startGoogleKmsDouble(): Promise<GoogleKmsDouble> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const clientEmail = "whereof@test.iam.gserviceaccount.com";
  const given = new Set<string>();
  const versions = new Map<string, Version>();
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-google-"));
  let slowness = 0;

  const add = (name: string, algorithm: string, pending: number): string => {
    const [, curve, , , bits] = ALGORITHM.exec(algorithm)!;
    const pair = curve
      ? generateKeyPairSync("ec", { namedCurve: `P-${curve}` })
      : generateKeyPairSync("rsa", { modulusLength: Number(bits) });
    const version = `${KEY_RING}/cryptoKeys/${name}/cryptoKeyVersions/1`;
    versions.set(version, { algorithm, pair, state: "ENABLED", pending });
    return version;
  };

  const tokenAnswer = (text: string, host: string): DoubleAnswer => {
    const refused = (error_description: string) => ({
      status: 400,
      body: { error: "invalid_grant", error_description },
    });
    const form = new URLSearchParams(text);
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer")
      return { status: 400, body: { error: "unsupported_grant_type" } };
    const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
    const isSigned = verify("sha256", fromUtf8(`${head}.${claims}`), publicKey, fromBase64Url(signature));
    if (!isSigned) return refused("Invalid JWT Signature.");
    const said = JSON.parse(toUtf8(fromBase64Url(claims))) as Record<string, unknown>;
    const seconds = Date.now() / 1000;
    const isInTime = Number(said.iat) <= seconds + 60 && Number(said.exp) - Number(said.iat) <= 3600;
    if (said.iss !== clientEmail || said.aud !== `http://${host}/token` || !isInTime)
      return refused(
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
      );
    if (said.scope !== "https://www.googleapis.com/auth/cloudkms")
      return { status: 400, body: { error: "invalid_scope" } };
    const access_token = `ya29.${randomUUID()}`;
    given.add(access_token);
    return { status: 200, body: { access_token, expires_in: 3599, token_type: "Bearer" } };
  };

  const answer = ({ method, path: at, query, headers, text }: DoubleRequest): DoubleAnswer => {
    if (at === "/token") return tokenAnswer(text, headers.host!);
    const [, token = ""] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    if (!given.has(token))
      return refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    const name = at.slice("/v1/".length);
    if (method === "POST" && name === `${KEY_RING}/cryptoKeys`)
      return create(query.get("cryptoKeyId") ?? "", JSON.parse(text));
    const [, version, operation] =
      /^(.+\/cryptoKeyVersions\/\d+)(\/publicKey|:asymmetricSign)$/.exec(name) ?? [];
    const found = versions.get(version ?? "");
    if (!found) return refusal(404, "NOT_FOUND", `CryptoKeyVersion ${version} not found.`);
    const state = found.pending-- > 0 ? "PENDING_GENERATION" : found.state;
    if (state !== "ENABLED")
      return refusal(400, "FAILED_PRECONDITION", `${version} is not enabled, current state is: ${state}.`);
    return operation === "/publicKey"
      ? publicKeyOf(version!, found)
      : signed(version!, found, JSON.parse(text));
  };

  const create = (id: string, body: { purpose?: string; versionTemplate?: Record<string, string> }) => {
    const { algorithm = "", protectionLevel } = body.versionTemplate ?? {};
    const isWhole =
      /^[a-zA-Z0-9_-]{1,63}$/.test(id) && body.purpose === "ASYMMETRIC_SIGN" && ALGORITHM.test(algorithm);
    if (!isWhole) return refusal(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
    const name = `${KEY_RING}/cryptoKeys/${id}`;
    if (versions.has(`${name}/cryptoKeyVersions/1`))
      return refusal(409, "ALREADY_EXISTS", `CryptoKey ${name} already exists.`);
    add(id, algorithm, slowness);
    return {
      status: 200,
      body: { name, purpose: body.purpose, versionTemplate: { algorithm, protectionLevel } },
    };
  };

  const double = await startRestDouble(answer);
  return {
    ...double,
    keyRing: KEY_RING,
    credentialsFile(changes) {
      const file = path.join(folder, `${randomUUID()}.json`);
      const private_key = privateKey.export({ type: "pkcs8", format: "pem" });
      const account = { type: "service_account", client_email: clientEmail, private_key };
      writeFileSync(file, JSON.stringify({ ...account, token_uri: `${double.url}/token`, ...changes }));
      return file;
    },
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await double.close();
    },
    addKey: (algorithm) => add(`by-hand-${randomUUID()}`, algorithm, 0),
    setState(version, state) {
      versions.get(version)!.state = state;
    },
    setSlowness(requests) {
      slowness = requests;
    },
    endTokens: () => given.clear(),
  };
}

function publicKeyOf(name: string, { pair, algorithm }: Version): DoubleAnswer {
  const pem = pair.publicKey.export({ type: "spki", format: "pem" }) as string;
  const body = { pem, algorithm, pemCrc32c: String(crc32c(fromUtf8(pem))), name, protectionLevel: "HSM" };
  return { status: 200, body };
}

function signed(
  name: string,
  { pair, algorithm }: Version,
  body: { digest?: Record<string, string>; digestCrc32c?: string },
): DoubleAnswer {
  const hash = `sha${algorithm.slice(-3)}` as Hash;
  const digest = fromBase64(body.digest?.[hash] ?? "");
  if (digest.length !== digestBytes(hash))
    return refusal(400, "INVALID_ARGUMENT", `The digest is not a ${hash} digest, as ${algorithm} needs it.`);
  if (body.digestCrc32c !== undefined && body.digestCrc32c !== String(crc32c(digest)))
    return refusal(
      400,
      "INVALID_ARGUMENT",
      "The checksum in field digest_crc32c did not match the data in field digest.",
    );
  const scheme = algorithm.startsWith("EC")
    ? signDigestEcdsa
    : algorithm.includes("PSS")
      ? signDigestPss
      : signDigestPkcs1;
  const signature = scheme(pair.privateKey, hash, digest);
  return {
    status: 200,
    body: {
      signature: toBase64(signature),
      signatureCrc32c: String(crc32c(signature)),
      verifiedDigestCrc32c: body.digestCrc32c !== undefined,
      name,
      protectionLevel: "HSM",
    },
  };
}
