import type { Certificate } from "./certificate.ts";

/** What a certificate of the index is found by: its names, serial number and fingerprint, and `words`, lower case. */
export const searchTextOf = (
  { subject, issuer, serialHex, sha256 }: Pick<Certificate, "subject" | "issuer" | "serialHex" | "sha256">,
  words: readonly (string | null)[] = [],
): string =>
  [...words.filter(Boolean), subject.text, issuer.text, serialHex, sha256].join("\n").toLowerCase();
