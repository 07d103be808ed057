import type { KeyAlgorithm } from "#lib/ports/keys.ts";

/** Every way in which a seal may sign, the one that all readers know first. */
export const KEY_ALGORITHMS = [
  "rsa-3072-sha256",
  "rsa-2048-sha256",
  "rsa-4096-sha256",
  "rsa-pss-2048-sha256",
  "rsa-pss-3072-sha256",
  "rsa-pss-4096-sha256",
  "ecdsa-p256-sha256",
  "ecdsa-p384-sha384",
] as const satisfies readonly KeyAlgorithm[];
