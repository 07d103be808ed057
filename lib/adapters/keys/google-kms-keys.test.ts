import { generateKeyPairSync } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { fromBase64, fromUtf8, toBase64 } from "#lib/bytes.ts";
import { keysContract } from "#lib/ports/keys.contract.ts";
import { startGoogleKmsDouble } from "../testing/google-kms-double.ts";
import { type GoogleKmsAccess, googleKmsKeys } from "./google-kms-keys.ts";
import { crc32c } from "./rest/crc32c.ts";
import { restKeysContract } from "./rest/rest-keys.contract.ts";

const google = await startGoogleKmsDouble();
afterAll(() => google.close());
const access: GoogleKmsAccess = {
  keyRing: google.keyRing,
  protection: "hsm",
  endpoint: google.url,
  credentialsFile: google.credentialsFile(),
};

keysContract("Google Cloud KMS", async () => ({ provider: googleKmsKeys(access) }));

restKeysContract("Google Cloud KMS", async () => ({
  double: google,
  signPath: ":asymmetricSign",
  provider: (answerWithinMs, endpoint = google.url) => googleKmsKeys({ ...access, endpoint, answerWithinMs }),
  garble(body) {
    const signature = fromBase64((body as { signature: string }).signature);
    signature[signature.length - 1]! ^= 1;
    return { ...body, signature: toBase64(signature), signatureCrc32c: String(crc32c(signature)) };
  },
  strangers() {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const guessed = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    return [
      google.credentialsFile({ private_key: guessed }),
      google.credentialsFile({ private_key: "-----BEGIN PRIVATE KEY-----" }),
      google.credentialsFile({ client_email: "stranger@test.iam.gserviceaccount.com" }),
      google.credentialsFile({ token_uri: "nowhere" }),
      "/nowhere/account.json",
    ].map((credentialsFile) => googleKmsKeys({ ...access, credentialsFile }));
  },
  endTokens: google.endTokens,
}));

describe("Google Cloud KMS", () => {
  const keys = googleKmsKeys(access);
  const message = Buffer.from("what is signed");

  test("is not believed when a checksum does not fit, either way", async () => {
    const key = await keys.create("ecdsa-p256-sha256", "checked");
    for (const change of [
      { signatureCrc32c: "1" },
      { verifiedDigestCrc32c: false },
      { name: key.id.replace(/1$/, "2") },
    ]) {
      google.fail((body) => ({ ...body, ...change }), 1, ":asymmetricSign");
      await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/unavailable" });
    }
    google.fail((body) => ({ ...body, pemCrc32c: "1" }), 1, "/publicKey");
    await expect(keys.open(key.id)).rejects.toMatchObject({ code: "keys/unavailable" });
    const refused = {
      error: { code: 400, status: "INVALID_ARGUMENT", message: "digest_crc32c did not match" },
    };
    google.fail({ status: 400, body: refused }, 1, ":asymmetricSign");
    await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/unavailable" });
  });

  test("is waited for while it still makes the key", async () => {
    google.setSlowness(2);
    await expect(keys.create("ecdsa-p256-sha256", "slow")).resolves.toMatchObject({
      algorithm: "ecdsa-p256-sha256",
    });
    google.setSlowness(0);
  });

  test("makes one key, though the answer to the first request is lost", async () => {
    const before = google.requests.length;
    google.fail("lose", 1, "/cryptoKeys");
    await keys.create("ecdsa-p256-sha256", "once");
    expect(google.requests.slice(before).filter((asked) => asked.endsWith("/cryptoKeys"))).toHaveLength(2);
  });

  test("does not let a disabled or destroyed version sign", async () => {
    const key = await keys.create("ecdsa-p256-sha256", "disabled");
    for (const state of ["DISABLED", "DESTROYED"] as const) {
      google.setState(key.id, state);
      await expect(key.sign(message)).rejects.toMatchObject({
        kind: "forbidden",
        code: "keys/disabled",
      });
      await expect(keys.open(key.id)).rejects.toMatchObject({ code: "keys/disabled" });
    }
  });

  test("is refused a key of another algorithm, and one of another key ring", async () => {
    const unsupported = { code: "keys/unsupported-algorithm" };
    await expect(keys.open(google.addKey("RSA_SIGN_PKCS1_4096_SHA512"))).rejects.toMatchObject(unsupported);
    const { id } = await keys.create("ecdsa-p256-sha256", "ours");
    const foreign = id.replace("keyRings/seals", "keyRings/others");
    await expect(keys.open(foreign)).rejects.toMatchObject({ code: "keys/not-found" });
    await expect(keys.open(`${google.keyRing}/cryptoKeys/../x`)).rejects.toMatchObject({
      code: "keys/not-found",
    });
  });
});

// RFC 3720 §B.4
test.for([
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(0xff), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  [fromUtf8("123456789"), 0xe3069283],
] as const)("CRC-32C of published values", ([bytes, crc]) => {
  expect(crc32c(bytes)).toBe(crc);
});
