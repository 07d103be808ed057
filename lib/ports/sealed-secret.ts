import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { decodeWrappedKey, encodeWrappedKey, type MasterKey, masterKeyError } from "./master-key.ts";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAX_SECRET_BYTES = 64 * 1024;

/**
 * Seals a small secret (a private key, a provider's password, a TOTP seed) for a database column: AES-256-GCM
 * under a fresh data key, which the master key wraps.
 *
 * @param purpose what and whose it is, `totp-seed:<account id>`: opening needs the same text, so that a sealed
 *   secret copied into another row stays shut.
 * @returns version (1 byte) ‖ wrapped data key ‖ nonce (12) ‖ ciphertext ‖ tag (16)
 */
export async function sealSecret(
  masterKey: MasterKey,
  purpose: string,
  secret: Uint8Array,
): Promise<Uint8Array> {
  if (secret.length > MAX_SECRET_BYTES) throw new RangeError("a sealed secret has at most 64 KiB");
  const dataKey = randomBytes(32);
  const wrapped = await masterKey.wrap(dataKey, purpose);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", dataKey, nonce).setAAD(additionalData(purpose));
  const sealed = [cipher.update(secret), cipher.final(), cipher.getAuthTag()];
  dataKey.fill(0);
  return concatBytes([Uint8Array.of(VERSION), encodeWrappedKey(wrapped), nonce, ...sealed]);
}

/** The secret `sealSecret` made for the same purpose. Throws master-key/mismatch when anything differs. */
export async function openSecret(
  masterKey: MasterKey,
  purpose: string,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  const wrapped = sealed[0] === VERSION ? decodeWrappedKey(sealed, 1) : null;
  if (!wrapped || sealed.length < wrapped.end + NONCE_BYTES + TAG_BYTES) throw notThat(purpose);
  const dataKey = await masterKey.unwrap(wrapped.key, purpose);

  const nonce = sealed.subarray(wrapped.end, wrapped.end + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", dataKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(purpose)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const ciphertext = sealed.subarray(wrapped.end + NONCE_BYTES, -TAG_BYTES);
    return concatBytes([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    throw notThat(purpose, cause);
  } finally {
    dataKey.fill(0);
  }
}

const additionalData = (purpose: string) => fromUtf8(`whereof secret ${VERSION}\0${purpose}`);

const notThat = (purpose: string, cause?: unknown) =>
  masterKeyError("mismatch", `not a sealed secret for ${purpose}`, { cause });
