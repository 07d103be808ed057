import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from "node:crypto";
import { concatBytes, fromBase64, fromUtf8, toBase64, toUtf8 } from "#lib/bytes.ts";
import { digestBytes, type Hash, signDigestEcdsa, signDigestPkcs1, signDigestPss } from "./sign-digest.ts";

/** What real KMS answers with, by its name there. */
export class KmsError extends Error {
  readonly error: string;

  constructor(error: string, message = error) {
    super(message);
    this.error = error;
  }
}

/** The parts of requests that are looked at. */
export interface KmsRequest {
  readonly KeyId?: string;
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
  readonly Message?: string;
  readonly MessageType?: string;
  readonly SigningAlgorithm?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

interface KmsKey {
  readonly arn: string;
  readonly spec: string;
  readonly usage: string;
  readonly pair?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly secret?: Uint8Array;
  state: "Enabled" | "Disabled" | "PendingDeletion";
}

const ARN = "arn:aws:kms:us-east-1:000000000000:key/";
const MAX_BYTES = 4096;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const makeRsa = (modulusLength: number) => () => generateKeyPairSync("rsa", { modulusLength });
const makeEc = (namedCurve: string) => () => generateKeyPairSync("ec", { namedCurve });
const RSA_ALGORITHMS = ["RSASSA_PSS_SHA_", "RSASSA_PKCS1_V1_5_SHA_"].flatMap((name) =>
  [256, 384, 512].map((bits) => name + bits),
);
const SPECS: Record<string, { make: () => NonNullable<KmsKey["pair"]>; algorithms: readonly string[] }> = {
  RSA_2048: { make: makeRsa(2048), algorithms: RSA_ALGORITHMS },
  RSA_3072: { make: makeRsa(3072), algorithms: RSA_ALGORITHMS },
  RSA_4096: { make: makeRsa(4096), algorithms: RSA_ALGORITHMS },
  ECC_NIST_P256: { make: makeEc("P-256"), algorithms: ["ECDSA_SHA_256"] },
  ECC_NIST_P384: { make: makeEc("P-384"), algorithms: ["ECDSA_SHA_384"] },
};

/** Keys and what KMS does with them: real keys, and the refusals of the real service. */
export function kmsOperations() {
  const keys = new Map<string, KmsKey>();

  const named = (id = ""): KmsKey => {
    const key = keys.get(id.startsWith(ARN) ? id : ARN + id);
    if (!key) throw new KmsError("NotFoundException", `Key '${id}' does not exist`);
    return key;
  };
  const usable = (id: string | undefined, usage: string): KmsKey => {
    const key = named(id);
    if (key.state === "Disabled") throw new KmsError("DisabledException", `${key.arn} is disabled.`);
    if (key.state !== "Enabled")
      throw new KmsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
    if (key.usage !== usage) throw new KmsError("InvalidKeyUsageException", `${key.arn} is for ${key.usage}`);
    return key;
  };

  const answer = {
    CreateKey({ KeySpec = "SYMMETRIC_DEFAULT", KeyUsage }: KmsRequest) {
      const isSymmetric = KeySpec === "SYMMETRIC_DEFAULT";
      const usage = KeyUsage ?? (isSymmetric ? "ENCRYPT_DECRYPT" : undefined);
      if (!usage) throw new KmsError("ValidationException", "You must specify a KeyUsage value");
      if (!isSymmetric && !SPECS[KeySpec]) throw new KmsError("ValidationException", `no KeySpec ${KeySpec}`);
      const material = isSymmetric ? { secret: randomBytes(32) } : { pair: SPECS[KeySpec]!.make() };
      const key: KmsKey = { arn: ARN + randomUUID(), spec: KeySpec, usage, state: "Enabled", ...material };
      keys.set(key.arn, key);
      const [Arn, KeyId] = [key.arn, key.arn.slice(ARN.length)];
      return { KeyMetadata: { Arn, KeyId, KeySpec, KeyUsage: usage, Enabled: true, KeyState: key.state } };
    },

    GetPublicKey({ KeyId }: KmsRequest) {
      const { arn, pair, spec, usage, state } = named(KeyId);
      if (!pair) throw new KmsError("UnsupportedOperationException", "a symmetric key has no public key");
      if (state === "Disabled") throw new KmsError("DisabledException", `${arn} is disabled.`);
      if (state !== "Enabled") throw new KmsError("KMSInvalidStateException", `${arn} is pending deletion.`);
      const PublicKey = toBase64(pair.publicKey.export({ type: "spki", format: "der" }));
      return {
        KeyId: arn,
        KeySpec: spec,
        KeyUsage: usage,
        PublicKey,
        SigningAlgorithms: SPECS[spec]!.algorithms,
      };
    },

    Sign({ KeyId, Message, MessageType = "RAW", SigningAlgorithm = "" }: KmsRequest) {
      const { arn, pair, spec } = usable(KeyId, "SIGN_VERIFY");
      if (!SPECS[spec]!.algorithms.includes(SigningAlgorithm)) {
        throw new KmsError("InvalidKeyUsageException", `${SigningAlgorithm} is not for ${spec}`);
      }
      const message = boundedBytes(Message);
      const signature =
        MessageType === "DIGEST"
          ? signDigest(pair!.privateKey, SigningAlgorithm, message)
          : signRaw(pair!.privateKey, SigningAlgorithm, message);
      return { KeyId: arn, Signature: toBase64(signature), SigningAlgorithm };
    },

    Encrypt({ KeyId, Plaintext, EncryptionContext }: KmsRequest) {
      const { arn, secret } = usable(KeyId, "ENCRYPT_DECRYPT");
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", secret!, nonce).setAAD(additionalData(EncryptionContext));
      const sealed = [cipher.update(boundedBytes(Plaintext)), cipher.final(), cipher.getAuthTag()];
      const blob = concatBytes([Uint8Array.of(arn.length), fromUtf8(arn), nonce, ...sealed]);
      return { KeyId: arn, CiphertextBlob: toBase64(blob), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },

    Decrypt({ KeyId, CiphertextBlob, EncryptionContext }: KmsRequest) {
      const blob = fromBase64(CiphertextBlob ?? "");
      const sealedAt = 1 + (blob[0] ?? 0);
      const arn = toUtf8(blob.subarray(1, sealedAt));
      if (!keys.has(arn)) throw new KmsError("InvalidCiphertextException");
      if (KeyId && named(KeyId).arn !== arn) throw new KmsError("IncorrectKeyException");
      const { secret } = usable(arn, "ENCRYPT_DECRYPT");
      const plain = decrypt(secret!, blob.subarray(sealedAt), additionalData(EncryptionContext));
      return { KeyId: arn, Plaintext: toBase64(plain), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },
  };

  const setState = (id: string, state: KmsKey["state"]) => {
    named(id).state = state;
  };
  return { answer, setState };
}

/** Sorted: for KMS the order of the pairs means nothing. */
const additionalData = (context: KmsRequest["EncryptionContext"]) =>
  fromUtf8(JSON.stringify(Object.entries(context ?? {}).sort()));

function boundedBytes(base64 = ""): Uint8Array {
  const bytes = fromBase64(base64);
  if (bytes.length > 0 && bytes.length <= MAX_BYTES) return bytes;
  throw new KmsError("ValidationException", `1 to ${MAX_BYTES} bytes, not ${bytes.length}`);
}

function decrypt(secret: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", secret, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad).setAuthTag(sealed.subarray(-TAG_BYTES));
    return concatBytes([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new KmsError("InvalidCiphertextException");
  }
}

const hashOf = (algorithm: string) => `sha${algorithm.slice(-3)}` as Hash;

function signRaw(key: KeyObject, algorithm: string, message: Uint8Array): Uint8Array {
  const isPss = algorithm.includes("PSS");
  const padding = isPss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const rsa = algorithm.startsWith("RSA") && {
    padding,
    ...(isPss && { saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  };
  return sign(hashOf(algorithm), message, { key, ...rsa });
}

function signDigest(key: KeyObject, algorithm: string, digest: Uint8Array): Uint8Array {
  const hash = hashOf(algorithm);
  if (digest.length !== digestBytes(hash)) {
    throw new KmsError("ValidationException", `Digest is invalid length for algorithm ${algorithm}.`);
  }
  if (algorithm.startsWith("ECDSA")) return signDigestEcdsa(key, hash, digest);
  return (algorithm.includes("PSS") ? signDigestPss : signDigestPkcs1)(key, hash, digest);
}
