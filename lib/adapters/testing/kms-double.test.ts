import { constants, createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListKeysCommand,
  SignCommand,
  type SignCommandInput,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KmsDouble, startKmsDouble } from "./kms-double.ts";

let kms: KmsDouble;
let client: KMSClient;
beforeAll(async () => {
  kms = await startKmsDouble();
  client = new KMSClient({ ...kms.access, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await kms.close();
});

const message = randomBytes(1000);
const errorName = (call: Promise<unknown>) =>
  call.then(
    () => "none",
    (error: Error) => error.name,
  );
const signWith = (KeyId: string, input: Partial<SignCommandInput>) =>
  client.send(new SignCommand({ KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256", ...input }));

test.for([
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"],
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512"],
  ["RSA_3072", "RSASSA_PSS_SHA_256"],
  ["RSA_2048", "RSASSA_PSS_SHA_384"],
  ["ECC_NIST_P256", "ECDSA_SHA_256"],
  ["ECC_NIST_P384", "ECDSA_SHA_384"],
] as const)("signs with %s by %s, a message or its digest", async ([spec, SigningAlgorithm]) => {
  const id = kms.createKey(spec, "SIGN_VERIFY");
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: id }));
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
  const hash = `sha${SigningAlgorithm.slice(-3)}`;
  const pss = SigningAlgorithm.includes("PSS") && { padding: constants.RSA_PKCS1_PSS_PADDING };
  for (const [MessageType, Message] of [
    ["RAW", message],
    ["DIGEST", createHash(hash).update(message).digest()],
  ] as const) {
    const { Signature } = await signWith(id, { MessageType, Message, SigningAlgorithm });
    expect(verify(hash, message, { key, ...pss }, Signature!)).toBe(true);
  }
});

test("refuses what KMS refuses to sign", async () => {
  const id = kms.createKey("ECC_NIST_P256", "SIGN_VERIFY");
  const symmetric = kms.createKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
  const refusals = {
    InvalidKeyUsageException: [
      signWith(symmetric, {}),
      signWith(id, { SigningAlgorithm: "ECDSA_SHA_384" }),
      signWith(id, { SigningAlgorithm: "RSASSA_PSS_SHA_256" }),
      client.send(new EncryptCommand({ KeyId: id, Plaintext: message })),
    ],
    ValidationException: [
      signWith(id, { Message: randomBytes(4097) }),
      signWith(id, { Message: randomBytes(48), MessageType: "DIGEST" }),
      client.send(new EncryptCommand({ KeyId: symmetric, Plaintext: randomBytes(4097) })),
      client.send(new CreateKeyCommand({ KeySpec: "ECC_NIST_P256" })),
    ],
    NotFoundException: [signWith("11111111-1111-1111-1111-111111111111", {})],
    UnknownOperationException: [client.send(new ListKeysCommand({}))],
    UnsupportedOperationException: [client.send(new GetPublicKeyCommand({ KeyId: symmetric }))],
  };
  for (const [name, calls] of Object.entries(refusals)) {
    expect(await Promise.all(calls.map(errorName))).toEqual(calls.map(() => name));
  }
});

test("refuses disabled keys and those to be deleted", async () => {
  const id = kms.createKey("ECC_NIST_P256", "SIGN_VERIFY");
  kms.setState(id, "Disabled");
  expect(await errorName(signWith(id, {}))).toBe("DisabledException");
  kms.setState(id, "PendingDeletion");
  expect(await errorName(signWith(id, {}))).toBe("KMSInvalidStateException");
});

test("decrypts only in the context and with the key it encrypted with", async () => {
  const id = kms.createKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
  const other = kms.createKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
  const context = { a: "1", b: "2" };
  const { CiphertextBlob } = await client.send(
    new EncryptCommand({ KeyId: id, Plaintext: message, EncryptionContext: context }),
  );
  const decrypt = (input: object) =>
    client.send(new DecryptCommand({ KeyId: id, CiphertextBlob, EncryptionContext: context, ...input }));
  const { Plaintext } = await decrypt({ EncryptionContext: { b: "2", a: "1" } });
  expect(Buffer.from(Plaintext!)).toEqual(message);
  expect(await errorName(decrypt({ EncryptionContext: { a: "1" } }))).toBe("InvalidCiphertextException");
  expect(await errorName(decrypt({ EncryptionContext: undefined }))).toBe("InvalidCiphertextException");
  expect(await errorName(decrypt({ KeyId: other }))).toBe("IncorrectKeyException");
  expect(await errorName(decrypt({ CiphertextBlob: randomBytes(100) }))).toBe("InvalidCiphertextException");
});

test("checks who asks, for which region and when", async () => {
  const { credentials } = kms.access;
  const asking = (settings: object) =>
    errorName(
      new KMSClient({ ...kms.access, maxAttempts: 1, ...settings }).send(
        new GetPublicKeyCommand({ KeyId: "1" }),
      ),
    );
  expect(await asking({})).toBe("NotFoundException");
  expect(await asking({ credentials: { ...credentials, accessKeyId: "AKIASTRANGER" } })).toBe(
    "UnrecognizedClientException",
  );
  expect(await asking({ credentials: { ...credentials, secretAccessKey: "x" } })).toBe(
    "InvalidSignatureException",
  );
  expect(await asking({ region: "eu-central-1" })).toBe("InvalidSignatureException");
  expect(await asking({ systemClockOffset: -6 * 60_000 })).toBe("InvalidSignatureException");
  expect(await asking({ systemClockOffset: -4 * 60_000 })).toBe("NotFoundException");
});

test("notices a body, a signed header or a target that was changed on the way", async () => {
  const sent = (change: (request: { body: unknown; headers: Record<string, string> }) => void) => {
    const changing = new KMSClient({ ...kms.access, maxAttempts: 1 });
    changing.middlewareStack.add(
      (next) => (args) => {
        change(args.request as never);
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    return errorName(changing.send(new GetPublicKeyCommand({ KeyId: "1" })));
  };
  expect(await sent(() => {})).toBe("NotFoundException");
  expect(await sent((request) => void (request.body = '{"KeyId":"2"}'))).toBe("InvalidSignatureException");
  expect(await sent(({ headers }) => void (headers["x-amz-target"] = "TrentService.Sign"))).toBe(
    "InvalidSignatureException",
  );
  expect(await sent(({ headers }) => void (headers["x-amz-added"] = "1"))).toBe("InvalidSignatureException");
  expect(await sent(({ headers }) => void delete headers.authorization)).toBe("IncompleteSignatureException");
});

test("fails as planned, once each", async () => {
  const id = kms.createKey("ECC_NIST_P256", "SIGN_VERIFY");
  kms.fail({ error: "ThrottlingException" });
  kms.fail({ error: "KMSInternalException" }, 1, "Sign");
  expect(await errorName(client.send(new GetPublicKeyCommand({ KeyId: id })))).toBe("ThrottlingException");
  expect(await errorName(client.send(new GetPublicKeyCommand({ KeyId: id })))).toBe("none");
  expect(await errorName(signWith(id, {}))).toBe("KMSInternalException");
  expect(await errorName(signWith(id, {}))).toBe("none");
});
