import type { DigestAlgorithm } from "./algorithms.ts";
import type { PublicKeyFacts } from "./public-key.ts";

const STRENGTH_80 = new Date("2014-01-01T00:00:00Z");
const STRENGTH_112 = new Date("2031-01-01T00:00:00Z");
// A quantum computer breaks any of them; the agency's plan is to have left them by then.
const FACTORING_AND_CURVES = new Date("2036-01-01T00:00:00Z");
const NEVER = new Date("9999-12-31T00:00:00Z");

/**
 * When signatures by such a key are no longer to be relied on, as far as is known today.
 *
 * @see NIST SP 800-57 part 1 rev. 5 table 4; NIST IR 8547 table 2
 */
export function endOfKey({ type, sizeBits }: Pick<PublicKeyFacts, "type" | "sizeBits">): Date {
  if (type === "rsa" && sizeBits < 2048) return STRENGTH_80;
  if (type === "rsa" && sizeBits < 3072) return STRENGTH_112;
  return type === "unsupported" ? STRENGTH_80 : FACTORING_AND_CURVES;
}

/** When signatures over such a digest are no longer to be relied on. @see NIST SP 800-131A rev. 2 §9 */
export function endOfDigest(digest: DigestAlgorithm): Date {
  if (digest === "sha1") return STRENGTH_80;
  return digest === "sha224" ? STRENGTH_112 : NEVER;
}
