import { createPublicKey, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { fromBase64, fromUtf8, toBase64, toBase64Url } from "#lib/bytes.ts";
import {
  checkByOpening,
  type KeyAlgorithm,
  type KeyProvider,
  keysError,
  type SigningKey,
} from "#lib/ports/keys.ts";
import { digestKey } from "./digest-key.ts";
import { ALGORITHMS } from "./key-algorithms.ts";
import { type AccessToken, AccessTokens } from "./rest/access-tokens.ts";
import { askRest, type RestAnswer } from "./rest/ask.ts";
import { crc32c } from "./rest/crc32c.ts";
import { newKeyName } from "./rest/key-names.ts";

export interface GoogleKmsAccess {
  /** `projects/…/locations/…/keyRings/…` */
  readonly keyRing: string;
  readonly protection: "hsm" | "software";
  readonly endpoint: string;
  /** The JSON file Google gives for a service account; read when a token is needed. */
  readonly credentialsFile: string;
  readonly answerWithinMs?: number;
}

const ServiceAccount = z.object({
  client_email: z.string(),
  private_key: z.string(),
  token_uri: z.url({ protocol: /^https?$/ }),
});

const NAMES: Readonly<Record<KeyAlgorithm, string>> = {
  "ecdsa-p256-sha256": "EC_SIGN_P256_SHA256",
  "ecdsa-p384-sha384": "EC_SIGN_P384_SHA384",
  "rsa-2048-sha256": "RSA_SIGN_PKCS1_2048_SHA256",
  "rsa-3072-sha256": "RSA_SIGN_PKCS1_3072_SHA256",
  "rsa-4096-sha256": "RSA_SIGN_PKCS1_4096_SHA256",
  "rsa-pss-2048-sha256": "RSA_SIGN_PSS_2048_SHA256",
  "rsa-pss-3072-sha256": "RSA_SIGN_PSS_3072_SHA256",
  "rsa-pss-4096-sha256": "RSA_SIGN_PSS_4096_SHA256",
};
const WHO = "Google Cloud KMS";
const SCOPE = "https://www.googleapis.com/auth/cloudkms";
/** An HSM takes a while to make an RSA key. */
const NEW_KEY_ATTEMPTS = 40;
const NEW_KEY_WAIT_MS = 500;

/** Keys in Google Cloud KMS, named by the resource names of their versions. Checksums go both ways. */
export function googleKmsKeys(access: GoogleKmsAccess): KeyProvider {
  const ask = googleKms(access);
  const open = async (version: string, wanted?: KeyAlgorithm): Promise<SigningKey> => {
    const answer = await ask("GET", `${version}/publicKey`);
    const { pem = "", algorithm, pemCrc32c } = answer as Record<string, string | undefined>;
    if (!isIntact(fromUtf8(pem), pemCrc32c)) throw damaged();
    const ours = Object.entries(NAMES).find(([, name]) => name === algorithm)?.[0] as
      | KeyAlgorithm
      | undefined;
    if (!ours || (wanted ?? ours) !== ours)
      throw keysError("unsupported-algorithm", `Google Cloud KMS key ${version} is ${algorithm}`);
    return digestKey({
      id: version,
      algorithm: ours,
      publicKey: new Uint8Array(createPublicKey(pem).export({ type: "spki", format: "der" })),
      async signDigest(digest) {
        const answer = await ask("POST", `${version}:asymmetricSign`, {
          digest: { [ALGORITHMS[ours].hash]: toBase64(digest) },
          digestCrc32c: String(crc32c(digest)),
        });
        const { signature = "", signatureCrc32c } = answer as Record<string, string | undefined>;
        const bytes = fromBase64(signature);
        const isOurs = answer.verifiedDigestCrc32c === true && answer.name === version;
        if (!isOurs || !isIntact(bytes, signatureCrc32c)) throw damaged();
        return bytes;
      },
    });
  };
  return {
    name: "google-kms",
    async create(algorithm, label) {
      const name = newKeyName(label);
      await ask("POST", `${access.keyRing}/cryptoKeys?cryptoKeyId=${name}`, {
        purpose: "ASYMMETRIC_SIGN",
        versionTemplate: { algorithm: NAMES[algorithm], protectionLevel: access.protection.toUpperCase() },
      });
      return whenGenerated(() => open(`${access.keyRing}/cryptoKeys/${name}/cryptoKeyVersions/1`, algorithm));
    },
    async find(typed) {
      const given = typed.trim();
      const whole = given.startsWith("projects/") ? given : `${access.keyRing}/cryptoKeys/${given}`;
      return whole.includes("/cryptoKeyVersions/") ? whole : `${whole}/cryptoKeyVersions/1`;
    },
    check: () => checkByOpening(() => open(`${access.keyRing}/cryptoKeys/whereof-check/cryptoKeyVersions/1`)),
    async open(id, algorithm) {
      const isOurs = id.startsWith(`${access.keyRing}/cryptoKeys/`);
      const version = isOurs ? id : `${access.keyRing}/cryptoKeys/unknown/cryptoKeyVersions/1`;
      if (!/\/cryptoKeys\/[\w-]{1,63}\/cryptoKeyVersions\/[1-9]\d*$/.test(version))
        throw keysError("not-found", "no version of a key is named so");
      const found = await open(version, algorithm);
      if (!isOurs) throw keysError("not-found", "the key is not in the key ring that is set up here");
      return found;
    },
  };
}

const isIntact = (bytes: Uint8Array, crc: string | undefined) => crc === String(crc32c(bytes));
const damaged = () => keysError("unavailable", "an answer of Google Cloud KMS was damaged on its way");

class NotGenerated extends Error {}

async function whenGenerated(open: () => Promise<SigningKey>): Promise<SigningKey> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof NotGenerated)) throw error;
      if (attempt === NEW_KEY_ATTEMPTS)
        throw keysError("unavailable", "Google Cloud KMS still makes the key", { cause: error });
    }
    await sleep(NEW_KEY_WAIT_MS);
  }
}

