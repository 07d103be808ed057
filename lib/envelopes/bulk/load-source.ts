import { requireOwn, requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, TemplateId } from "#lib/ids.ts";
import { findChosenClass, findClassInUse } from "../authentication/policy-store.ts";
import type { BulkSource, SourceDocument } from "../core/bulk/bulk-source.ts";
import { wordsOf } from "../core/draft.ts";
import { readTemplate } from "../core/templates/template-content.ts";
import { envelopesError } from "../errors.ts";
import {
  asDrafted,
  type DocumentRow,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadRecipients,
  loadRevisions,
  type RevisionRow,
} from "../store.ts";
import { requireUsable } from "../templates/template-access.ts";
import { loadTemplate, loadVersion } from "../templates/template-store.ts";
import { templateFiles } from "../templates/use-template.ts";

export type SourceKind = BulkSource["kind"];

/** Who can give what is sent in bulk, by kind. Each checks that the member may use it. */
const SOURCES: Readonly<Record<SourceKind, (ctx: Context, id: string) => Promise<BulkSource>>> = {
  draft: draftSource,
  template: templateSource,
};

/** What would be sent, as it is now. Part of a verb. @throws envelopes/not-found, not-a-draft, template-not-found, template-retired, not-published */
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
  const { templateId, templateVersion } = envelope;
  return {
    ...{ kind: "draft", id: envelope.id, envelopeId: envelope.id, level: envelope.level },
    template: templateId && { id: templateId, version: templateVersion },
    chosenClass: await findChosenClass(ctx, envelope.id),
    counselConfirmation: envelope.counselConfirmation,
    content: {
      ...wordsOf(envelope),
      rules: [...envelope.rules],
      recipients: recipients.map(asDrafted),
      fields: fields.map(({ organizationId: _, envelopeId: __, ...field }) => field),
    },
    documents: documents.map((document) =>
      asSource(
        document,
        originals.find(({ documentId, number }) => documentId === document.id && number === 0)!,
      ),
    ),
  };
}

/** The newest published version, as it was published. */
async function templateSource(ctx: Context, id: string): Promise<BulkSource> {
  requirePermission(ctx, "bulk.send");
  const member = requirePermission(ctx, "template.read");
  const template = await loadTemplate(ctx, id as TemplateId);
  await requireUsable(ctx, member, template);
  if (template.retiredAt) throw envelopesError("template-retired", `template ${id}`);
  const number = template.currentVersion;
  if (number === null) throw envelopesError("not-published", `template ${id}`);
  const published = readTemplate(await loadVersion(ctx, template.id, number));
  const { classId } = published;
  const chosenClass = classId ? await findClassInUse(ctx, classId) : null;
  if (classId && !chosenClass) throw envelopesError("class-not-found", `class ${classId}`);
  const files = await templateFiles(ctx, published);
  return {
    ...{ kind: "template", id: template.id, envelopeId: template.envelopeId },
    ...{ template: { id: template.id, version: number }, chosenClass },
    ...{ level: ctx.runtime.config.level, content: published.draft },
    documents: files.map(({ document, revision }) => asSource(document, revision)),
  };
}

function asSource(
  document: DocumentRow,
  { fileKey, sha256, sizeBytes }: Pick<RevisionRow, "fileKey" | "sha256" | "sizeBytes">,
): SourceDocument {
  const { id, name, pages, changes, flattensSignatures, holdsHealth, previewKey, previewSha256 } = document;
  const { keepsSignatures, earlierSignatures } = document;
  return {
    ...{ id, name, pages, changes, flattensSignatures, holdsHealth, keepsSignatures, earlierSignatures },
    original: { fileKey, sha256, sizeBytes },
    preview: { fileKey: previewKey, sha256: previewSha256, sizeBytes: 0 },
  };
}
