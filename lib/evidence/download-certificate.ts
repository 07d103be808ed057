import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireGrant } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import type { CertificateId } from "#lib/ids.ts";
import { type CertificateForm, certificateBytes, FORM_FACTS } from "./certificate-file.ts";
import { type CertificateRecord, loadCertificate } from "./certificates-store.ts";
import { fileNameFor } from "./core/file-name.ts";
import type { Download } from "./download.ts";
import { requireReader } from "./get-certificate.ts";

/**
 * Gives a certificate of the index in one form, and records that: in the chain of its envelope, a seal's in the
 * organization's.
 *
 * @throws evidence/not-found, reason-required; authorize/not-allowed
 */
export async function downloadCertificate(
  ctx: Context,
  input: { readonly certificateId: CertificateId; readonly form: CertificateForm },
): Promise<Download> {
  requireGrant(ctx, "evidence.download", "certificates:read");
  const { certificateId, form } = input;
  const record = await inTransaction(ctx, (ctx) => loadCertificate(ctx, certificateId));
  requireReader(ctx, record);
  const envelopeId = record.envelope?.id ?? null;
  const bytes = await certificateBytes(ctx, record, form);
  return inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "download", envelopeId);
    const { ending, type } = FORM_FACTS[form];
    const fileName = certificateFileName(record, ending);
    await appendEvent(ctx, {
      type: "evidence.downloaded",
      envelopeId,
      data: { kind: "certificate", file: personal(fileName), certificate: certificateId, reason },
    });
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>;
    return { fileName, contentType: type, sizeBytes: bytes.length, bytes: stream };
  });
}

/** What a certificate's file is named by. */
export interface NamedCertificate {
  readonly certificate: Pick<CertificateRecord["certificate"], "serial" | "createdAt">;
  readonly organization: Pick<CertificateRecord["organization"], "name" | "settings">;
  /** Null for a seal's. */
  readonly envelope: Pick<NonNullable<CertificateRecord["envelope"]>, "title" | "shortId"> | null;
  readonly signerName: string | null;
}

/** By the organization's pattern and from what never changes: the same certificate always has the same name. */
export function certificateFileName(named: NamedCertificate, ending: string): string {
  const { certificate, organization, envelope, signerName } = named;
  const parts = {
    title: envelope?.title || organization.name,
    envelope: envelope?.shortId ?? "",
    kind: "certificate",
    name: signerName ?? `${organization.name} seal`,
    serial: certificate.serial,
    date: certificate.createdAt.toISOString().slice(0, 10),
  };
  return fileNameFor(organization.settings.fileNamePattern, parts, ending);
}
