import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";

/** Where the chain of a brought certificate ends; none for one of ours, whose roots are known. */
export function anchorAbove(certificate: {
  readonly chainPem: string | null;
  readonly der: Uint8Array;
}): Uint8Array[] {
  if (certificate.chainPem === null) return [];
  return [certificatesFromPem(certificate.chainPem).at(-1) ?? certificate.der];
}
