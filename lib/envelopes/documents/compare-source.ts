import { z } from "zod";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import type { FileHandle } from "#lib/ports/files.ts";
import { type Unlikeness, unlikeness } from "../core/documents/source-likeness.ts";
import { officeKindOf } from "../core/documents/upload-kind.ts";
import { envelopesError } from "../errors.ts";
import { loadDocument, loadEnvelope, loadRevisions, loadSources } from "../store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});

/**
 * In what the PDF of a draft differs from the office document it was made of, as that says of itself.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function compareSource(ctx: Context, input: z.input<typeof Input>): Promise<Unlikeness> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Input.parse(input);
  const { source, original } = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const document = await loadDocument(ctx, documentId);
    const [source] = await loadSources(ctx, [documentId]);
    const [original] = await loadRevisions(ctx, [documentId]);
    if (document.envelopeId !== envelopeId || !source || !original)
      throw envelopesError("document-not-found", `document ${documentId}`);
    return { source, original: { fileKey: original.fileKey, pages: document.pages.length } };
  });
  const kind = officeKindOf(source.mediaType);
  if (!kind) throw envelopesError("document-not-found", `${source.mediaType} was no office document`);
  const { files, sandbox } = ctx.runtime;
  const [came, made] = [await files.handle(source.fileKey), await files.handle(original.fileKey)];
  const open = ({ key, path, dataKey }: FileHandle): FileHandle => ({ key, path, dataKey });
  try {
    const { facts } = await sandbox.run("checkOffice", { file: open(came), kind });
    const fonts = await sandbox.run("pdfFonts", { file: open(made) });
    return unlikeness(facts, { pages: original.pages, fonts });
  } finally {
    await Promise.all([came.release(), made.release()]);
  }
}
