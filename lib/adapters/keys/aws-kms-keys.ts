import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";
import { isRefusal } from "#lib/errors.ts";
import { type KeyAlgorithm, type KeyProvider, keysError, type SigningKey } from "#lib/ports/keys.ts";
import { type AwsAccess, awsFailure } from "../aws/aws-access.ts";
import { kmsClient } from "../aws/kms-client.ts";
import { digestKey } from "./digest-key.ts";

const KMS_NAMES: Readonly<Record<KeyAlgorithm, { spec: KeySpec; signing: SigningAlgorithmSpec }>> = {
  "ecdsa-p256-sha256": { spec: "ECC_NIST_P256", signing: "ECDSA_SHA_256" },
  "ecdsa-p384-sha384": { spec: "ECC_NIST_P384", signing: "ECDSA_SHA_384" },
  "rsa-2048-sha256": { spec: "RSA_2048", signing: "RSASSA_PKCS1_V1_5_SHA_256" },
  "rsa-3072-sha256": { spec: "RSA_3072", signing: "RSASSA_PKCS1_V1_5_SHA_256" },
  "rsa-4096-sha256": { spec: "RSA_4096", signing: "RSASSA_PKCS1_V1_5_SHA_256" },
  "rsa-pss-2048-sha256": { spec: "RSA_2048", signing: "RSASSA_PSS_SHA_256" },
  "rsa-pss-3072-sha256": { spec: "RSA_3072", signing: "RSASSA_PSS_SHA_256" },
  "rsa-pss-4096-sha256": { spec: "RSA_4096", signing: "RSASSA_PSS_SHA_256" },
};

/** A new KMS key is not at once known to every one of its servers. */
const NO_KEY = "00000000-0000-0000-0000-000000000000";
const NEW_KEY_ATTEMPTS = 6;
const NEW_KEY_WAIT_MS = 250;

/** Keys that never leave AWS KMS. */
export function awsKmsKeys(access: AwsAccess): KeyProvider {
  const client = kmsClient(access);
  return {
    name: "aws-kms",
    async create(algorithm, label) {
      const request = new CreateKeyCommand({
        KeySpec: KMS_NAMES[algorithm].spec,
        KeyUsage: "SIGN_VERIFY",
        Description: label.slice(0, 8192),
      });
      const { KeyMetadata } = await client.send(request).catch(refuse);
      return openNew(client, KeyMetadata!.Arn!, algorithm);
    },
    open: (id, algorithm) => openKey(client, id, algorithm),
    async check() {
      await client.send(new GetPublicKeyCommand({ KeyId: NO_KEY })).catch((error: Error) => {
        // Rights may be given for our keys only: then of any other it is not even said that it is not there.
        if (!["NotFoundException", "AccessDeniedException"].includes(error.name)) refuse(error);
      });
    },
  };
}

async function openNew(client: KMSClient, id: string, algorithm: KeyAlgorithm): Promise<SigningKey> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openKey(client, id, algorithm);
    } catch (error) {
      if (attempt === NEW_KEY_ATTEMPTS || !isRefusal(error, "keys/not-found")) throw error;
    }
    await sleep(NEW_KEY_WAIT_MS * attempt);
  }
}

async function openKey(client: KMSClient, id: string, wanted?: KeyAlgorithm): Promise<SigningKey> {
  const found = await client.send(new GetPublicKeyCommand({ KeyId: id })).catch(refuse);
  const [algorithm] =
    Object.entries(KMS_NAMES).find(
      ([name, { spec }]) =>
        found.KeyUsage === "SIGN_VERIFY" && found.KeySpec === spec && (wanted ?? name) === name,
    ) ?? [];
  if (!algorithm) {
    const is = `KMS key ${id} is ${found.KeySpec} for ${found.KeyUsage}`;
    throw keysError("unsupported-algorithm", wanted ? `${is}, not ${wanted}` : is);
  }
  return kmsKey(client, found.KeyId!, algorithm as KeyAlgorithm, new Uint8Array(found.PublicKey!));
}

const kmsKey = (client: KMSClient, id: string, algorithm: KeyAlgorithm, publicKey: Uint8Array): SigningKey =>
  digestKey({
    ...{ id, algorithm, publicKey },
    async signDigest(digest) {
      const request = new SignCommand({
        KeyId: id,
        Message: digest,
        MessageType: "DIGEST",
        SigningAlgorithm: KMS_NAMES[algorithm].signing,
      });
      const { Signature } = await client.send(request).catch(refuse);
      return Signature!;
    },
  });

const NOT_FOUND = new Set(["NotFoundException", "InvalidArnException"]);
const UNSUPPORTED = new Set(["UnsupportedOperationException", "InvalidKeyUsageException"]);
const DISABLED = new Set(["DisabledException", "KMSInvalidStateException"]);
const THROTTLED = new Set(["ThrottlingException", "LimitExceededException"]);
const NOT_PERMITTED = new Set([
  "AccessDeniedException",
  "ExpiredTokenException",
  "IncompleteSignatureException",
  "InvalidClientTokenIdException",
  "InvalidSignatureException",
  "UnrecognizedClientException",
]);

/** Whatever is not known to be for good may pass: throttling, 5xx, the network. */
function refuse(error: Error): never {
  const cause = awsFailure(error);
  if (NOT_FOUND.has(error.name)) throw keysError("not-found", "KMS does not know the key", { cause });
  if (UNSUPPORTED.has(error.name))
    throw keysError("unsupported-algorithm", "KMS does not sign so", { cause });
  if (DISABLED.has(error.name))
    throw keysError("disabled", "the key is switched off or going to be deleted", { cause });
  if (THROTTLED.has(error.name)) throw keysError("throttled", "KMS is asked too often", { cause });
  if (NOT_PERMITTED.has(error.name)) throw keysError("not-permitted", "KMS does not let us", { cause });
  throw keysError("unavailable", "KMS did not answer as it should", { cause });
}
