import { createPublicKey, X509Certificate } from "node:crypto";
import { SIGN_OIDS } from "#lib/ports/csc-names.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { ALGORITHMS, algorithmOf } from "../key-algorithms.ts";

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
