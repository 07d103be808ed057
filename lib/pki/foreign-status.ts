import { isRefusal } from "#lib/errors.ts";
import type { Runtime } from "#lib/runtime.ts";
import type { Certificate } from "./core/certificates/certificate.ts";
import { findRevocation, isInScope, parseCrl, verifyCrl } from "./core/revocation/crl.ts";
import { certIdOf, createOcspRequest, isIssuedBy } from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { repeatsNonce, verifyOcspResponse } from "./core/revocation/verify-ocsp.ts";
import { pkiError } from "./errors.ts";

const LIMIT_BYTES = 16 * 1024 * 1024;

/** How far another's clock may be ahead of ours, and how long an answer holds that names no end. */
const LEEWAY_MS = 5 * 60_000;

export type ForeignStatus = { readonly kind: "crl" | "ocsp"; readonly der: Uint8Array };

interface Dates {
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
}

/** With where it was found and how long its authority stands by it. */
export type DatedStatus = ForeignStatus & Dates & { readonly url: string };
type Dated = DatedStatus;
type Asking = Pick<Runtime, "web" | "random" | "now">;

/**
 * Asks another's authority for the status of a certificate it issued, at the addresses the certificate names. What
 * holds is current, speaks of this certificate and, where it repeats a nonce, repeats ours: over plain http anybody
 * can hand out what was true once.
 *
 * @param since what was said before that is taken only when nobody says anything newer.
 * @throws pki/status-unavailable when nobody answers with something that holds
 * @see RFC 5280 §6.3.3, RFC 6960 §3.2
 */
export async function fetchStatus(
  runtime: Pick<Runtime, "web" | "random" | "now">,
  certificate: Certificate,
  issuer: Certificate,
  since = new Date(0),
): Promise<DatedStatus> {
  const faults: string[] = [];
  const questions = [
    ...certificate.crlUrls.map((url) => () => askForList(runtime, url, certificate, issuer)),
    ...certificate.ocspUrls.map((url) => () => askResponder(runtime, url, certificate, issuer)),
  ];
  let newest: Dated | null = null;
  for (const question of questions) {
    const found = await attempt(faults, question);
    if (!found) continue;
    if (found.thisUpdate >= since) return found;
    if (!newest || found.thisUpdate > newest.thisUpdate) newest = found;
  }
  if (newest) return newest;
  throw pkiError(
    "status-unavailable",
    `${certificate.subject.text}: ${faults.join("; ") || "it names no address that answers"}`,
  );
}

const refused = (url: string, why: string | null | undefined) =>
  pkiError("status-unavailable", `${url}: ${why ?? "does not hold"}`);

async function askForList(
  { web, now }: Asking,
  url: string,
  certificate: Certificate,
  issuer: Certificate,
): Promise<Dated> {
  const der = await web.fetch(url, { limitBytes: LIMIT_BYTES });
  const crl = parseCrl(der);
  const check = verifyCrl(crl, issuer);
  if (!check.isValid) throw refused(url, check.reason);
  if (!isInScope(crl, certificate)) throw refused(url, "speaks of other certificates");
  requireCurrent(url, crl, now());
  return { kind: "crl", der, url, thisUpdate: crl.thisUpdate, nextUpdate: crl.nextUpdate };
}

async function askResponder(
  { web, now, random }: Asking,
  url: string,
  certificate: Certificate,
  issuer: Certificate,
): Promise<Dated> {
  const nonce = random(16);
  const body = createOcspRequest(certIdOf(certificate, issuer), nonce);
  const contentType = "application/ocsp-request";
  const der = await web.fetch(url, { limitBytes: LIMIT_BYTES, body, contentType });
  const response = parseOcspResponse(der);
  const check = verifyOcspResponse(response, certificate, issuer);
  if (!check.isValid) throw refused(url, check.reason);
  if (check.single.status.kind === "unknown") throw refused(url, "does not know the certificate");
  // RFC 5019 §2.2.1: responders that sign in advance repeat none; then only the dates speak for the answer.
  if (response.nonce && !repeatsNonce(response, nonce)) throw refused(url, "answers another question");
  requireCurrent(url, check.single, now());
  const { thisUpdate, nextUpdate } = check.single;
  return { kind: "ocsp", der, url, thisUpdate, nextUpdate };
}

/** @throws pki/status-unavailable for what is out of date, or dated ahead. */
function requireCurrent(url: string, { thisUpdate, nextUpdate }: Dates, now: Date): void {
  const until = nextUpdate ?? new Date(thisUpdate.getTime() + LEEWAY_MS);
  if (thisUpdate.getTime() > now.getTime() + LEEWAY_MS || until < now)
    throw refused(url, `holds from ${thisUpdate.toISOString()} to ${until.toISOString()}`);
}

/** Since when a certificate is revoked by what its authority said; null while it is not. @throws pki/malformed */
export const revokedSince = (
  status: ForeignStatus,
  certificate: Certificate,
  issuer: Certificate,
): Date | null => revocationIn(status, certificate, issuer)?.revokedAt ?? null;

/** Since when and why; null while it is not revoked. @throws pki/malformed */
export function revocationIn(
  { kind, der }: ForeignStatus,
  certificate: Certificate,
  issuer: Certificate,
): { readonly revokedAt: Date; readonly reason: string } | null {
  if (kind === "crl") return findRevocation(parseCrl(der), certificate.serialHex);
  const single = parseOcspResponse(der).singles.find(
    ({ certId }) => certId.serialHex === certificate.serialHex && isIssuedBy(certId, issuer),
  );
  return single?.status.kind === "revoked" ? single.status : null;
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
