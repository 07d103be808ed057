import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { toBase64, toBase64Url } from "#lib/bytes.ts";
import { googleKmsKeys } from "../keys/google-kms-keys.ts";
import { crc32c } from "../keys/rest/crc32c.ts";
import { startAzureDouble } from "./azure-double.ts";
import { startGoogleKmsDouble } from "./google-kms-double.ts";
import { startVaultDouble } from "./vault-double.ts";

/* The doubles refuse what the real services refuse: else what passes here would fail there. */

const [vault, google, azure] = [
  await startVaultDouble(),
  await startGoogleKmsDouble(),
  await startAzureDouble(),
];
afterAll(() => Promise.all([vault.close(), google.close(), azure.close()]));
const sha256 = createHash("sha256").update("a").digest();
const sha384 = createHash("sha384").update("a").digest();

async function post(url: string, body: object | URLSearchParams, headers: Record<string, string> = {}) {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(url, { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

describe("the double of Vault", () => {
  const headers = { "x-vault-token": vault.token, "x-vault-namespace": vault.namespace };
  vault.addKey("ec", "ecdsa-p256");
  vault.addKey("rsa", "rsa-2048");
  const right = { hash_algorithm: "sha2-256", prehashed: true, marshaling_algorithm: "asn1" };
  const signWith = (key: string, body: object, more = {}) =>
    post(`${vault.url}/v1/transit/sign/${key}`, body, { ...headers, ...more });

  test.for([
    ["a token nobody gave", "ec", {}, { "x-vault-token": "hvs.guessed" }, 403, "permission denied"],
    ["another namespace", "ec", {}, { "x-vault-namespace": "other/" }, 403, "permission denied"],
    ["a key nobody made", "none", {}, {}, 400, "signing key not found"],
    ["an unknown hash", "ec", { hash_algorithm: "md5" }, {}, 400, "invalid hash algorithm"],
    ["a digest of another hash", "rsa", { input: toBase64(sha384) }, {}, 500, "input must be hashed message"],
    ["a version to come", "ec", { key_version: 9 }, {}, 400, "higher than the latest key version"],
  ] as const)("refuses %s", async ([, key, wrong, more, status, text]) => {
    const answer = await signWith(key, { ...right, input: toBase64(sha256), ...wrong }, more);
    expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
  });

  test("refuses a log-in with another secret, and a type it does not know", async () => {
    const login = { role_id: vault.appRole.roleId, secret_id: "guessed" };
    const refused = await post(`${vault.url}/v1/auth/approle/login`, login, headers);
    expect(refused).toMatchObject({
      status: 400,
      text: expect.stringContaining("invalid role or secret ID"),
    });
    const made = await post(`${vault.url}/v1/transit/keys/odd`, { type: "dsa" }, headers);
    expect(made.status).toBe(400);
  });
});

describe("the double of Google Cloud KMS", () => {
  const version = google.addKey("EC_SIGN_P256_SHA256");
  const sign = (body: object) => post(`${google.url}/v1/${version}:asymmetricSign`, body);

  test("refuses a request without a token, and a log-in that is not signed", async () => {
    expect(await sign({})).toMatchObject({ status: 401, text: expect.stringContaining("UNAUTHENTICATED") });
    const body = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: "e30.e30.e30",
    });
    const refused = await post(`${google.url}/token`, body);
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("Invalid JWT Signature") });
  });

  test("refuses a digest of another hash, and one whose checksum is of something else", async () => {
    let token = "";
    google.fail(
      (body) => {
        token = (body as { access_token: string }).access_token;
        return body;
      },
      1,
      "/token",
    );
    const { keyRing, url: endpoint } = google;
    const credentialsFile = google.credentialsFile();
    await googleKmsKeys({ keyRing, endpoint, protection: "hsm", credentialsFile }).open(version);
    const headers = { authorization: `Bearer ${token}` };
    const signed = (body: object) => post(`${google.url}/v1/${version}:asymmetricSign`, body, headers);
    expect((await signed({ digest: { sha256: toBase64(sha256) } })).status).toBe(200);
    for (const wrong of [
      { digest: { sha384: toBase64(sha384) } },
      { digest: { sha256: toBase64(sha384) } },
      { digest: { sha256: toBase64(sha256) }, digestCrc32c: String(crc32c(sha384)) },
    ])
      expect(await signed(wrong)).toMatchObject({
        status: 400,
        text: expect.stringContaining("INVALID_ARGUMENT"),
      });
  });
});

describe("the double of Azure Key Vault", () => {
  const { tenantId, clientId, clientSecret } = azure.application;
  const logIn = (more: Record<string, string> = {}) =>
    post(
      `${azure.url}/${tenantId}/oauth2/v2.0/token`,
      new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope: "https://vault.azure.net/.default",
        ...more,
      }),
    );
  const kid = azure.addKey({ kty: "EC", crv: "P-256" });
  const rsa = azure.addKey({ kty: "RSA" });

  test("refuses a log-in with another secret or for another audience, and a request without a token", async () => {
    expect((await logIn({ client_secret: "guessed" })).status).toBe(401);
    expect((await logIn({ scope: "https://graph.microsoft.com/.default" })).status).toBe(400);
    expect((await post(`${kid}/sign?api-version=7.4`, {})).status).toBe(401);
  });

  test.for([
    ["a digest of another hash", kid, { alg: "ES256", value: toBase64Url(sha384) }, 400, "Invalid length"],
    ["an algorithm of another curve", kid, { alg: "ES384", value: toBase64Url(sha384) }, 400, "incompatible"],
    ["an algorithm of another kind", rsa, { alg: "ES256", value: toBase64Url(sha256) }, 400, "incompatible"],
    ["a key nobody made", kid.replace(/.$/, "x"), { alg: "ES256" }, 404, "KeyNotFound"],
  ] as const)("refuses %s", async ([, key, body, status, text]) => {
    const { access_token } = JSON.parse((await logIn()).text) as { access_token: string };
    const headers = { authorization: `Bearer ${access_token}` };
    const answer = await post(`${key}/sign?api-version=7.4`, body, headers);
    expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
    expect((await post(`${kid}/sign`, {}, headers)).status).toBe(400);
  });
});
