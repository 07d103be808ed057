import { toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { Weakness } from "#lib/pki/core/algorithms.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import type { SignatureCheck } from "#lib/pki/core/public-key.ts";
import {
  type Crl,
  findRevocation,
  type Issuing,
  isInScope,
  type Revocation,
  verifyCrl,
} from "#lib/pki/core/revocation/crl.ts";
import type { OcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import type { RevocationReason } from "#lib/pki/core/revocation/reasons.ts";
import { verifyOcspResponse } from "#lib/pki/core/revocation/verify-ocsp.ts";
import type { Evidence, Known } from "#lib/pki/core/validation/evidence.ts";

/** What one CRL or OCSP response, whose signature holds, says of one certificate. */
export interface StatusProof {
  readonly source: "crl" | "ocsp";
  /** Hexadecimal SHA-256 of the CRL or response. */
  readonly sha256: string;
  readonly isRevoked: boolean;
  /** The earlier of revocation and loss of the key; null when good. */
  readonly revokedAt: Date | null;
  readonly reason: RevocationReason | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Silence about certificates that expired after this instant still means good. */
  readonly keepsExpiredSince: Date | null;
  /** Where the document holds it, null when it does not. */
  readonly position: number | null;
  /** The delegated responder that signed; null when the issuer did. */
  readonly responder: Certificate | null;
  readonly weaknesses: readonly Weakness[];
}

/**
 * All that the evidence says of a certificate, in no order.
 *
 * @param issuer of `certificate`, already believed.
 */
export function statusProofs(certificate: Certificate, issuer: Issuing, evidence: Evidence): StatusProof[] {
  const responses = evidence.ocspResponses.flatMap((known) =>
    ocspProof(known, certificate, issuer, evidence),
  );
  return [...crlProofs(certificate, issuer, evidence), ...responses];
}

const crlProofs = (certificate: Certificate, issuer: Issuing, evidence: Evidence): StatusProof[] =>
  evidence.crls.flatMap((known) => crlProof(known, certificate, issuer, evidence));

function crlProof(
  { value: crl, position }: Known<Crl>,
  certificate: Certificate,
  issuer: Issuing,
  evidence: Evidence,
): StatusProof[] {
  const check = checkOf(crl, issuer, evidence);
  const revocation = check.isValid ? revocationIn(crl, certificate.serialHex) : "unreadable";
  if (revocation === "unreadable" || (revocation === null && !isInScope(crl, certificate))) return [];
  return [
    {
      source: "crl",
      sha256: crl.sha256,
      isRevoked: revocation !== null,
      revokedAt: revocation && earlier(revocation.revokedAt, revocation.invalidSince),
      reason: revocation?.reason ?? null,
      thisUpdate: crl.thisUpdate,
      nextUpdate: crl.nextUpdate,
      keepsExpiredSince: crl.keepsExpiredSince,
      position,
      responder: null,
      weaknesses: check.weaknesses,
    },
  ];
}

function checkOf(crl: Crl, issuer: Issuing, { crlChecks }: Evidence): SignatureCheck {
  const key = `${crl.sha256} ${toHex(issuer.publicKey)}`;
  const check = crlChecks.get(key) ?? verifyCrl(crl, issuer);
  crlChecks.set(key, check);
  return check;
}

function revocationIn(crl: Crl, serialHex: string): Revocation | null | "unreadable" {
  try {
    return findRevocation(crl, serialHex);
  } catch (error) {
    if (isRefusal(error)) return "unreadable";
    throw error;
  }
}

const earlier = (a: Date, b: Date | null): Date => (b && b < a ? b : a);

function ocspProof(
  { value: response, position }: Known<OcspResponse>,
  certificate: Certificate,
  issuer: Issuing,
  evidence: Evidence,
): StatusProof[] {
  // Cheap before dear: most responses of a document are about other certificates.
  if (!response.singles.some(({ certId }) => certId.serialHex === certificate.serialHex)) return [];
  const check = verifyOcspResponse(
    response,
    certificate,
    issuer,
    evidence.certificates.map(({ value }) => value),
  );
  if (!check.isValid || check.single.status.kind === "unknown") return [];
  if (check.responder && !isResponderGood(check.responder, issuer, response, evidence)) return [];
  const { status, thisUpdate, nextUpdate, archiveCutoff, invalidSince } = check.single;
  return [
    {
      source: "ocsp",
      sha256: response.sha256,
      isRevoked: status.kind === "revoked",
      revokedAt: status.kind === "revoked" ? earlier(status.revokedAt, invalidSince) : null,
      reason: status.kind === "revoked" ? status.reason : null,
      thisUpdate,
      nextUpdate,
      keepsExpiredSince: archiveCutoff,
      position,
      responder: check.responder,
      weaknesses: check.weaknesses,
    },
  ];
}

/**
 * RFC 6960 §4.2.2.2.1: without ocsp-nocheck, a responder has a status of its own, and here a CRL must tell
 * it.
 */
function isResponderGood(
  responder: Certificate,
  issuer: Issuing,
  response: OcspResponse,
  evidence: Evidence,
): boolean {
  if (responder.hasOcspNoCheck || responder.isWithoutRevocation) return true;
  const proofs = crlProofs(responder, issuer, evidence);
  const isRevoked = proofs.some(({ revokedAt }) => revokedAt !== null && revokedAt <= response.producedAt);
  return (
    !isRevoked &&
    proofs.some(({ thisUpdate, nextUpdate }) => (nextUpdate ?? thisUpdate) >= response.producedAt)
  );
}
