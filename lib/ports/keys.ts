import { defineErrors } from "#lib/errors.ts";

/** Key type, size and hash in one word: there is exactly one way to sign with each. */
export type KeyAlgorithm =
  | "ecdsa-p256-sha256"
  | "ecdsa-p384-sha384"
  | "rsa-2048-sha256"
  | "rsa-3072-sha256"
  | "rsa-4096-sha256";

/** A private key we may use and never see. */
export interface SigningKey {
  /** Names the key at its provider: an ARN for KMS, a row id for software keys. Never secret. */
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo, DER (RFC 5280 §4.1.2.7). */
  readonly publicKey: Uint8Array;
  /**
   * Hashes and signs. ECDSA gives DER (RFC 3279 §2.2.3), RSA is PKCS#1 v1.5 (RFC 8017 §8.2).
   *
   * @throws keys/unavailable: safe to retry; keys/not-permitted when the key is disabled or denied to us
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Where keys live. Only `worker/keys.ts` loads an implementation. */
export interface KeyProvider {
  readonly name: "software" | "aws-kms";
  /**
   * Makes a key that never leaves the provider, and says how to find it again. A retry makes another key.
   *
   * @param label for whoever looks at the provider's own list of keys; not secret.
   */
  create(algorithm: KeyAlgorithm, label: string): Promise<SigningKey>;
  /**
   * The key that `create` (or an administrator) named.
   *
   * @throws keys/not-found, keys/not-permitted, keys/unavailable, keys/unsupported-algorithm when it is not one
   *   of ours, and for software keys what the master key throws
   */
  open(id: string): Promise<SigningKey>;
}

/** What a sealed private key is bound to: who seals one and who opens it say the same. */
export const signingKeyPurpose = (id: string): string => `signing-key:${id}`;

export const keysError = defineErrors("keys", {
  unavailable: "unavailable",
  "not-found": "not-found",
  "not-permitted": "forbidden",
  "unsupported-algorithm": "invalid",
});

/** The keys a worker process reaches. No other process has them. */
export interface WorkerKeys {
  /** Keys of our own authorities, always at hand. */
  readonly software: KeyProvider;
  /** Where new keys of organizations are made, and how. */
  readonly seals: KeyProvider;
  readonly sealAlgorithm: KeyAlgorithm;
  /** @throws keys/not-found when that provider is not set up here */
  provider(name: string): KeyProvider;
  /** A fresh P-256 key in this process's memory and nowhere else: gone with the last reference to it. */
  ephemeral(): Promise<SigningKey>;
}
