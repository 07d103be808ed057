import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { keptPage, PAGE_WIDTHS } from "./page-image.ts";
import { loadDocuments, loadRevisions } from "./store.ts";

/** Widths of phones, where waiting hurts most. */
const WIDTHS = PAGE_WIDTHS.slice(0, 2);

/** Draws what people see first before they come, so that nobody waits for it. */
export async function drawFirstPage(ctx: WorkerContext, input: { envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const [document, revision] = await inTransaction(ctx, async (ctx) => {
    const [first] = await loadDocuments(ctx, input.envelopeId);
    const revisions = first ? await loadRevisions(ctx, [first.id]) : [];
    return [first, revisions.at(-1)?.number ?? 0];
  });
  if (!document || revision < 1) return;
  for (const widthPx of WIDTHS)
    await keptPage(ctx, document, { documentId: document.id, revision, page: 0, widthPx });
}
