import { z } from "zod";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { type FoundPlace, PageSearch } from "../core/documents/page-edits.ts";
import { envelopesError } from "../errors.ts";
import { loadDocument, loadEnvelope } from "../store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
  search: PageSearch,
});

/** Where words are on the pages of a draft's document, or what looks like an address or a number. Changes nothing. */
export async function searchDocument(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<readonly FoundPlace[]> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId, search } = Input.parse(input);
  const document = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const found = await loadDocument(ctx, documentId);
    if (found.envelopeId !== envelopeId) throw envelopesError("document-not-found", `document ${documentId}`);
    return found;
  });
  const handle = await ctx.runtime.files.handle(document.previewKey);
  const file = { key: handle.key, path: handle.path, dataKey: handle.dataKey };
  return ctx.runtime.sandbox
    .run("searchPages", { file, search }, { timeoutMs: 60_000 })
    .finally(() => handle.release());
}
