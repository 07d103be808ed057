import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { uploadedBytes } from "#lib/signing/core/uploaded-bytes.ts";
import { earlierCertificate, recordProof } from "#lib/signing/get-rotation.ts";
import { anchorAbove } from "./core/anchor-above.ts";
import { verdictBesides } from "./core/validation/earlier-verdict.ts";
import { loadCertificateRow, loadRevisions, loadSealedWith } from "./store.ts";
import { validateRevisions } from "./validate-revisions.ts";

const AT_MOST = 5;

/**
 * Shows, after the organization's key was exchanged, that what was sealed with the earlier one still validates: the
 * newest documents.
 */
export async function proveEarlierSeals(
  ctx: WorkerContext,
  input: { readonly rotationId: string },
): Promise<void> {
  requireSystem(ctx);
  const { rotationId } = input;
  const certificateId = await earlierCertificate(ctx, rotationId);
  const sealed = certificateId
    ? await inTransaction(ctx, (ctx) => loadSealedWith(ctx, certificateId, AT_MOST))
    : [];
  const own = certificateId
    ? await inTransaction(ctx, (ctx) => loadCertificateRow(ctx, certificateId))
    : null;
  const anchors = own ? anchorAbove(own) : [];
  const documents = [];
  for (const { documentId, name, envelopeId, shortId, keepsSignatures } of sealed) {
    const revisions = await inTransaction(ctx, (ctx) => loadRevisions(ctx, [documentId]));
    const parts = revisions.filter(({ number }) => number >= 1);
    const report = await validateRevisions(ctx, parts, name, anchors);
    const verdict = verdictBesides(report, uploadedBytes({ id: documentId, keepsSignatures }, revisions));
    // With another's time-stamps its anchor is the reader's to trust, and we cannot tell.
    const isOpen = ctx.runtime.config.tsaUrl !== null && verdict === "indeterminate";
    documents.push({ envelopeId, shortId, name, isGood: verdict === "passed" || isOpen });
  }
  await recordProof(ctx, rotationId, { checkedAt: ctx.now().toISOString(), documents });
}
