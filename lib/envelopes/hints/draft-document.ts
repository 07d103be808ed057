import { z } from "zod";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import { envelopesError } from "../errors.ts";
import { loadDocument, loadEnvelope, loadRevisions } from "../store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});
export type DraftDocumentInput = z.input<typeof Input>;

/** Of a long document: it is read page by page. */
export const READING_LIMITS = { timeoutMs: 60_000 };

/**
 * A document of a draft, for whoever may change the draft, with the file as it was uploaded and the pages as they are shown.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function draftDocument(ctx: Context, input: DraftDocumentInput) {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const document = await loadDocument(ctx, documentId);
    if (document.envelopeId !== envelopeId)
      throw envelopesError("document-not-found", `document ${documentId}`);
    const [original] = await loadRevisions(ctx, [documentId]);
    const pages = document.pages.map(displayedSize).map(({ widthPt, heightPt }) => ({ widthPt, heightPt }));
    return { document, original: original!, pages };
  });
}
