import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { sameName } from "#lib/pki/core/asn1/names.ts";
import { type Certificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import type { Cms } from "#lib/pki/core/cms/parse-cms.ts";
import { type Finding, failure } from "#lib/pki/core/findings.ts";
import { verifySigned } from "#lib/pki/core/signed.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";

const MAX_CHECKED = 500;

/**
 * Looks at the certificates that travel beside signatures. No signature protects them, so a changed one is no proof
 * of a changed document, but a sign that somebody was at it.
 *
 * @param known certificates from elsewhere in the file.
 * @returns a check for each CMS; `verified` are fingerprints of certificates whose path was confirmed.
 */
export function certificateWatch(known: readonly Certificate[], anchors: readonly TrustAnchor[]) {
  const problems = new Map<string, string | null>();
  const problemOf = (certificate: Certificate): string | null => {
    const cached = problems.get(certificate.sha256);
    if (cached !== undefined || problems.size >= MAX_CHECKED) return cached ?? null;
    const problem = findProblem(certificate, known, anchors);
    problems.set(certificate.sha256, problem);
    return problem;
  };
  const parsed = new Map(known.map((certificate) => [certificate.sha256, certificate]));
  const certificateOf = (der: Uint8Array): Certificate[] => {
    const present = parsed.get(toHex(sha256(der)));
    return present ? [present] : readableCertificates([der]);
  };
  return (cms: Cms, verified: ReadonlySet<string>): Finding[] => {
    const read = cms.certificates.flatMap(certificateOf);
    const others = read.filter(({ sha256 }) => !verified.has(sha256));
    const messages = others.flatMap((certificate) => problemOf(certificate) ?? []);
    if (read.length < cms.certificates.length)
      messages.push("a certificate beside the signature cannot be read");
    return [...new Set(messages)].map((message) => failure("certificate-damaged", message));
  };
}

function findProblem(
  certificate: Certificate,
  known: readonly Certificate[],
  anchors: readonly TrustAnchor[],
): string | null {
  const issuers = [...anchors, ...known].filter(({ subject }) => sameName(subject, certificate.issuer));
  if (issuers.some(({ publicKey }) => verifySigned(certificate, publicKey).isValid)) return null;
  const isTwin = (other: Certificate) =>
    other.sha256 !== certificate.sha256 &&
    other.serialHex === certificate.serialHex &&
    (sameName(other.subject, certificate.subject) || equalBytes(other.publicKey, certificate.publicKey));
  const isMeant = (issuer: TrustAnchor | Certificate) => {
    const keyId = "subjectKeyId" in issuer ? issuer.subjectKeyId : issuer.certificate?.subjectKeyId;
    const isSelfSigned = equalBytes(issuer.publicKey, certificate.publicKey);
    return isSelfSigned || (keyId != null && keyId === certificate.authorityKeyId);
  };
  const trusted = anchors.flatMap((anchor) => anchor.certificate ?? []);
  return [...trusted, ...known].some(isTwin) || issuers.some(isMeant)
    ? "a certificate beside the signature is not what its issuer signed"
    : null;
}
