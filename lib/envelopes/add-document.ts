import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { cutText, shownLine } from "#lib/identity/core/typed-text.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { ENVELOPE_LIMITS } from "./core/draft.ts";
import { envelopesError } from "./errors.ts";
import { type DraftDocument, describeDocument } from "./get-draft.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { changeEnvelope, loadDocuments, loadEnvelope, lockChangeable, saveDocument } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  name: z.string().max(1_000),
  /** The sender knows that its signatures will be drawings only. */
  flattenSignatures: z.boolean().default(false),
  /** More than people upload, for the command line on one's own machine. */
  limitBytes: z.number().int().positive().default(ENVELOPE_LIMITS.documentBytes),
});

export interface AddedDocument extends DraftDocument {
  /** The draft's new version. */
  readonly version: number;
}

/**
 * Takes an uploaded PDF into a draft: its bytes as they came, and a normalized copy to prepare on. A file that is
 * refused leaves nothing behind.
 *
 * @throws pdf/not-a-pdf, damaged, needs-password, dynamic-xfa, already-signed, too-many-pages …, files/too-large
 */
export async function addDocument(
  ctx: Context,
  input: z.input<typeof Input>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<AddedDocument> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, name, flattenSignatures, limitBytes } = Input.parse(input);
  const { files, random } = ctx.runtime;
  await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope.ownerId, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    requireRoom(await loadDocuments(ctx, envelopeId));
  });
  const id = uuidV7(ctx.now().getTime(), random(10)) as DocumentId;
  const folder = `org/${ctx.organizationId}/envelopes/${envelopeId}/${id}`;
  const [originalKey, previewKey] = [`${folder}/original-0.pdf.enc`, `${folder}/preview.pdf.enc`];
  try {
    const original = await files.put(originalKey, bytes, limitBytes);
    const preview = await normalizedCopy(ctx, originalKey, flattenSignatures);
    const stored = await files.put(previewKey, [preview.bytes], preview.bytes.length);
    return await inTransaction(ctx, async (ctx) => {
      const envelope = await lockChangeable(ctx, envelopeId);
      if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
      const others = await loadDocuments(ctx, envelopeId);
      requireRoom(others);
      const createdAt = ctx.now();
      const row = {
        ...{ organizationId: ctx.organizationId, id, envelopeId, createdAt, previewKey },
        position: Math.max(-1, ...others.map(({ position }) => position)) + 1,
        name: fileName(name),
        pages: preview.result.pages,
        changes: preview.result.changes as Record<string, number>,
        flattensSignatures: flattenSignatures,
        previewSha256: stored.sha256,
        removedAt: null,
      };
      const revision = {
        ...{
          organizationId: ctx.organizationId,
          documentId: id,
          number: 0,
          kind: "original" as const,
          createdAt,
        },
        ...{
          fileKey: originalKey,
          fileSha256: original.sha256,
          sha256: original.sha256,
          sizeBytes: original.sizeBytes,
        },
      };
      await saveDocument(ctx, row, revision);
      const version = envelope.version + 1;
      // The first document names a draft that has no name yet.
      const title = envelope.title === "" ? row.name.replace(/\.pdf$/i, "") : envelope.title;
      await changeEnvelope(ctx, envelopeId, { version, title });
      if (title !== envelope.title) await indexNow(ctx, [envelopeId]);
      await appendEvent(ctx, {
        type: "document.added",
        envelopeId,
        data: {
          document: id,
          name: personal(row.name),
          sha256: original.sha256,
          sizeBytes: original.sizeBytes,
          pages: row.pages.length,
          changes: row.changes,
        },
      });
      return { ...describeDocument(row, [revision]), version };
    });
  } catch (error) {
    await Promise.allSettled([files.delete(originalKey), files.delete(previewKey)]);
    throw error;
  }
}

function requireRoom(documents: readonly unknown[]): void {
  if (documents.length >= ENVELOPE_LIMITS.documents)
    throw envelopesError("too-many-documents", `${documents.length} documents`);
}

async function normalizedCopy(ctx: Context, key: string, flattenSignatures: boolean) {
  const { files, sandbox, random } = ctx.runtime;
  const handle = await files.handle(key);
  try {
    const file = { key: handle.key, path: handle.path, dataKey: handle.dataKey };
    const seed = random(32);
    const maxPages = ENVELOPE_LIMITS.pages;
    return await sandbox.run("normalize", { files: [file], seed, flattenSignatures, maxPages, form: null });
  } finally {
    await handle.release();
  }
}

/** A file's name without path and without what no file system likes. */
function fileName(given: string): string {
  const name = shownLine(given.split(/[/\\]/).at(-1)!);
  return cutText(name === "" ? "Document.pdf" : name, ENVELOPE_LIMITS.titleLength);
}
