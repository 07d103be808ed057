import { createPublicKey, X509Certificate } from "node:crypto";
import { fromHex, toBase64 } from "#lib/bytes.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { ALGORITHMS, algorithmOf } from "../key-algorithms.ts";

/** How signatures and hashes are named (RFC 8017 §A, RFC 5758 §3.2, RFC 5754 §2). */
export const HASH_OIDS = { sha256: "2.16.840.1.101.3.4.2.1", sha384: "2.16.840.1.101.3.4.2.2" } as const;
const [RSA, RSA_SHA256, RSA_PSS] = ["1", "11", "10"].map((end) => `1.2.840.113549.1.1.${end}`) as [
  string,
  string,
  string,
];
const EC = "1.2.840.10045.2.1";

/** RSASSA-PSS-params of SHA-256, MGF1 with it and a salt of 32 bytes, DER (RFC 4055 §3.1). */
export const PSS_SHA256_PARAMS = toBase64(
  fromHex(
    "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120",
  ),
);

/** The names under which an algorithm may stand in `key/algo`, the plainest first. */
export const SIGN_OIDS: Readonly<Record<KeyAlgorithm, readonly string[]>> = {
  "ecdsa-p256-sha256": ["1.2.840.10045.4.3.2", EC],
  "ecdsa-p384-sha384": ["1.2.840.10045.4.3.3", EC],
  "rsa-2048-sha256": [RSA_SHA256, RSA],
  "rsa-3072-sha256": [RSA_SHA256, RSA],
  "rsa-4096-sha256": [RSA_SHA256, RSA],
  "rsa-pss-3072-sha256": [RSA_PSS],
};

/** The name a service gives an algorithm; null when its key does not sign so. */
export const signOid = (algorithm: KeyAlgorithm, offered: readonly string[]): string | null =>
  SIGN_OIDS[algorithm].find((oid) => offered.includes(oid)) ?? null;

/** SubjectPublicKeyInfo of a certificate, DER. Throws on what is none. */
export const publicKeyOf = (certificate: Uint8Array): Uint8Array =>
  new Uint8Array(new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" }));

/** How a key can sign for us: as `wanted`, else the first way we know; null when in none. */
export function usableAlgorithm(
  spki: Uint8Array,
  offered: readonly string[],
  wanted?: KeyAlgorithm,
): KeyAlgorithm | null {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  for (const algorithm of Object.keys(ALGORITHMS) as KeyAlgorithm[]) {
    if ((wanted ?? algorithm) !== algorithm || signOid(algorithm, offered) === null) continue;
    try {
      return algorithmOf(key, algorithm);
    } catch {
      // A key of another kind or size: the next.
    }
  }
  return null;
}
