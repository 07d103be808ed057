import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { handOverHidden } from "../add-document.ts";
import {
  becomesOf,
  movedFields,
  movesOf,
  PagePlan,
  requirePlan,
  requireUnlocked,
} from "../core/documents/page-plan.ts";
import { ENVELOPE_LIMITS } from "../core/draft.ts";
import { envelopesError } from "../errors.ts";
import {
  changeEnvelope,
  type DocumentRow,
  type EnvelopeRow,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadRevisions,
  loadSources,
  lockChangeable,
  moveFields,
  type NewDocument,
  placeDocuments,
  removeDocumentRow,
  saveDocument,
} from "../store.ts";
import { requireTouchable } from "./new-version.ts";
import { addedEvent, normalizedCopy, revisionOf } from "./take-upload.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** The version the sender's window started from. */
  version: z.number().int().min(0),
  plan: PagePlan,
});

const ARRANGED_BY = "Whereof, from some of its pages";

/**
 * Reorders, turns, leaves out, splits and joins pages of a draft's documents. Each document made this way is a new
 * one; what it was made from is kept, and fields stay on their pages.
 *
 * @throws envelopes/draft-changed, not-a-draft, document-not-found, page-not-found, field-locked, too-many-pages
 */
export async function arrangePages(ctx: Context, input: z.input<typeof Input>): Promise<ArrangedPages> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, version, plan } = Input.parse(input);
  const documents = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    requireDraft(envelope, version);
    return loadDocuments(ctx, envelopeId);
  });
  requirePlan(plan, documents);
  if (plan.length > Math.max(documents.length, ctx.runtime.config.limits.documents))
    throw envelopesError("too-many-documents", `${plan.length} documents`);
  const touched = plan.flatMap((part) => ("keeps" in part ? [] : part.pages.map((one) => one.documentId)));
  requireTouchable(documents.filter(({ id }) => touched.includes(id)));
  const made = await Promise.all(plan.map((part) => ("keeps" in part ? null : make(ctx, documents, part))));
  try {
    return await inTransaction(ctx, async (ctx) => {
      const envelope = await lockChangeable(ctx, envelopeId);
      requireDraft(envelope, version);
      return save(ctx, envelope, plan, made);
    });
  } catch (error) {
    const keys = made.flatMap((one) => (one ? [one.revision.fileKey, one.row.previewKey] : []));
    await Promise.allSettled(keys.map((key) => ctx.runtime.files.delete(key)));
    throw error;
  }
}

const keptBy = (part: PagePlan[number]): DocumentId => ("keeps" in part ? part.keeps : ("" as DocumentId));

export interface ArrangedPages {
  /** The draft's new version. */
  readonly version: number;
  /** The document of each part of the plan, in its order. */
  readonly made: readonly DocumentId[];
}

function requireDraft(envelope: EnvelopeRow, version: number): void {
  if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
  if (envelope.version !== version) throw envelopesError("draft-changed", `saved is ${envelope.version}`);
}

interface MadeDocument extends NewDocument {
  /** The documents whose pages are in it. */
  readonly from: readonly DocumentId[];
}

