import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { equalBytes, fromUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { algorithmOf } from "#lib/pki/core/algorithms.ts";
import { derFromBer } from "#lib/pki/core/asn1/ber.ts";
import { octetString, sequence, TAG } from "#lib/pki/core/asn1/der.ts";
import { fieldsOf, readDer, readOctets } from "#lib/pki/core/asn1/read-der.ts";
import { decryptByPassword, type PasswordEncryption } from "#lib/pki/core/passwords/decrypt.ts";
import { type PasswordForm, passwordForms, type WorkBudget } from "#lib/pki/core/passwords/derive-key.ts";
import { encryptByPassword } from "#lib/pki/core/passwords/encrypt.ts";
import { isKeyOf, type PublicKeyFacts, publicKeyFacts } from "#lib/pki/core/public-key.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

/** A private key in the clear, on its way into a vault or out of one. Secret: wipe it when it got there. */
export interface PrivateKey {
  /** PrivateKeyInfo, DER, without attributes (RFC 5958 §2). */
  readonly pkcs8: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly facts: PublicKeyFacts;
  /** How the platform would sign with it; null when it cannot. */
  readonly algorithm: KeyAlgorithm | null;
}

export type PrivateKeyForm = "pkcs8" | "pkcs1" | "sec1";

const MAX_KEY_BYTES = 16 * 1024;
const MAX_RSA_BITS = 8192;
const ALGORITHMS: readonly KeyAlgorithm[] = [
  "ecdsa-p256-sha256",
  "ecdsa-p384-sha384",
  "rsa-2048-sha256",
  "rsa-3072-sha256",
  "rsa-4096-sha256",
];

/** How the platform signs with the key of this public key; null when it does not. @throws pki/malformed */
export const keyAlgorithmFor = (publicKey: Uint8Array): KeyAlgorithm | null =>
  ALGORITHMS.find((algorithm) => isKeyOf(publicKey, algorithm)) ?? null;

/**
 * Reads a private key in the clear.
 *
 * @param der untrusted: PrivateKeyInfo (RFC 5958), RSAPrivateKey (RFC 8017 §A.1.2) or ECPrivateKey (RFC 5915).
 * @throws pki/not-a-key, pki/too-large
 */
export function readPrivateKey(der: Uint8Array, form: PrivateKeyForm = "pkcs8"): PrivateKey {
  if (der.length > MAX_KEY_BYTES) throw pkiError("too-large", `private key of ${der.length} bytes`);
  return guarded(() => privateKeyOf(createPrivateKey({ key: Buffer.from(der), format: "der", type: form })));
}

/**
 * Reads a private key as OpenSSL wrote it into PEM before PKCS#8, encrypted or not.
 *
 * @throws pki/not-a-key; pki/wrong-password
 */
export function readTraditionalKey(pem: string, password: string | null): PrivateKey {
  try {
    return privateKeyOf(createPrivateKey({ key: pem, format: "pem", passphrase: password ?? "" }));
  } catch (cause) {
    if (isRefusal(cause)) throw cause;
    throw pkiError("wrong-password", "the key does not come out", { cause });
  }
}

function guarded(read: () => PrivateKey): PrivateKey {
  try {
    return read();
  } catch (cause) {
    if (isRefusal(cause, "pki/too-large")) throw cause;
    throw pkiError("not-a-key", "private key cannot be read", { cause });
  }
}

function privateKeyOf(key: KeyObject): PrivateKey {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits > MAX_RSA_BITS) throw pkiError("too-large", `RSA of ${bits} bits, limit ${MAX_RSA_BITS}`);
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: "spki", format: "der" }));
  return {
    pkcs8: new Uint8Array(key.export({ type: "pkcs8", format: "der" })),
    publicKey,
    facts: publicKeyFacts(publicKey),
    algorithm: keyAlgorithmFor(publicKey),
  };
}

/** An EncryptedPrivateKeyInfo as read. @see RFC 5958 §3 */
export async function decryptPrivateKey(
  der: Uint8Array,
  password: PasswordForm,
  budget: WorkBudget,
): Promise<PrivateKey & { readonly encryption: PasswordEncryption }> {
  const fields = fieldsOf(readDer(der, "encrypted key", MAX_KEY_BYTES), "encrypted key");
  const algorithm = algorithmOf(fields.take(TAG.sequence, "algorithm"), "encrypted key");
  const encrypted = readOctets(fields.takeAny("key"), "encrypted key");
  fields.end();
  const { plain, encryption } = await decryptByPassword(algorithm, encrypted, password, budget);
  try {
    return { ...readPrivateKey(derFromBer(plain, "private key").der), encryption };
  } catch (cause) {
    // One wrong password in 256 leaves padding that looks right.
    throw looksLikeKey(plain) ? cause : pkiError("wrong-password", "the key does not come out", { cause });
  } finally {
    plain.fill(0);
  }
}

const looksLikeKey = (plain: Uint8Array): boolean => plain[0] === TAG.sequence && plain.length > 40;

/**
 * The same under a text: each form of the password is tried.
 *
 * @param der untrusted. @throws what `decryptPrivateKey` throws; pki/password-needed when there is none
 */
export async function openPrivateKey(der: Uint8Array, password: string | null, budget: WorkBudget) {
  if (password === null) throw pkiError("password-needed", "the private key is encrypted");
  for (const form of passwordForms(password)) {
    try {
      return await decryptPrivateKey(der, form, budget);
    } catch (error) {
      if (!isRefusal(error, "pki/wrong-password")) throw error;
    }
  }
  throw pkiError("wrong-password", "the key does not come out");
}

/**
 * EncryptedPrivateKeyInfo, DER.
 *
 * @param random 32 fresh random octets. @throws what `encryptByPassword` throws
 */
export async function encryptPrivateKey(
  { pkcs8 }: Pick<PrivateKey, "pkcs8">,
  password: string,
  random: Uint8Array,
  iterations?: number,
): Promise<Uint8Array> {
  const { algorithm, encrypted } = await encryptByPassword(pkcs8, password, random, iterations);
  return sequence(algorithm, octetString(encrypted));
}

/** Whether a private key belongs to a public key: both say so, and a signature over a trial proves it. */
export function isKeyPair({ pkcs8, facts }: PrivateKey, publicKey: Uint8Array): boolean {
  const other = publicKeyFacts(publicKey);
  if (facts.type !== other.type || !equalBytes(facts.keyOctets, other.keyOctets)) return false;
  try {
    const options = facts.type === "rsa" ? { padding: constants.RSA_PKCS1_PADDING } : {};
    const digest = facts.type.startsWith("ed") ? null : "sha256";
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    const pub = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
    const isPss = key.asymmetricKeyType === "rsa-pss" || pub.asymmetricKeyType === "rsa-pss";
    const padding = isPss ? { padding: constants.RSA_PKCS1_PSS_PADDING } : options;
    const made = sign(digest, TRIAL, { key, ...padding });
    return verify(digest, TRIAL, { key: pub, ...padding }, made);
  } catch {
    return false;
  }
}

const TRIAL = fromUtf8("whereof: does this key belong to this certificate?");
