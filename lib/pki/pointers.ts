import type { Pointers } from "./core/certificates/draft-certificate.ts";

/** How many certificates one part of a revocation list speaks of, and so the most entries it can have. */
export const PARTITION_SIZE = 10_000;

/**
 * The addresses that certificates of an authority name: they are served under /pki for as long as they live.
 *
 * @param partition of the authority's revocation list, settled when the certificate is issued.
 */
export function pointersTo(baseUrl: string, authorityId: string, partition = 0): Pointers {
  const part = partition === 0 ? "" : `-${partition}`;
  return {
    ocspUrl: `${baseUrl}/pki/ocsp`,
    issuerUrl: `${baseUrl}/pki/${authorityId}.cer`,
    crlUrl: `${baseUrl}/pki/${authorityId}${part}.crl`,
  };
}
