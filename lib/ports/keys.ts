import { defineErrors, isRefusal } from "#lib/errors.ts";
import type { PersonalSigning } from "./signature-service.ts";

/** Key type, padding, size and hash in one word: there is exactly one way to sign with each. */
export type KeyAlgorithm =
  | "ecdsa-p256-sha256"
  | "ecdsa-p384-sha384"
  | "rsa-2048-sha256"
  | "rsa-3072-sha256"
  | "rsa-4096-sha256"
  | "rsa-pss-2048-sha256"
  | "rsa-pss-3072-sha256"
  | "rsa-pss-4096-sha256";

/** A private key we may use and never see. */
export interface SigningKey {
  /** Names the key at its provider: an ARN for KMS, a row id for software keys. Never secret. */
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo, DER (RFC 5280 §4.1.2.7). */
  readonly publicKey: Uint8Array;
  /**
   * Hashes and signs. ECDSA gives DER (RFC 3279 §2.2.3), RSA is PKCS#1 v1.5 (RFC 8017 §8.2) or, where the
   * algorithm says so, PSS with MGF1 of the same hash and a salt as long as that (RFC 4055 §3.1).
   *
   * @throws keys/unavailable, keys/throttled, keys/session-lost: safe to retry; keys/not-permitted, keys/disabled when
   *   the key is denied to us or switched off
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /**
   * Signs a hash that somebody else made, by the algorithm's hash function. What comes is not checked: only whoever
   * has the message can. Absent where a key signs nothing but what it has hashed itself.
   *
   * @throws as `sign`
   */
  signDigest?(digest: Uint8Array): Promise<Uint8Array>;
  /**
   * `sign`, and then the signature verified with the public key, beside other work: for many at once. Absent where
   * whoever asks has to verify.
   *
   * @returns null when it does not verify. @throws as `sign`
   */
  signChecked?(message: Uint8Array): Promise<Uint8Array | null>;
}

export type KeyProviderName =
  | "software"
  | "aws-kms"
  | "pkcs11"
  | "vault"
  | "google-kms"
  | "azure-key-vault"
  | "csc";

/** Where keys live. Only `worker/keys.ts` loads an implementation. */
export interface KeyProvider {
  readonly name: KeyProviderName;
  /**
   * Makes a key that never leaves the provider, and says how to find it again. A retry makes another key.
   *
   * @param label for whoever looks at the provider's own list of keys; not secret.
   * @throws keys/unavailable, keys/not-permitted, keys/unsupported-algorithm; keys/key-not-kept when a token would
   *   let the key out; what keeps a token shut: keys/pin-unreadable, keys/wrong-pin, keys/pin-count-low, keys/last-pin-try,
   *   keys/token-locked, keys/token-not-found, keys/module-not-loadable; keys/not-made-here where keys are another's to make
   */
  create(algorithm: KeyAlgorithm, label: string): Promise<SigningKey>;
  /**
   * The key that `create` (or an administrator) named.
   *
   * @param algorithm how it is to sign, for providers whose RSA keys can pad either way; PKCS#1 v1.5 without it
   * @throws keys/not-found, keys/not-permitted, keys/unavailable, keys/unsupported-algorithm when it is not one
   *   of ours, and for software keys what the master key throws
   */
  open(id: string, algorithm?: KeyAlgorithm): Promise<SigningKey>;
  /**
   * Takes a key that was made elsewhere, so that it cannot leave again. Absent where no key can be put. Doing it again
   * with the same name finds the one that is there.
   *
   * @param pkcs8 PrivateKeyInfo, DER (RFC 5958); overwrite it when done. @param name 16 bytes, the key's own.
   * @throws as `create`; keys/key-not-taken when the place takes none, or would let it out again
   */
  take?(pkcs8: Uint8Array, wanted: KeyToTake): Promise<SigningKey>;
  /** What is there already, whoever made it. Only a place that can be looked through has this. @throws as `open` */
  keysThere?(): Promise<readonly KeyThere[]>;
  /**
   * The id of a key by what the place's own pages call it; absent where that is its id.
   *
   * @param typed untrusted. @throws as `open`
   */
  find?(typed: string): Promise<string>;
  /**
   * The private key itself, PKCS#8 DER (RFC 5958). Only a provider whose keys can leave it has this; overwrite the
   * bytes when done.
   */
  exportKey?(id: string): Promise<Uint8Array>;
  /**
   * Whether keys could be used now: the way there, the log-in, the PIN.
   *
   * @throws as `open` does, except keys/not-found
   */
  check(): Promise<void>;
  /** Lets go of what it holds open; at its next use it is opened again. */
  close?(): void;
}

export interface KeyToTake {
  readonly algorithm: KeyAlgorithm;
  readonly label: string;
  readonly name: Uint8Array;
}

