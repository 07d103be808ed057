import { createCipheriv } from "node:crypto";
import { integer, nullValue, octetString, oid, sequence } from "#lib/pki/core/asn1/der.ts";
import { deriveByPbkdf2, newBudget } from "#lib/pki/core/passwords/derive-key.ts";

/** OWASP's advice for PBKDF2 with HMAC-SHA-256 since 2023, and NSS's count. */
export const WRITTEN_ITERATIONS = 600_000;
/** Random octets that one encryption takes: a salt and an initialization vector. */
export const ENCRYPTION_RANDOM_BYTES = 32;

/**
 * Encrypts under a password with PBES2: PBKDF2 with HMAC-SHA-256, and AES-256 in CBC mode.
 *
 * @param password never empty: a caller's bug. @param random 32 fresh random octets, used for nothing else.
 * @returns AlgorithmIdentifier, DER, and what was encrypted.
 * @throws RangeError; pki/too-many-iterations
 * @see RFC 8018 §6.2.1
 */
export async function encryptByPassword(
  plain: Uint8Array,
  password: string,
  random: Uint8Array,
  iterations: number = WRITTEN_ITERATIONS,
): Promise<{ algorithm: Uint8Array; encrypted: Uint8Array }> {
  if (password === "") throw new RangeError("nothing is encrypted under an empty password");
  if (random.length !== ENCRYPTION_RANDOM_BYTES) throw new RangeError("32 random octets are needed");
  const [salt, iv] = [random.subarray(0, 16), random.subarray(16)];
  const key = await deriveByPbkdf2("sha256", Buffer.from(password), salt, iterations, 32, newBudget());
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const encrypted = new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]));
  key.fill(0);
  const prf = sequence(oid("1.2.840.113549.2.9"), nullValue());
  const derivation = sequence(
    oid("1.2.840.113549.1.5.12"),
    sequence(octetString(salt), integer(iterations), prf),
  );
  const scheme = sequence(oid("2.16.840.1.101.3.4.1.42"), octetString(iv));
  return { algorithm: sequence(oid("1.2.840.113549.1.5.13"), sequence(derivation, scheme)), encrypted };
}