function googleKms({ endpoint, credentialsFile, answerWithinMs }: GoogleKmsAccess) {
  const tokens = new AccessTokens(async () => tokenFor(await readAccount(credentialsFile), answerWithinMs));
  return async (method: "GET" | "POST", path: string, body?: object) => {
    const answer = await tokens.use(
      (token) =>
        askRest({
          method,
          url: `${endpoint.replace(/\/+$/, "")}/v1/${path}`,
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

async function readAccount(file: string): Promise<z.infer<typeof ServiceAccount>> {
  try {
    return ServiceAccount.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    // What is wrong with it may quote it, and it holds a private key.
    throw keysError("not-permitted", `${file} is no readable key file of a service account`);
  }
}

/** A service account's JWT for a token (RFC 7523 §2.1). */
async function tokenFor(
  account: z.infer<typeof ServiceAccount>,
  answerWithinMs?: number,
): Promise<AccessToken> {
  const part = (value: object) => toBase64Url(fromUtf8(JSON.stringify(value)));
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: account.client_email,
    scope: SCOPE,
    aud: account.token_uri,
    iat: now,
    exp: now + 3600,
  };
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  const signature = toBase64Url(signedBy(account.private_key, signed));
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: `${signed}.${signature}`,
  });
  const answer = await askRest({ method: "POST", url: account.token_uri, body, who: WHO, answerWithinMs });
  const { access_token: text, expires_in: expiresInSeconds } = answer.body;
  if (typeof text !== "string") throw keysError("not-permitted", "Google refuses the service account");
  return { text, expiresInSeconds: typeof expiresInSeconds === "number" ? expiresInSeconds : null };
}

function signedBy(privateKey: string, text: string): Uint8Array {
  try {
    return sign("sha256", fromUtf8(text), privateKey);
  } catch {
    throw keysError("not-permitted", "the service account's private key cannot be read");
  }
}

function refuse({ status, body }: RestAnswer): void {
  // A key of this name is the one we asked for: no other request names it, and its answer got lost.
  if (status < 300 || status === 409) return;
  const { status: code = "", message = "" } = (body.error ?? {}) as { status?: string; message?: string };
  const said = `Google Cloud KMS answered ${status} ${code}`;
  if (status === 401 || status === 403) throw keysError("not-permitted", said);
  if (status === 404) throw keysError("not-found", said);
  if (message.includes("PENDING_GENERATION")) throw new NotGenerated(said);
  if (code === "FAILED_PRECONDITION") throw keysError("disabled", `${said}: the key is not enabled`);
  if (/crc32c|checksum/i.test(message)) throw keysError("unavailable", `${said}: damaged on its way`);
  throw keysError("unsupported-algorithm", said);
}