/** A key in a token or HSM, as that describes it. */
export interface KeyThere {
  readonly id: string;
  /** As the token's own list says; empty when it says nothing. */
  readonly label: string;
  /** Label and serial number of the token it is in. */
  readonly place: string;
  /** SubjectPublicKeyInfo, DER; null when it is of no kind we know, or its public half is not there. */
  readonly publicKey: Uint8Array | null;
  /** What the token says of it; null when it says nothing. */
  readonly isExtractable: boolean | null;
  readonly isSensitive: boolean | null;
  readonly mayNeverHaveLeft: boolean | null;
  readonly maySign: boolean | null;
}

/** What a sealed private key is bound to: who seals one and who opens it say the same. */
export const signingKeyPurpose = (id: string): string => `signing-key:${id}`;

export const keysError = defineErrors("keys", {
  unavailable: "unavailable",
  throttled: "unavailable",
  "session-lost": "unavailable",
  disabled: "forbidden",
  "not-found": "not-found",
  "not-permitted": "forbidden",
  "unsupported-algorithm": "invalid",
  "pin-unreadable": "unavailable",
  "wrong-pin": "forbidden",
  "pin-count-low": "forbidden",
  "last-pin-try": "forbidden",
  "token-locked": "forbidden",
  "token-not-found": "unavailable",
  "module-not-loadable": "unavailable",
  "key-not-kept": "forbidden",
  "not-made-here": "forbidden",
  "key-not-taken": "forbidden",
  "remote-secret-refused": "forbidden",
  "remote-credential-locked": "forbidden",
  "remote-person-needed": "forbidden",
  "remote-refused": "forbidden",
});

/** A key with its certificate at a remote signing service, as the service describes it. */
export interface RemoteCredential {
  readonly id: string;
  /** In the service's own words; empty when it has none. */
  readonly description: string;
  /** The service says that it signs now. */
  readonly isEnabled: boolean;
  /** DER each, the credential's own first; from the service, so untrusted. */
  readonly certificates: readonly Uint8Array[];
  /** How it can sign for us; null when in no way we know. */
  readonly algorithm: KeyAlgorithm | null;
  /** What it wants to be told before it signs: nothing, a PIN, the code of an authenticator, or what only a person has. */
  readonly asks: readonly ("pin" | "totp" | "person")[];
  /** Signatures that one authorization allows. */
  readonly multisign: number;
}

/** A remote signing service of the Cloud Signature Consortium's kind. */
export interface RemoteSigning {
  /** Its host, for people. */
  readonly host: string;
  /** @throws keys/unavailable, keys/not-permitted */
  list(): Promise<readonly RemoteCredential[]>;
}

/** What opens a remote credential besides our log-in. */
export interface RemoteSecret {
  readonly pin: string | null;
  /** Of an authenticator, base32 (RFC 6238, RFC 4648 §6). */
  readonly totpSecret: string | null;
}

/** What a sealed `RemoteSecret` is bound to. */
export const remoteSecretPurpose = (id: string): string => `remote-secret:${id}`;

/** A remote credential's id as a key's: with the id of its sealed secret, where it has one. */
export const remoteKeyId = (credentialId: string, secretId: string | null): string =>
  secretId === null ? credentialId : `${credentialId}#${secretId}`;

/** What `remoteKeyId` put together. */
export function parseRemoteKeyId(keyId: string): {
  readonly credentialId: string;
  readonly secretId: string | null;
} {
  const [, credentialId, secretId] = /^(.+)#([0-9a-f-]{36})$/s.exec(keyId) ?? [];
  return credentialId && secretId ? { credentialId, secretId } : { credentialId: keyId, secretId: null };
}

/** The keys a worker process reaches. No other process has them. */
export interface WorkerKeys {
  /** Keys of our own authorities, always at hand. */
  readonly software: KeyProvider;
  /** Where new keys of organizations are made, and how. */
  readonly seals: KeyProvider;
  readonly sealAlgorithm: KeyAlgorithm;
  /** All that are set up here. */
  readonly providers: readonly KeyProvider[];
  /** @throws keys/not-found when that provider is not set up here */
  provider(name: string): KeyProvider;
  /** What the remote signing service lets us sign with; null when none is set up. */
  readonly remote: RemoteSigning | null;
  /** Credentials of people, at providers that organizations have named. */
  readonly personal: PersonalSigning;
  /**
   * A key from a file that somebody opened, in this process's memory for one operation.
   *
   * @param pkcs8 PrivateKeyInfo, DER (RFC 5958). @param algorithm for RSA keys that pad otherwise than PKCS#1 v1.5.
   * @throws keys/unsupported-algorithm
   */
  given(pkcs8: Uint8Array, algorithm?: KeyAlgorithm): SigningKey;
  /** A fresh P-256 key in this process's memory and nowhere else: gone with the last reference to it. */
  ephemeral(): Promise<SigningKey>;
  close(): void;
}

/** For a provider's `check`: that a key which is not there is not found takes the whole way there and back. */
export async function checkByOpening(open: () => Promise<SigningKey>): Promise<void> {
  try {
    await open();
  } catch (error) {
    if (!isRefusal(error, "keys/not-found")) throw error;
  }
}
