import type { Pointers } from "./core/certificates/draft-certificate.ts";

/** The addresses that certificates of an authority name: they are served under /pki for as long as they live. */
export function pointersTo(baseUrl: string, authorityId: string): Pointers {
  return {
    ocspUrl: `${baseUrl}/pki/ocsp`,
    issuerUrl: `${baseUrl}/pki/${authorityId}.cer`,
    crlUrl: `${baseUrl}/pki/${authorityId}.crl`,
  };
}
