import { requireOwn, requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { BulkSource, SourceDocument } from "../core/bulk/bulk-source.ts";
import { envelopesError } from "../errors.ts";
import {
  asDrafted,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadRecipients,
  loadRevisions,
} from "../store.ts";

export type SourceKind = BulkSource["kind"];

/** Who can give what is sent in bulk, by kind. Each checks that the member may use it. */
const SOURCES: Readonly<Record<SourceKind, (ctx: Context, id: string) => Promise<BulkSource>>> = {
  draft: draftSource,
  template: async (_, id) => {
    throw envelopesError("bulk-source-not-ready", `template ${id}`);
  },
};

/** What would be sent, as it is now. Part of a verb. @throws envelopes/not-found, not-a-draft */
export const loadSource = (ctx: Context, kind: SourceKind, id: string): Promise<BulkSource> =>
  SOURCES[kind](ctx, id);

async function draftSource(ctx: Context, id: string): Promise<BulkSource> {
  const member = requirePermission(ctx, "bulk.send");
  const envelope = await loadEnvelope(ctx, id as EnvelopeId);
  requireOwn(member, envelope.ownerId, "envelope.manage-all");
  if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
  const documents = await loadDocuments(ctx, envelope.id);
  const originals = await loadRevisions(
    ctx,
    documents.map(({ id }) => id),
  );
  const recipients = await loadRecipients(ctx, envelope.id);
  const fields = await loadFields(ctx, envelope.id);
  const { title, message, order, consentMode, asksForEveryPage, level } = envelope;
  return {
    ...{ kind: "draft", id: envelope.id, level },
    content: {
      ...{ title, message, order, consentMode, asksForEveryPage, rules: [...envelope.rules] },
      recipients: recipients.map(asDrafted),
      fields: fields.map(({ organizationId: _, envelopeId: __, ...field }) => field),
    },
    documents: documents.map((document): SourceDocument => {
      const original = originals.find(
        ({ documentId, number }) => documentId === document.id && number === 0,
      )!;
      const { id, name, pages, changes, flattensSignatures, previewKey, previewSha256 } = document;
      return {
        ...{ id, name, pages, changes, flattensSignatures },
        original: { fileKey: original.fileKey, sha256: original.sha256, sizeBytes: original.sizeBytes },
        preview: { fileKey: previewKey, sha256: previewSha256, sizeBytes: 0 },
      };
    }),
  };
}
