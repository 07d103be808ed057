import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { dayWords } from "#lib/pki/core/view/day-words.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";

export type CertificateStatus = "valid" | "expired" | "not-yet-valid" | "revoked";

/** What whoever keeps the list says. */
export interface Revocation {
  /** Null when it is not revoked. */
  readonly revokedAt: Date | null;
  readonly reason: string | null;
}

/** The plain top line. */
export interface Headline {
  readonly who: string;
  readonly issuedBy: string;
  readonly purpose: string;
  readonly validUntil: string;
  readonly status: CertificateStatus;
  readonly revokedAt: string | null;
  /** Issued by an authority of this installation. */
  readonly isOurs: boolean;
  /** The whole in one or two sentences. */
  readonly words: string;
}

interface HeadlineRequest {
  readonly certificate: Certificate;
  readonly at: Date;
  readonly revocation: Revocation | null;
  readonly isOurs: boolean;
}

/** Who, issued by whom, for what, until when, and whether it counts now. */
export function headlineOf({ certificate, at, revocation, isOurs }: HeadlineRequest): Headline {
  const { subject, issuer, notAfter } = certificate;
  const status = statusAt(certificate, at, revocation);
  const [who, issuedBy, purpose] = [shortName(subject), shortName(issuer), purposeOf(certificate)];
  const by = certificate.isSelfIssued ? "itself" : issuedBy;
  const until = `${status === "expired" ? "expired on" : "valid until"} ${dayWords(notAfter)}`;
  return {
    ...{ who, issuedBy, purpose, status, isOurs },
    validUntil: notAfter.toISOString(),
    revokedAt: revocation?.revokedAt?.toISOString() ?? null,
    words: [
      `Issued to ${who} by ${by} for ${purpose}, ${until}.`,
      ...(status === "not-yet-valid" ? [`It counts from ${dayWords(certificate.notBefore)}.`] : []),
      revocationWords(revocation),
      isOurs ? "It is one of ours." : "It is not one of ours.",
    ].join(" "),
  };
}

function statusAt(
  { notBefore, notAfter }: Certificate,
  at: Date,
  revocation: Revocation | null,
): CertificateStatus {
  if (revocation?.revokedAt) return "revoked";
  if (at < notBefore) return "not-yet-valid";
  return at > notAfter ? "expired" : "valid";
}

function revocationWords(revocation: Revocation | null): string {
  if (revocation === null) return "Whether it was revoked was not asked.";
  if (revocation.revokedAt === null) return "It was not revoked.";
  return `It was revoked on ${dayWords(revocation.revokedAt)}${revocation.reason ? ` (${revocation.reason})` : ""}.`;
}

/** By what it is made for first, then by what it allows. */
export function purposeOf({ basicConstraints, extendedKeyUsage, keyUsage, policies }: Certificate): string {
  const purposes = extendedKeyUsage ?? [];
  const has = (...wanted: string[]) => wanted.some((id) => purposes.includes(id));
  if (basicConstraints?.isAuthority) return "issuing certificates";
  if (has(OID.timeStamping)) return "time-stamping";
  if (has(OID.ocspSigning)) return "answering about revocation";
  if (policies.includes(WHEREOF_OID.sealPolicy)) return "sealing documents";
  if (has(OID.documentSigning, OID.microsoftDocumentSigning, OID.adobeAuthenticDocuments))
    return "signing documents";
  if (has(OID.serverAuthentication)) return "web servers";
  if (has("1.3.6.1.5.5.7.3.3")) return "signing programs";
  if (has(OID.emailProtection)) return "protecting mail";
  if (has(OID.clientAuthentication)) return "signing in to servers";
  if (purposes.length > 0) return "other purposes than signing documents";
  if (keyUsage === null) return "any purpose";
  if (keyUsage.includes("contentCommitment")) return "signing documents";
  return keyUsage.includes("digitalSignature") ? "digital signatures" : "other purposes than signing";
}
