import { fromHex, toBase64 } from "#lib/bytes.ts";
import type { KeyAlgorithm } from "./keys.ts";

/* How algorithms are called in the API of the Cloud Signature Consortium: their object identifiers. */

/** RFC 5754 §2. */
export const HASH_OIDS = { sha256: "2.16.840.1.101.3.4.2.1", sha384: "2.16.840.1.101.3.4.2.2" } as const;

/** The hash that an algorithm signs, and its size in bytes. */
export const hashOf = (algorithm: KeyAlgorithm) =>
  algorithm === "ecdsa-p384-sha384"
    ? ({ name: "sha384", sizeBytes: 48 } as const)
    : ({ name: "sha256", sizeBytes: 32 } as const);

/** RSASSA-PSS-params of SHA-256, MGF1 with it and a salt of 32 bytes, DER (RFC 4055 §3.1). */
export const PSS_SHA256_PARAMS = toBase64(
  fromHex(
    "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120",
  ),
);

/** RFC 8017 §A.1, §A.2. */
const [RSA, RSA_SHA256, RSA_PSS] = ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.10"];
/** RFC 5480 §2.1.1. */
const EC = "1.2.840.10045.2.1";
/** They leave open which hash they sign. */
export const WITHOUT_HASH: readonly string[] = [RSA, RSA_PSS, EC];

/** The names under which an algorithm may stand in `key/algo`, the plainest first. */
export const SIGN_OIDS: Readonly<Record<KeyAlgorithm, readonly string[]>> = {
  "ecdsa-p256-sha256": ["1.2.840.10045.4.3.2", EC],
  "ecdsa-p384-sha384": ["1.2.840.10045.4.3.3", EC],
  "rsa-2048-sha256": [RSA_SHA256, RSA],
  "rsa-3072-sha256": [RSA_SHA256, RSA],
  "rsa-4096-sha256": [RSA_SHA256, RSA],
  "rsa-pss-2048-sha256": [RSA_PSS],
  "rsa-pss-3072-sha256": [RSA_PSS],
  "rsa-pss-4096-sha256": [RSA_PSS],
};

/** Curves by their names (RFC 5480 §2.1.1.1). */
export const CURVE_OIDS: Partial<Record<KeyAlgorithm, string>> = {
  "ecdsa-p256-sha256": "1.2.840.10045.3.1.7",
  "ecdsa-p384-sha384": "1.3.132.0.34",
};
