import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { handOverHidden } from "./add-document.ts";
import { requireUnlocked } from "./core/documents/page-plan.ts";
import { envelopesError } from "./errors.ts";
import { changeEnvelope, loadDocument, loadFields, lockChangeable, removeDocumentRow } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});

/** Takes a document and its fields out of a draft. @returns the draft's new version */
export async function removeDocument(ctx: Context, input: z.input<typeof Input>): Promise<number> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Input.parse(input);

  return inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const document = await loadDocument(ctx, documentId);
    if (document.envelopeId !== envelopeId)
      throw envelopesError("document-not-found", `document ${documentId}`);

    const fields = await loadFields(ctx, envelopeId);
    const others = fields.filter((field) => field.documentId !== documentId);
    requireUnlocked(fields, others, envelope.isTemplate);
    await handOverHidden(ctx, envelopeId, (id) => (id === documentId ? [] : [id]));
    await removeDocumentRow(ctx, documentId);
    await changeEnvelope(ctx, envelopeId, { version: envelope.version + 1 });
    await appendEvent(ctx, { type: "document.removed", envelopeId, data: { document: documentId } });
    return envelope.version + 1;
  });
}
