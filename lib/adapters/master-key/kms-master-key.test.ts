import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { masterKeyContract } from "#lib/ports/master-key.contract.ts";
import { type KmsDouble, startKmsDouble } from "../testing/kms-double.ts";
import { kmsMasterKey } from "./kms-master-key.ts";

let kms: KmsDouble;
beforeAll(async () => {
  kms = await startKmsDouble();
});
afterAll(() => kms.close());
const symmetricKey = () => kms.createKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");

masterKeyContract("AWS KMS", async () => {
  const keyArn = symmetricKey();
  return {
    masterKey: kmsMasterKey({ ...kms.access, keyArn }),
    rotated: async () => kmsMasterKey({ ...kms.access, keyArn: symmetricKey(), formerKeyArns: [keyArn] }),
    stranger: async () => kmsMasterKey({ ...kms.access, keyArn: symmetricKey() }),
  };
});

describe("a master key in KMS", () => {
  const dataKey = new Uint8Array(32).fill(7);
  const unavailable = { kind: "unavailable", code: "master-key/unavailable" };

  test("is tried again when KMS is busy or fails", async () => {
    const masterKey = kmsMasterKey({ ...kms.access, keyArn: symmetricKey() });
    kms.fail({ error: "ThrottlingException" });
    const wrapped = await masterKey.wrap(dataKey, "a");
    kms.fail({ error: "KMSInternalException" });
    expect(await masterKey.unwrap(wrapped, "a")).toEqual(dataKey);
  });

  test("is unavailable when KMS stays busy", async () => {
    const masterKey = kmsMasterKey({ ...kms.access, keyArn: symmetricKey() });
    kms.fail({ error: "ThrottlingException" }, 3);
    await expect(masterKey.wrap(dataKey, "a")).rejects.toMatchObject(unavailable);
  });

  test("is unavailable, not wrong, when it is disabled or not to be found", async () => {
    const keyArn = symmetricKey();
    const masterKey = kmsMasterKey({ ...kms.access, keyArn });
    const wrapped = await masterKey.wrap(dataKey, "a");
    kms.setState(keyArn, "Disabled");
    await expect(masterKey.unwrap(wrapped, "a")).rejects.toMatchObject(unavailable);
    const missing = kmsMasterKey({ ...kms.access, keyArn: "arn:aws:kms:us-east-1:000000000000:key/none" });
    await expect(missing.wrap(dataKey, "a")).rejects.toMatchObject(unavailable);
  });

  test("is unavailable to wrong credentials, which the refusal does not tell", async () => {
    const credentials = {
      ...kms.access.credentials,
      secretAccessKey: "wrong-secret",
      sessionToken: "token-secret",
    };
    const masterKey = kmsMasterKey({ ...kms.access, credentials, keyArn: symmetricKey() });
    const refusal = await masterKey.wrap(dataKey, "a").catch((error) => error);
    expect(refusal).toMatchObject({
      ...unavailable,
      cause: { message: /^InvalidSignatureException, HTTP 400/ },
    });
    expect(inspect(refusal, { depth: 9, showHidden: true })).not.toMatch(/wrong-secret|token-secret/);
  });

  test("is named by an ARN, not by an alias", () => {
    expect(() => kmsMasterKey({ ...kms.access, keyArn: "alias/whereof" })).toThrow(RangeError);
  });
});
