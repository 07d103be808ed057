import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { listPresented } from "#lib/signing/presented/list-presented.ts";
import { fileNameFor } from "../core/file-name.ts";
import type { Download } from "../download.ts";
import { evidenceError } from "../errors.ts";
import { loadRecord } from "../store.ts";

/**
 * Gives a certificate that a signer brought along with those that came with it, as PEM.
 *
 * @throws evidence/not-found; identity/reason-required
 */
export async function downloadPresented(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId; readonly presentedId: string },
): Promise<Download> {
  requirePermission(ctx, "evidence.download");
  const { envelopeId, presentedId } = input;
  const found = (await listPresented(ctx, { envelopeId })).find(({ id }) => id === presentedId);
  if (!found) throw evidenceError("not-found", `certificate ${presentedId}`);
  const bytes = fromUtf8(`${toPem(found.der)}${found.chainPem ?? ""}`);
  return inTransaction(ctx, async (ctx) => {
    const { envelope, organization } = await loadRecord(ctx, envelopeId);
    const parts = {
      ...{ title: envelope.title, envelope: envelope.shortId, kind: "brought certificate" },
      ...{ name: found.signer, serial: found.serial, date: found.at.toISOString().slice(0, 10) },
    };
    const fileName = fileNameFor(organization.settings.fileNamePattern, parts, ".pem");
    const reason = await requireReason(ctx, "download", envelopeId);
    const data = { kind: "brought-certificate", file: personal(fileName), certificate: found.id, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId, data });
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>;
    return { fileName, contentType: "application/x-pem-file", sizeBytes: bytes.length, bytes: stream };
  });
}
