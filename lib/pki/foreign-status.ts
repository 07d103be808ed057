import { isRefusal } from "#lib/errors.ts";
import type { Runtime } from "#lib/runtime.ts";
import type { Certificate } from "./core/certificates/certificate.ts";
import { findRevocation, parseCrl, verifyCrl } from "./core/revocation/crl.ts";
import { certIdOf, createOcspRequest, isIssuedBy } from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { verifyOcspResponse } from "./core/revocation/verify-ocsp.ts";
import { pkiError } from "./errors.ts";

const LIMIT_BYTES = 16 * 1024 * 1024;

export type ForeignStatus = { readonly kind: "crl" | "ocsp"; readonly der: Uint8Array };

/**
 * Asks another's authority for the status of a certificate it issued, at the addresses the certificate names.
 *
 * @throws pki/status-unavailable when nobody answers with something that holds
 */
export async function fetchStatus(
  runtime: Pick<Runtime, "web" | "random">,
  certificate: Certificate,
  issuer: Certificate,
): Promise<ForeignStatus> {
  const faults: string[] = [];
  for (const url of certificate.crlUrls) {
    const der = await attempt(faults, () => runtime.web.fetch(url, { limitBytes: LIMIT_BYTES }));
    if (!der) continue;
    const check = await attempt(faults, async () => verifyCrl(parseCrl(der), issuer));
    if (check?.isValid) return { kind: "crl", der };
  }
  for (const url of certificate.ocspUrls) {
    const body = createOcspRequest(certIdOf(certificate, issuer), runtime.random(16));
    const der = await attempt(faults, () =>
      runtime.web.fetch(url, { limitBytes: LIMIT_BYTES, body, contentType: "application/ocsp-request" }),
    );
    if (!der) continue;
    const check = await attempt(faults, async () =>
      verifyOcspResponse(parseOcspResponse(der), certificate, issuer),
    );
    if (check?.isValid) return { kind: "ocsp", der };
  }
  throw pkiError(
    "status-unavailable",
    `${certificate.subject.text}: ${faults.join("; ") || "it names no address that answers"}`,
  );
}

/** Since when a certificate is revoked by what its authority said; null while it is not. @throws pki/malformed */
export function revokedSince(
  { kind, der }: ForeignStatus,
  certificate: Certificate,
  issuer: Certificate,
): Date | null {
  if (kind === "crl") return findRevocation(parseCrl(der), certificate.serialHex)?.revokedAt ?? null;
  const single = parseOcspResponse(der).singles.find(
    ({ certId }) => certId.serialHex === certificate.serialHex && isIssuedBy(certId, issuer),
  );
  return single?.status.kind === "revoked" ? single.status.revokedAt : null;
}

async function attempt<T>(faults: string[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    faults.push(error.message);
    return null;
  }
}
