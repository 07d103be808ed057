import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keysContract } from "#lib/ports/keys.contract.ts";
import type { KeyProvider, SigningKey } from "#lib/ports/keys.ts";
import { type KmsDouble, startKmsDouble } from "../testing/kms-double.ts";
import { awsKmsKeys } from "./aws-kms-keys.ts";

let kms: KmsDouble;
beforeAll(async () => {
  kms = await startKmsDouble();
});
afterAll(() => kms.close());

keysContract("AWS KMS", async () => ({ provider: awsKmsKeys(kms.access) }));

describe("a key in KMS", () => {
  const message = Buffer.from("what is signed");
  const unavailable = { kind: "unavailable", code: "keys/unavailable" };
  const notPermitted = { kind: "forbidden", code: "keys/not-permitted" };
  let keys: KeyProvider;
  let key: SigningKey;
  beforeEach(async () => {
    keys = awsKmsKeys({ ...kms.access, idleTimeoutMs: 300 });
    key = await keys.create("ecdsa-p256-sha256", "test");
  });

  test("is asked again when KMS is busy, fails, hangs up or says nothing", async () => {
    for (const fault of [
      { error: "ThrottlingException" },
      { error: "KMSInternalException" },
      "break",
      "hang",
    ] as const) {
      kms.fail(fault);
      await expect(key.sign(message)).resolves.toBeInstanceOf(Uint8Array);
    }
  });

  test("is unavailable when that goes on, after three attempts", async () => {
    const throttled = { kind: "unavailable", code: "keys/throttled" };
    for (const [fault, refusal] of [
      [{ error: "ThrottlingException" }, throttled],
      [{ error: "KeyUnavailableException" }, unavailable],
      ["break", unavailable],
      ["hang", unavailable],
    ] as const) {
      const before = kms.requests.length;
      kms.fail(fault, 3);
      await expect(key.sign(message)).rejects.toMatchObject(refusal);
      expect(kms.requests.length - before).toBe(3);
    }
  });

  test("is unavailable where nobody listens", async () => {
    const nobody = awsKmsKeys({ ...kms.access, endpoint: "http://127.0.0.1:9" });
    await expect(nobody.open(key.id)).rejects.toMatchObject(unavailable);
    await expect(nobody.check()).rejects.toMatchObject(unavailable);
  });

  test("never passes on a signature that does not verify", async () => {
    kms.fail("wrong-signature");
    await expect(key.sign(message)).rejects.toMatchObject(unavailable);
    await expect(key.sign(message)).resolves.toBeInstanceOf(Uint8Array);
  });

  test("is not to be used when disabled, going to be deleted or denied", async () => {
    const disabled = { kind: "forbidden", code: "keys/disabled" };
    kms.setState(key.id, "Disabled");
    await expect(key.sign(message)).rejects.toMatchObject(disabled);
    await expect(keys.open(key.id)).rejects.toMatchObject(disabled);
    kms.setState(key.id, "PendingDeletion");
    await expect(key.sign(message)).rejects.toMatchObject(disabled);
    kms.setState(key.id, "Enabled");
    kms.fail({ error: "AccessDeniedException" });
    await expect(key.sign(message)).rejects.toMatchObject(notPermitted);
  });

  test("is not to be used with wrong credentials", async () => {
    const { credentials } = kms.access;
    for (const wrong of [{ secretAccessKey: "guessed" }, { accessKeyId: "AKIASTRANGER" }]) {
      const stranger = awsKmsKeys({ ...kms.access, credentials: { ...credentials, ...wrong } });
      await expect(stranger.open(key.id)).rejects.toMatchObject(notPermitted);
      await expect(stranger.check()).rejects.toMatchObject(notPermitted);
    }
  });

  test("is refused when it is not for signing or of another kind", async () => {
    const unsupported = { kind: "invalid", code: "keys/unsupported-algorithm" };
    const symmetric = kms.createKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
    await expect(keys.open(symmetric)).rejects.toMatchObject(unsupported);
    const forEncryption = kms.createKey("RSA_2048", "ENCRYPT_DECRYPT");
    await expect(keys.open(forEncryption)).rejects.toMatchObject(unsupported);
  });

  test("is waited for when it is so new that KMS does not find it yet", async () => {
    kms.fail({ error: "NotFoundException" }, 2, "GetPublicKey");
    await expect(keys.create("ecdsa-p256-sha256", "new")).resolves.toMatchObject({
      algorithm: "ecdsa-p256-sha256",
    });
  });

  test("is found usable by a check though only our own keys are shown to us", async () => {
    kms.fail({ error: "AccessDeniedException" });
    await expect(keys.check()).resolves.toBeUndefined();
  });

  test("is named by its ARN", () => {
    expect(key.id).toMatch(/^arn:aws:kms:/);
  });
});
