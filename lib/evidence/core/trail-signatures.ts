import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { CERTIFICATION_FIELD, SEAL_FIELD } from "#lib/signing/core/pdf-form.ts";
import type { CertificateFacts, TrailSignature } from "./audit-trail-facts.ts";
import type { RevocationView, SignatureView, ValidationReport } from "./validation/validation-report.ts";

/** A certificate as the audit trail prints it. @param der X.509 */
export function certificateFacts(der: Uint8Array): CertificateFacts {
  const { subject, issuer, serialHex, sha256, notBefore, notAfter } = parseCertificate(der);
  return { subject: subject.text, issuer: issuer.text, serial: serialHex, sha256, notBefore, notAfter };
}

/** What validation found of each signature of a document. */
export function signatureFacts(
  documentId: string,
  report: ValidationReport,
  revisions: readonly { readonly documentId: string; readonly number: number; readonly sizeBytes: number }[],
): TrailSignature[] {
  const own = revisions.filter((revision) => revision.documentId === documentId);
  return report.signatures.map((signature) => {
    const [, , from = 0, length = 0] = signature.coverage.byteRange ?? [];
    const bytes = from + length;
    return {
      documentId,
      field: signature.field,
      kind: kindOf(signature),
      by: signature.signer?.name ?? null,
      certificateSha256: signature.signer?.sha256 ?? null,
      timestampAt: signature.time.provenAt ? new Date(signature.time.provenAt) : null,
      covers: {
        revision: own.find(({ sizeBytes }) => sizeBytes === bytes)?.number ?? null,
        bytes,
        isWholeFile: signature.coverage.isWholeFile,
      },
      isIntact:
        signature.indication === "TOTAL-FAILED"
          ? false
          : signature.indication === "TOTAL-PASSED"
            ? true
            : null,
      // The first is the signer's own, those of its authorities follow.
      status: statusOf(signature.revocation[0]),
    };
  });
}

function kindOf({ kind, field }: SignatureView): TrailSignature["kind"] {
  if (kind === "timestamp") return "timestamp";
  if (field === CERTIFICATION_FIELD) return "certification";
  return field === SEAL_FIELD ? "seal" : "signature";
}

function statusOf(found: RevocationView | undefined): TrailSignature["status"] {
  if (!found?.source || !found.issuedAt || found.status === "not-needed") return null;
  return { result: found.status, source: found.source, at: new Date(found.issuedAt) };
}

/** Certificates above the signers', each once. */
export function authoritiesIn(reports: readonly ValidationReport[]): CertificateFacts[] {
  const found = new Map<string, CertificateFacts>();
  for (const { signatures } of reports) {
    for (const { path, kind } of signatures) {
      for (const certificate of kind === "timestamp" ? path : path.slice(1)) {
        if (!certificate.sha256 || found.has(certificate.sha256)) continue;
        const { subject, issuer, serial, sha256 } = certificate;
        const [notBefore, notAfter] = [new Date(certificate.notBefore), new Date(certificate.notAfter)];
        found.set(sha256, { subject, issuer, serial, sha256, notBefore, notAfter });
      }
    }
  }
  return [...found.values()];
}
