import type { KeyObject } from "node:crypto";
import { type KeyAlgorithm, keysError } from "#lib/ports/keys.ts";

/** What a key of an algorithm is, in node:crypto's words. */
export interface AlgorithmFacts {
  readonly hash: "sha256" | "sha384";
  readonly type: "ec" | "rsa";
  /** OpenSSL's curve name, or the modulus in bits. */
  readonly size: string | number;
}

export const ALGORITHMS: Readonly<Record<KeyAlgorithm, AlgorithmFacts>> = {
  "ecdsa-p256-sha256": { hash: "sha256", type: "ec", size: "prime256v1" },
  "ecdsa-p384-sha384": { hash: "sha384", type: "ec", size: "secp384r1" },
  "rsa-2048-sha256": { hash: "sha256", type: "rsa", size: 2048 },
  "rsa-3072-sha256": { hash: "sha256", type: "rsa", size: 3072 },
  "rsa-4096-sha256": { hash: "sha256", type: "rsa", size: 4096 },
};

/** The one algorithm for a public or private key. Throws keys/unsupported-algorithm. */
export function algorithmOf(key: KeyObject): KeyAlgorithm {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  for (const [algorithm, { type, size }] of Object.entries(ALGORITHMS)) {
    if (key.asymmetricKeyType === type && size === (namedCurve ?? modulusLength))
      return algorithm as KeyAlgorithm;
  }
  throw keysError(
    "unsupported-algorithm",
    `no algorithm for ${key.asymmetricKeyType} ${namedCurve ?? modulusLength}`,
  );
}
