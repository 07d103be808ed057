import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { publicId } from "#lib/ids.ts";
import {
  type CertificateListItem,
  type CertificateSearch,
  eachCertificate,
} from "#lib/pki/search-certificates.ts";
import type { Download } from "./download.ts";

const COLUMNS = [
  ...["certificate", "kind", "status", "subject", "issuer", "serial", "sha256"],
  ...["valid_from", "valid_until", "revoked_at", "envelope", "envelope_title"],
];
/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Everything a search of the index finds, as CSV that is written while it is read, and records that.
 *
 * @throws authorize/not-allowed; identity/reason-required
 */
export async function downloadCertificateIndex(ctx: Context, input: CertificateSearch): Promise<Download> {
  requirePermission(ctx, "certificate.read");
  requirePermission(ctx, "evidence.download");
  const fileName = `certificates ${ctx.now().toISOString().slice(0, 10)}.csv`;
  const { search = "", kind = null, status = null, endsFrom = null, endsBy = null } = input;
  await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    await appendEvent(ctx, {
      type: "evidence.downloaded",
      envelopeId: null,
      data: {
        ...{ kind: "certificate-index", file: fileName, reason },
        query: { search: personal(search), kind, status, endsFrom, endsBy },
      },
    });
  });
  const batches = eachCertificate(ctx, input);
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine(COLUMNS)));
    },
    async pull(controller) {
      const next = await batches.next();
      if (next.done) controller.close();
      else controller.enqueue(fromUtf8(next.value.map(lineOf).join("")));
    },
    cancel: () => void batches.return(undefined),
  });
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}

function lineOf({ id, kind, status, subject, issuer, serial, sha256, ...item }: CertificateListItem): string {
  const { notBefore, notAfter, revokedAt, envelope } = item;
  return csvLine([
    ...[publicId("certificate", id), kind, status, subject, issuer, serial, sha256],
    ...[notBefore.toISOString(), notAfter.toISOString(), revokedAt?.toISOString() ?? ""],
    ...[envelope ? publicId("envelope", envelope.id) : "", envelope?.title ?? ""],
  ]);
}
