import { z } from "zod";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import type { PageHints } from "../core/hints/hint.ts";
import { envelopesError } from "../errors.ts";
import { loadDocument, loadEnvelope, loadRevisions } from "../store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});

/** Of a long document: it is read page by page. */
const LIMITS = { timeoutMs: 60_000 };

/**
 * Where a document of a draft says, or looks as if, fields belong: its own form, tags in its text, lines and boxes.
 * Nothing is changed by asking.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function findHints(ctx: Context, input: z.input<typeof Input>): Promise<PageHints> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Input.parse(input);
  const { files, sandbox } = ctx.runtime;
  const found = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const document = await loadDocument(ctx, documentId);
    if (document.envelopeId !== envelopeId)
      throw envelopesError("document-not-found", `document ${documentId}`);
    const [original] = await loadRevisions(ctx, [documentId]);
    return { document, original: original! };
  });
  const { document, original } = found;
  const handles = await Promise.all([document.previewKey, original.fileKey].map((key) => files.handle(key)));
  try {
    const [preview, upload] = handles.map(({ key, path, dataKey }) => ({ key, path, dataKey }));
    const pages = document.pages.map(displayedSize).map(({ widthPt, heightPt }) => ({ widthPt, heightPt }));
    return await sandbox.run("fieldHints", { preview: preview!, original: upload!, pages }, LIMITS);
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}