async function make(
  ctx: Context,
  documents: readonly DocumentRow[],
  { name, pages }: Extract<PagePlan[number], { pages: unknown }>,
): Promise<MadeDocument> {
  const { files, sandbox, random } = ctx.runtime;
  const { organizationId } = ctx;
  const from = [...new Set(pages.map(({ documentId }) => documentId))];
  const rows = from.map((id) => documents.find((document) => document.id === id)!);
  const id = uuidV7(ctx.now().getTime(), random(10)) as DocumentId;
  const { envelopeId } = rows[0]!;
  const folder = `org/${organizationId}/envelopes/${envelopeId}/${id}`;
  const [originalKey, previewKey] = [`${folder}/original-0.pdf.enc`, `${folder}/preview.pdf.enc`];
  const handles = await Promise.all(rows.map(({ previewKey }) => files.handle(previewKey)));
  try {
    const bytes = await sandbox.run("assemble", {
      files: handles.map(({ key, path, dataKey }) => ({ key, path, dataKey })),
      pages: pages.map(({ documentId, page, turn }) => ({ file: from.indexOf(documentId), page, turn })),
      seed: random(32),
    });
    if (bytes.length > ctx.runtime.config.uploads.fileBytes * 2)
      throw envelopesError("too-many-pages", `${bytes.length} bytes`);
    const original = await files.put(originalKey, [bytes], bytes.length);
    const preview = await normalizedCopy(ctx, originalKey, false);
    const stored = await files.put(previewKey, [preview.bytes], preview.bytes.length);
    const createdAt = ctx.now();
    const changes = Object.fromEntries(rows.flatMap((row) => Object.entries(row.changes)));
    const row = {
      ...{
        organizationId,
        id,
        envelopeId,
        position: 0,
        createdAt,
        previewKey,
        removedAt: null,
        origin: null,
      },
      name: /\.pdf$/i.test(name) ? name : `${name}.pdf`.slice(-ENVELOPE_LIMITS.titleLength),
      pages: preview.result.pages,
      changes: { ...changes, "pages-arranged": 1 },
      ...{ flattensSignatures: false, keepsSignatures: false, earlierSignatures: null },
      holdsHealth: rows.some(({ holdsHealth }) => holdsHealth),
      previewSha256: stored.sha256,
    };
    return { row, revision: revisionOf(organizationId, id, original, createdAt), sources: [], from };
  } catch (error) {
    await Promise.allSettled([files.delete(originalKey), files.delete(previewKey)]);
    throw error;
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}

async function save(
  ctx: Context,
  envelope: EnvelopeRow,
  plan: PagePlan,
  made: readonly (MadeDocument | null)[],
): Promise<ArrangedPages> {
  const { id: envelopeId, rules } = envelope;
  const documents = await loadDocuments(ctx, envelopeId);
  const fields = await loadFields(ctx, envelopeId);
  const ids = made.map((one, index) => one?.row.id ?? keptBy(plan[index]!));
  const moved = movedFields({ fields, rules }, movesOf(plan, ids));
  requireUnlocked(fields, moved.fields, envelope.isTemplate);
  const kept = new Set(plan.flatMap((part) => ("keeps" in part ? [part.keeps] : [])));
  const gone = documents.filter(({ id }) => !kept.has(id));
  const revisions = await loadRevisions(
    ctx,
    documents.map(({ id }) => id),
  );
  const sources = await loadSources(
    ctx,
    documents.map(({ id }) => id),
  );

  await moveFields(ctx, envelopeId, moved.fields);
  await handOverHidden(ctx, envelopeId, becomesOf(plan, ids));
  for (const { id } of gone) await removeDocumentRow(ctx, id);
  await placeDocuments(
    ctx,
    plan.flatMap((part, position) => ("keeps" in part ? [{ id: part.keeps, position }] : [])),
  );
  for (const [position, one] of made.entries()) {
    if (!one) continue;
    const { row, revision, from } = one;
    const known = from.flatMap((id) => {
      const own = sources.filter(({ documentId }) => documentId === id);
      return own.length > 0 ? own : [originalOf(documents, revisions, id)];
    });
    const each = new Map(known.map((source) => [source.sha256, source]));
    const created = [...each.values()].map((source, index) => ({
      ...source,
      ...{ documentId: row.id, position: index, createdAt: row.createdAt },
    }));
    await saveDocument(ctx, { row: { ...row, position }, revision, sources: created });
    await appendEvent(ctx, {
      type: "document.added",
      envelopeId,
      data: addedEvent({ document: row, revision }),
    });
    await appendEvent(ctx, {
      type: "document.arranged",
      envelopeId,
      data: { document: row.id, pages: row.pages.length, from, sources: created.map(({ sha256 }) => sha256) },
    });
  }
  for (const { id } of gone)
    await appendEvent(ctx, { type: "document.removed", envelopeId, data: { document: id } });
  const version = envelope.version + 1;
  await changeEnvelope(ctx, envelopeId, { version, rules: moved.rules });
  return { version, made: ids };
}

/** A document that arrived as the PDF it is is itself what others were made from. */
function originalOf(
  documents: readonly DocumentRow[],
  revisions: Awaited<ReturnType<typeof loadRevisions>>,
  id: DocumentId,
) {
  const document = documents.find((one) => one.id === id)!;
  const { organizationId, fileKey, sha256, sizeBytes } = revisions.find(
    ({ documentId, number }) => documentId === id && number === 0,
  )!;
  return {
    ...{ organizationId, name: document.name, mediaType: "application/pdf", fileKey, sha256, sizeBytes },
    convertedBy: ARRANGED_BY,
  };
}
