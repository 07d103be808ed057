import { printable } from "#lib/pdf/changes/change.ts";
import type { History } from "#lib/pdf/changes.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import type { PathStatus } from "#lib/pki/core/validation/judge.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import type { TimestampReport } from "#lib/pki/core/validation/validate-timestamps.ts";
import { type CheckedSignature, claimedAtOf } from "./check-signatures.ts";
import type {
  AnchorView,
  CertificateView,
  FindingView,
  RevocationView,
  SignatureView,
  SignerView,
  TimestampView,
} from "./validation-report.ts";
import { type ChangesAfter, verdictOf } from "./verdict.ts";

/** One signature as plain values. @param number from 1. */
export function signatureView(
  history: History,
  checked: CheckedSignature,
  number: number,
  after: ChangesAfter,
): SignatureView {
  const { found, signature, timestamp, indication, subIndication, level, proof, findings } = checked;
  const { file } = history;
  const report = signature ?? timestamp;
  const signer = signature ? signature.signerCertificate : (timestamp?.authority ?? null);
  const text = (key: string) => {
    const value = file.text(found.dict.get(key));
    return value === undefined ? null : printable(value, 500);
  };
  const isValidTimestamp = timestamp?.indication === "TOTAL-PASSED";
  const by = proof?.by ?? (isValidTimestamp ? timestamp : null);
  return {
    number,
    kind: found.isTimestamp ? "timestamp" : found.isCertification ? "certification" : "signature",
    field: printable(found.field.name, 500),
    object: found.objectNumber === null ? null : `${found.objectNumber} 0`,
    subFilter: file.name(found.dict.get("SubFilter")) ?? null,
    verdict: verdictOf(checked, after),
    ...{ indication, subIndication, level },
    signer: signer && signerView(signer),
    identifiedBy: signature?.anchor && signer ? methodsIn(signer) : null,
    claims: {
      ...{ name: text("Name"), reason: text("Reason"), location: text("Location") },
      at: isoOf(claimedAtOf(history, found)),
    },
    time: {
      provenAt: isoOf(by?.generatedAt),
      proof: proof?.kind ?? null,
      authority: by?.authority ? nameOf(by.authority) : null,
    },
    coverage: {
      byteRange: found.byteRange,
      revision: found.revision === null ? null : found.revision + 1,
      isWholeFile: found.coversWholeFile,
      changesAfter: after,
    },
    permits: {
      level: found.permission.level,
      locks: found.locks.map(({ action, fields }) => ({
        action,
        fields: fields.map((name) => printable(name)),
      })),
    },
    path: (report?.path ?? []).map(certificateView),
    trustAnchor: report?.anchor ? anchorName(report.anchor) : null,
    revocation: (report?.statuses ?? []).map(revocationView),
    timestamps: (signature?.signatureTimestamps ?? []).map(timestampView),
    findings: findings.map(findingView),
  };
}

export const anchorName = ({ subject, certificate, listing }: TrustAnchor): AnchorView => ({
  subject: printable(subject.text, 500),
  sha256: certificate?.sha256 ?? null,
  listing: listing
    ? {
        ...{ list: listing.list, service: listing.service, provider: listing.provider },
        grantedFrom: isoOf(listing.grantedFrom),
        grantedUntil: isoOf(listing.grantedUntil),
      }
    : null,
});

const certificateView = (certificate: Certificate): CertificateView => ({
  subject: printable(certificate.subject.text, 500),
  issuer: printable(certificate.issuer.text, 500),
  serial: certificate.serialHex,
  sha256: certificate.sha256,
  notBefore: certificate.notBefore.toISOString(),
  notAfter: certificate.notAfter.toISOString(),
});

function signerView(certificate: Certificate): SignerView {
  const part = (attribute: string) =>
    certificate.subject.parts.findLast((one) => one.attribute === attribute)?.value ?? null;
  const organization = part("O");
  const email =
    certificate.alternativeNames.find(({ kind }) => kind === "email")?.value ?? part("emailAddress");
  return {
    name: nameOf(certificate),
    organization: organization === null ? null : printable(organization),
    email: email === null ? null : printable(email),
    ...certificateView(certificate),
  };
}

const METHODS = new Map(Object.entries(AUTHENTICATION_POLICIES).map(([method, policy]) => [policy, method]));

/** What its authority says of how its holder was identified; another authority's words mean nothing to us. */
function methodsIn({ policies }: Certificate): readonly string[] | null {
  const methods = policies.flatMap((policy) => METHODS.get(policy as never) ?? []);
  return methods.length > 0 ? methods : null;
}

function nameOf({ subject }: Certificate): string {
  const common = subject.parts.findLast(({ attribute }) => attribute === "CN")?.value;
  return printable(common ?? subject.text);
}

function revocationView({ certificate, proof, isExempt }: PathStatus): RevocationView {
  return {
    subject: nameOf(certificate),
    status: proof ? (proof.isRevoked ? "revoked" : "good") : isExempt ? "not-needed" : "unknown",
    source: proof?.source ?? null,
    issuedAt: isoOf(proof?.thisUpdate),
    nextUpdateAt: isoOf(proof?.nextUpdate),
    revokedAt: isoOf(proof?.revokedAt),
    reason: proof?.reason ?? null,
    isInFile: proof?.position != null,
  };
}

const timestampView = (report: TimestampReport): TimestampView => ({
  indication: report.indication,
  subIndication: report.subIndication,
  at: isoOf(report.generatedAt),
  authority: report.authority ? nameOf(report.authority) : null,
  trustAnchor: report.anchor ? anchorName(report.anchor) : null,
  findings: report.findings.map(findingView),
});

const findingView = ({ severity, code, message }: FindingView): FindingView => ({
  severity,
  code,
  message: printable(message, 500),
});

const isoOf = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;
