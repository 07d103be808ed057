import { createHmac } from "node:crypto";
import { equalBytes } from "#lib/bytes.ts";
import { algorithmOf, digestByOid } from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import {
  type DerValue,
  fieldsOf,
  readDer,
  readOctets,
  readSmallInteger,
} from "#lib/pki/core/asn1/read-der.ts";
import { digestName, HMAC_DIGESTS, PBKDF2, readPbkdf2 } from "#lib/pki/core/passwords/decrypt.ts";
import {
  deriveByPbkdf2,
  deriveByPkcs12,
  type KeyDerivationDigest,
  type PasswordForm,
  type WorkBudget,
} from "#lib/pki/core/passwords/derive-key.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** What protects a file against changes: `none` is allowed by the standard and proves nothing. */
export interface Integrity {
  readonly kind: "hmac" | "pbmac1" | "none";
  /** Such as `HMAC-SHA-256`. */
  readonly name: string;
  readonly iterations: number;
}

/** A MacData as read. @see RFC 7292 §4 */
export interface Mac {
  readonly integrity: Integrity;
  holds(content: Uint8Array, password: PasswordForm, budget: WorkBudget): Promise<boolean>;
}

const PBMAC1 = "1.2.840.113549.1.5.14";
const DIGESTS: readonly string[] = ["sha1", "sha224", "sha256", "sha384", "sha512"];
const SIZE_BYTES: Partial<Record<KeyDerivationDigest, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};
const what = "PKCS#12 MAC";

/** @throws pki/malformed; pki/encryption-unsupported for a digest that is not accepted */
export function readMac(value: DerValue): Mac {
  const fields = fieldsOf(value, what);
  const info = fieldsOf(fields.take(TAG.sequence, "digest"), what);
  const algorithm = algorithmOf(info.take(TAG.sequence, "algorithm"), what);
  const expected = readOctets(info.takeAny("digest"), what);
  const salt = readOctets(fields.takeAny("salt"), what);
  const count = fields.maybe(TAG.integer);
  fields.end();
  if (algorithm.oid === PBMAC1) return readPbmac1(algorithm.parameters, expected);
  const digest = digestByOid(algorithm.oid);
  if (!digest || !DIGESTS.includes(digest))
    throw pkiError("encryption-unsupported", `${what} by ${algorithm.oid}`);
  const name = digest as KeyDerivationDigest;
  const iterations = count ? readSmallInteger(count, what) : 1;
  return {
    integrity: { kind: "hmac", name: `HMAC-${digestName(digest)}`, iterations },
    async holds(content, { bmp }, budget) {
      const key = await deriveByPkcs12(name, 3, bmp, salt, iterations, SIZE_BYTES[name]!, budget);
      return equalBytes(createHmac(name, key).update(content).digest(), expected);
    },
  };
}

/** @see RFC 9579 §4, RFC 8018 §A.5 */
function readPbmac1(parameters: Uint8Array | null, expected: Uint8Array): Mac {
  const fields = fieldsOf(readDer(parameters ?? new Uint8Array(0), what, 4096), what);
  const derivation = algorithmOf(fields.takeAny("key derivation"), what);
  const scheme = algorithmOf(fields.takeAny("MAC"), what);
  fields.end();
  if (derivation.oid !== PBKDF2) throw pkiError("encryption-unsupported", `${what} with ${derivation.oid}`);
  const digest = HMAC_DIGESTS[scheme.oid];
  if (!digest || !DIGESTS.includes(digest))
    throw pkiError("encryption-unsupported", `${what} by ${scheme.oid}`);
  const derived = readPbkdf2(derivation.parameters, null);
  // RFC 9579 §4: the length is there, and below 20 octets it is no key.
  const sizeBytes = derived.sizeBytes ?? 0;
  if (sizeBytes < 20 || sizeBytes > 1024) throw pkiError("malformed", `${what}: key of ${sizeBytes} octets`);
  const { salt, iterations } = derived;
  return {
    integrity: { kind: "pbmac1", name: `PBMAC1 with HMAC-${digestName(digest)}`, iterations },
    async holds(content, { octets }, budget) {
      const key = await deriveByPbkdf2(derived.digest, octets, salt, iterations, sizeBytes, budget);
      return equalBytes(createHmac(digest, key).update(content).digest(), expected);
    },
  };
}
