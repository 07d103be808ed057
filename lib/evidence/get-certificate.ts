import { hasPermission, requireGrant, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId, DocumentId, EnvelopeId } from "#lib/ids.ts";
import { parseCertificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { type CertificateView, viewCertificate } from "#lib/pki/core/view/certificate-view.ts";
import { type ChainView, viewChain } from "#lib/pki/core/view/inspect.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import { loadCapture } from "./capture/store.ts";
import { type CertificateRecord, loadCertificate, loadSigned, type SignedRow } from "./certificates-store.ts";
import { inspectionTerms } from "./inspect-certificates.ts";

/** A certificate of the organization's index, with everything known of it. */
export interface CertificateDetails {
  readonly id: CertificateId;
  readonly kind: "signer" | "seal";
  readonly view: CertificateView;
  readonly chain: ChainView;
  /** What it was issued for; null for a seal. */
  readonly envelope: { readonly id: EnvelopeId; readonly title: string } | null;
  /** What its key signed, as far as this member may see it. */
  readonly signed: readonly SignedDocument[];
  /** Whether it was captured at completion, and why; null for a seal and before. */
  readonly capture: {
    readonly isCaptured: boolean;
    readonly ruleName: string | null;
    readonly reason: string | null;
    readonly at: Date;
  } | null;
  readonly may: { readonly download: boolean };
}

export interface SignedDocument {
  readonly signatureId: string;
  readonly documentId: DocumentId;
  readonly documentName: string;
  readonly envelopeId: EnvelopeId;
  readonly envelopeTitle: string;
  readonly revision: number;
  readonly kind: string;
  /** Of the document with this signature in it. */
  readonly sha256: string;
  readonly signedAt: Date;
}

/**
 * One certificate of the index. Whoever sees an envelope sees its signers' certificates; seals are everybody's.
 *
 * @throws evidence/not-found; authorize/not-allowed
 */
export async function getCertificate(
  ctx: Context,
  input: { readonly certificateId: CertificateId },
): Promise<CertificateDetails> {
  const member = requirePermission(ctx, "envelope.read");
  const { record, rows, capture } = await inTransaction(ctx, async (ctx) => {
    const record = await loadCertificate(ctx, input.certificateId);
    requireReader(ctx, record);
    const capture = await loadCapture(ctx, input.certificateId);
    return { record, rows: await loadSigned(ctx, input.certificateId), capture };
  });
  return {
    ...(await detailsOf(ctx, record, rows)),
    capture: capture && {
      ...{ isCaptured: capture.isCaptured, ruleName: capture.ruleName },
      ...{ reason: capture.reason, at: capture.at },
    },
    may: { download: hasPermission(member, "evidence.download") },
  };
}

/** @throws authorize/not-allowed, not-in-scope */
export function requireReader(ctx: Context, { envelope }: CertificateRecord): void {
  const actor = requireGrant(ctx, "envelope.read", "certificates:read");
  if (envelope && actor.kind === "member") requireOwn(actor, envelope.ownerId, "envelope.read-all");
}

/** What the page shows and the JSON file says. A seal signs for everybody: each member sees what is theirs to see. */
export async function detailsOf(
  ctx: Context,
  record: CertificateRecord,
  rows: readonly SignedRow[],
): Promise<Omit<CertificateDetails, "may" | "capture">> {
  const actor = requireGrant(ctx, "envelope.read", "certificates:read");
  const seesAll = actor.kind === "api-key" || hasPermission(actor, "envelope.read-all");
  const signed = rows.filter(({ ownerId }) => seesAll || ownerId === actor.memberId);
  const { certificate: row, envelope, revokedAt, reason } = record;
  const certificate = parseCertificate(row.der);
  const terms = await inspectionTerms(ctx);
  const above = readableCertificates(await certificatesAbove(ctx.runtime, row));
  const revocation = row.authorityId === null ? null : { revokedAt, reason };
  return {
    id: row.id,
    kind: row.kind,
    view: viewCertificate({ ...terms, certificate, heap: above, revocation, isSigner: true }),
    chain: viewChain(certificate, above, terms),
    envelope: envelope ? { id: envelope.id, title: envelope.title } : null,
    signed: signed.map(({ ownerId: _, sizeBytes: __, ...one }) => one),
  };
}
