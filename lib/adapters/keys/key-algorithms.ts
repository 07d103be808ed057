import { constants, type KeyObject } from "node:crypto";
import { concatBytes, fromHex } from "#lib/bytes.ts";
import { type KeyAlgorithm, keysError } from "#lib/ports/keys.ts";

/** What a key of an algorithm is, in node:crypto's words. */
export interface AlgorithmFacts {
  readonly hash: "sha256" | "sha384";
  readonly type: "ec" | "rsa";
  /** OpenSSL's curve name, or the modulus in bits. */
  readonly size: string | number;
  readonly isPss?: boolean;
}

export const ALGORITHMS: Readonly<Record<KeyAlgorithm, AlgorithmFacts>> = {
  "ecdsa-p256-sha256": { hash: "sha256", type: "ec", size: "prime256v1" },
  "ecdsa-p384-sha384": { hash: "sha384", type: "ec", size: "secp384r1" },
  "rsa-2048-sha256": { hash: "sha256", type: "rsa", size: 2048 },
  "rsa-3072-sha256": { hash: "sha256", type: "rsa", size: 3072 },
  "rsa-4096-sha256": { hash: "sha256", type: "rsa", size: 4096 },
  "rsa-pss-2048-sha256": { hash: "sha256", type: "rsa", size: 2048, isPss: true },
  "rsa-pss-3072-sha256": { hash: "sha256", type: "rsa", size: 3072, isPss: true },
  "rsa-pss-4096-sha256": { hash: "sha256", type: "rsa", size: 4096, isPss: true },
};

/** How node:crypto signs and verifies so. RFC 4055 §3.1: a salt as long as the hash. */
export const signingOptions = (algorithm: KeyAlgorithm) =>
  ALGORITHMS[algorithm].isPss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : ({ dsaEncoding: "der" } as const);

/**
 * How a public or private key signs: as `wanted`, if it can. Without that an RSA key pads by PKCS#1 v1.5.
 *
 * @throws keys/unsupported-algorithm
 */
export function algorithmOf(key: KeyObject, wanted?: KeyAlgorithm): KeyAlgorithm {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  for (const [algorithm, { type, size }] of Object.entries(ALGORITHMS)) {
    const isFitting = key.asymmetricKeyType === type && size === (namedCurve ?? modulusLength);
    if (isFitting && (wanted ?? algorithm) === algorithm) return algorithm as KeyAlgorithm;
  }
  throw keysError(
    "unsupported-algorithm",
    `${key.asymmetricKeyType} ${namedCurve ?? modulusLength} does not sign as ${wanted ?? "any we know"}`,
  );
}

/** DigestInfo up to the digest itself (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
} as const;

/** What PKCS#1 v1.5 pads and signs: the digest, and which hash made it. */
export const digestInfo = (hash: AlgorithmFacts["hash"], digest: Uint8Array): Uint8Array =>
  concatBytes([fromHex(DIGEST_INFO[hash]), digest]);

/** `r ‖ s`, each half of the bytes, as the DER that CMS wants (RFC 3279 §2.2.3). */
export function ecdsaDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const content = concatBytes([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))]);
  return concatBytes([Uint8Array.of(0x30, content.length), content]);
}

function derInteger(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const bytes = first < 0 ? Uint8Array.of(0) : magnitude.subarray(first);
  const sign = bytes[0]! > 0x7f ? [0] : [];
  return concatBytes([Uint8Array.of(0x02, sign.length + bytes.length, ...sign), bytes]);
}
