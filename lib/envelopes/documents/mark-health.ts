import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "../errors.ts";
import { changeDocument, changeEnvelope, loadDocument, lockChangeable } from "../store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
  holdsHealth: z.boolean(),
});

/**
 * Says that a document of a draft holds health data (PHI), or that it does not.
 *
 * @returns the draft's new version. @throws envelopes/not-a-draft, document-not-found
 */
export async function markHealth(ctx: Context, input: z.input<typeof Input>): Promise<number> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId, holdsHealth } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const document = await loadDocument(ctx, documentId);
    if (document.envelopeId !== envelopeId)
      throw envelopesError("document-not-found", `document ${documentId}`);
    await changeDocument(ctx, documentId, { holdsHealth });
    await changeEnvelope(ctx, envelopeId, { version: envelope.version + 1 });
    const data = { document: documentId, holdsHealth: holdsHealth ? "yes" : "no" };
    await appendEvent(ctx, { type: "document.marked", envelopeId, data });
    return envelope.version + 1;
  });
}
