import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import {
  type Becomes,
  inPlaceOf,
  movedFields,
  type PageMoves,
  requireUnlocked,
} from "./core/documents/page-plan.ts";
import { hiddenAfter } from "./core/hidden-documents.ts";
import { addedEvent, convertedEvent, type TakenUpload, takeUpload } from "./documents/take-upload.ts";
import { envelopesError } from "./errors.ts";
import { type DraftDocument, describeDocument } from "./get-draft.ts";
import { indexNow } from "./search/index-envelopes.ts";
import {
  changeEnvelope,
  changeRecipient,
  type DocumentRow,
  type EnvelopeRow,
  isStaging,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadPaper,
  loadRecipients,
  loadRevisions,
  lockChangeable,
  moveFields,
  removeDocumentRow,
  saveDocument,
} from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  name: z.string().max(1_000),
  /** The sender knows that its signatures will be drawings only. */
  flattenSignatures: z.boolean().default(false),
  /** Others sign the file itself: the signatures in it stay valid. */
  keepSignatures: z.boolean().default(false),
  /** Opens a PDF that opens with a password only; it is used once and kept nowhere. */
  password: z.string().min(1).max(1_000).nullable().default(null),
  /** The document whose place it takes, with its fields as far as there are pages for them. */
  replaces: z
    .uuid()
    .transform((id) => id as DocumentId)
    .nullable()
    .default(null),
  /** More than people upload, for the command line on one's own machine. */
  limitBytes: z.number().int().positive().optional(),
});

export interface AddedDocument extends DraftDocument {
  /** The draft's new version. */
  readonly version: number;
}

/**
 * Takes an upload into a draft: its bytes as they came, and a normalized copy to prepare on. Pictures and office
 * documents become PDFs. A file that is refused leaves nothing behind.
 *
 * @throws pdf/not-a-pdf, damaged, needs-password, dynamic-xfa, already-signed, too-many-pages …, conversion/…,
 *   files/too-large, envelopes/envelope-too-large, field-locked
 */
export async function addDocument(
  ctx: Context,
  input: z.input<typeof Input>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<AddedDocument> {
  const member = requirePermission(ctx, "envelope.manage");
  const { uploads } = ctx.runtime.config;
  const { replaces, limitBytes = uploads.fileBytes, ...given } = Input.parse(input);
  const { envelopeId } = given;
  const paper = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    requireRoom(ctx, await loadDocuments(ctx, envelopeId), replaces);
    if (given.keepSignatures) await requireUnmarked(ctx);
    return loadPaper(ctx);
  });
  const taken = await takeUpload(ctx, { ...given, limitBytes, bytes, paper });
  try {
    return await inTransaction(ctx, async (ctx) => {
      const envelope = await lockChangeable(ctx, envelopeId);
      if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
      const most = Math.max(uploads.envelopeBytes, limitBytes);
      await requireSize(ctx, envelopeId, taken.revision.sizeBytes, { replaces, most });
      return save(ctx, envelope, taken, replaces);
    });
  } catch (error) {
    await taken.discard();
    throw error;
  }
}

/** What is sent for trial says so on every page; a page that is signed already takes no more words. */
async function requireUnmarked(ctx: Context): Promise<void> {
  if (await isStaging(ctx)) throw envelopesError("signatures-unmarked", "a workspace for trials");
}

async function save(
  ctx: Context,
  envelope: EnvelopeRow,
  { document, revision, sources }: TakenUpload,
  replaces: DocumentId | null,
): Promise<AddedDocument> {
  const { id: envelopeId } = envelope;
  const others = await loadDocuments(ctx, envelopeId);
  requireRoom(ctx, others, replaces);
  const replaced = others.find(({ id }) => id === replaces);
  const last = Math.max(-1, ...others.map(({ position }) => position));
  const holdsHealth = replaced?.holdsHealth ?? document.holdsHealth;
  const row = { ...document, holdsHealth, position: replaced?.position ?? last + 1 };
  const rules = replaced ? await handOverFields(ctx, envelope, replaced, row) : null;
  await saveDocument(ctx, { row, revision, sources });
  const version = envelope.version + 1;
  // The first document names a draft that has no name yet.
  const title = envelope.title === "" ? row.name.replace(/\.pdf$/i, "") : envelope.title;
  await changeEnvelope(ctx, envelopeId, { version, title, ...(rules ? { rules } : {}) });
  if (title !== envelope.title) await indexNow(ctx, [envelopeId]);
  for (const source of sources)
    await appendEvent(ctx, { type: "document.converted", envelopeId, data: convertedEvent(source) });
  await appendEvent(ctx, { type: "document.added", envelopeId, data: addedEvent({ document, revision }) });
  if (replaced)
    await appendEvent(ctx, {
      type: "document.replaced",
      envelopeId,
      data: { document: replaced.id, by: document.id },
    });
  return { ...describeDocument(row, [revision], sources), version };
}

/** The fields of the one go over to the other, page by page; what has no page any more goes, and out of the rules. */
export async function handOverFields(
  ctx: Context,
  envelope: EnvelopeRow,
  old: DocumentRow,
  { id, pages }: Pick<DocumentRow, "id" | "pages">,
): Promise<EnvelopeRow["rules"]> {
  const fields = await loadFields(ctx, envelope.id);
  const moves: PageMoves = (documentId, page) => {
    if (documentId !== old.id) return { documentId, page, turn: 0 };
    return page < pages.length ? { documentId: id, page, turn: 0 } : null;
  };
  const moved = movedFields({ fields, rules: envelope.rules }, moves);
  requireUnlocked(fields, moved.fields, envelope.isTemplate);
  await moveFields(ctx, envelope.id, moved.fields);
  await handOverHidden(ctx, envelope.id, inPlaceOf(old.id, id));
  await removeDocumentRow(ctx, old.id);
  return moved.rules;
}

/** Whoever is not shown a document is not shown what it becomes either. Part of a verb. */
export async function handOverHidden(ctx: Context, envelopeId: EnvelopeId, becomes: Becomes): Promise<void> {
  for (const { id, hiddenDocuments } of await loadRecipients(ctx, envelopeId))
    if (hiddenDocuments.length > 0)
      await changeRecipient(ctx, id, {
        hiddenDocuments: hiddenAfter(hiddenDocuments, becomes) as DocumentId[],
      });
}

/** All documents of an envelope together, as they came. @throws envelopes/envelope-too-large */
async function requireSize(
  ctx: Context,
  envelopeId: EnvelopeId,
  sizeBytes: number,
  { replaces, most }: { readonly replaces: DocumentId | null; readonly most: number },
): Promise<void> {
  const others = (await loadDocuments(ctx, envelopeId)).filter(({ id }) => id !== replaces);
  const revisions = await loadRevisions(
    ctx,
    others.map(({ id }) => id),
  );
  const sum = revisions
    .filter(({ number }) => number === 0)
    .reduce((all, one) => all + one.sizeBytes, sizeBytes);
  if (sum > most) throw envelopesError("envelope-too-large", `${sum} bytes`);
}

function requireRoom(
  { runtime }: Context,
  documents: readonly DocumentRow[],
  replaces: DocumentId | null,
): void {
  if (replaces !== null && !documents.some(({ id }) => id === replaces))
    throw envelopesError("document-not-found", `document ${replaces}`);
  if (replaces === null && documents.length >= runtime.config.limits.documents)
    throw envelopesError("too-many-documents", `${documents.length} documents`);
}
