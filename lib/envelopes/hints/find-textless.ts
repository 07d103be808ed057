import { z } from "zod";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import type { TextlessPages } from "../core/hints/hint.ts";
import { envelopesError } from "../errors.ts";
import { loadDocument, loadEnvelope } from "../store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});

/** Of a long document: it is read page by page. */
const LIMITS = { timeoutMs: 60_000 };

/**
 * Which pages of a draft's document are pictures without text: whoever uses a screen reader does not get what is on them
 * (WCAG 2.2, 1.1.1 and 1.4.5). Nothing is changed by asking.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function findTextless(ctx: Context, input: z.input<typeof Input>): Promise<TextlessPages> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Input.parse(input);
  const { files, sandbox } = ctx.runtime;
  const document = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const document = await loadDocument(ctx, documentId);
    if (document.envelopeId !== envelopeId)
      throw envelopesError("document-not-found", `document ${documentId}`);
    return document;
  });
  const preview = await files.handle(document.previewKey);
  try {
    const { key, path, dataKey } = preview;
    const pages = document.pages.map(displayedSize).map(({ widthPt, heightPt }) => ({ widthPt, heightPt }));
    return await sandbox.run("textlessPages", { preview: { key, path, dataKey }, pages }, LIMITS);
  } finally {
    await preview.release();
  }
}
