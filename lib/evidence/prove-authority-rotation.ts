import type { SealProof } from "#db/schema/keys.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { recordAuthorityProof, switchedAuthority } from "#lib/pki/get-authority-rotations.ts";
import { anchorAbove } from "./core/anchor-above.ts";
import { loadRevisions, loadSealedBefore } from "./store.ts";
import { validateRevisions } from "./validate-revisions.ts";

const AT_MOST = 5;

/** Shows, after an authority was exchanged, that what was sealed before still validates: the newest documents. */
export async function proveAuthorityRotation(
  ctx: WorkerContext,
  input: { readonly rotationId: string },
): Promise<void> {
  requireSystem(ctx);
  const { rotationId } = input;
  const switchedAt = await switchedAuthority(ctx, rotationId);
  if (!switchedAt) return;
  const sealed = await inTransaction(ctx, (ctx) => loadSealedBefore(ctx, switchedAt, AT_MOST));
  const documents: SealProof["documents"][number][] = [];
  for (const { documentId, name, envelopeId, shortId, certificate } of sealed) {
    const revisions = await inTransaction(ctx, (ctx) => loadRevisions(ctx, [documentId]));
    const parts = revisions.filter(({ number }) => number >= 1);
    const { verdict } = await validateRevisions(ctx, parts, name, anchorAbove(certificate));
    // With another's time-stamps its anchor is the reader's to trust, and we cannot tell.
    const isOpen = ctx.runtime.config.tsaUrl !== null && verdict === "indeterminate";
    documents.push({ envelopeId, shortId, name, isGood: verdict === "passed" || isOpen });
  }
  await recordAuthorityProof(ctx, rotationId, { checkedAt: ctx.now().toISOString(), documents });
}
