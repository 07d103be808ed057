import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { PageEdits } from "../core/documents/page-edits.ts";
import { envelopesError } from "../errors.ts";
import {
  type DocumentRow,
  loadDocuments,
  loadEnvelope,
  loadSources,
  type NewDocument,
  type SourceRow,
} from "../store.ts";
import { requireDraft, requireTouchable, takesPlaceOf } from "./new-version.ts";
import { addedEvent, normalizedCopy, revisionOf } from "./take-upload.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
  /** The version the sender's window started from. */
  version: z.number().int().min(0),
  edits: PageEdits,
  /** The sender agrees that pages become pictures, where nothing else takes their content out for certain. */
  asPictures: z.boolean().default(false),
});

/** Of a long document, read before and after. */
const TIMEOUT_MS = 120_000;

export type EditedDocument =
  | {
      readonly isDone: true;
      /** The draft's new version. */
      readonly version: number;
      readonly made: DocumentId;
      readonly pictures: readonly number[];
      /** What was taken out and still stands elsewhere; told to the sender, and kept nowhere. */
      readonly elsewhere: readonly { readonly text: string; readonly pages: readonly number[] }[];
    }
  | { readonly isDone: false; readonly needPictures: readonly number[] };

/**
 * Makes another version of a draft's document: without what is marked on its pages, and with what is drawn onto them.
 * The version before stays with the draft and goes nowhere else; what it was made from is not handed on either, once
 * something was taken out.
 *
 * @throws envelopes/draft-changed, not-a-draft, document-not-found, page-not-found, redaction-uncertain, text-too-long,
 *   text-not-drawable, picture-unreadable
 */
export async function editDocument(ctx: Context, input: z.input<typeof Input>): Promise<EditedDocument> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId, version, edits, asPictures } = Input.parse(input);
  const [document, sources] = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    requireDraft(envelope, version);
    const found = (await loadDocuments(ctx, envelopeId)).find(({ id }) => id === documentId);
    if (!found) throw envelopesError("document-not-found", `document ${documentId}`);
    requireTouchable([found]);
    return [found, await loadSources(ctx, [documentId])] as const;
  });
  const { sandbox, files, random } = ctx.runtime;
  const handle = await files.handle(document.previewKey);
  const edited = await sandbox
    .run(
      "editPages",
      {
        file: { key: handle.key, path: handle.path, dataKey: handle.dataKey },
        ...{ edits, asPictures, seed: random(32) },
      },
      { timeoutMs: TIMEOUT_MS },
    )
    .finally(() => handle.release());
  if (!edited.isDone) return edited;
  const { bytes, pictures, elsewhere } = edited;
  const made = await make(ctx, document, sources, { bytes, edits, memberId: member.memberId });
  try {
    const next = await takesPlaceOf(ctx, { envelopeId, version, before: document, made }, async (ctx) => {
      const { row, revision } = made;
      await appendEvent(ctx, {
        type: "document.added",
        envelopeId,
        data: addedEvent({ document: row, revision }),
      });
      const facts = { document: row.id as string, from: documentId as string };
      const { marks, additions } = edits;
      if (marks.length > 0) {
        const reasons = [...new Set(marks.map(({ label }) => label).filter(Boolean))];
        await appendEvent(ctx, {
          type: "document.redacted",
          envelopeId,
          data: {
            ...{
              ...facts,
              marks: marks.length,
              pages: pagesOf(marks),
              pictures: pictures.length,
            },
            ...(reasons.length > 0 ? { reason: personal(reasons.join(", ")) } : {}),
          },
        });
      }
      if (additions.length > 0)
        await appendEvent(ctx, {
          type: "document.edited",
          envelopeId,
          data: { ...facts, additions: additions.length, pages: pagesOf(additions) },
        });
    });
    return { isDone: true, version: next, made: made.row.id, pictures, elsewhere };
  } catch (error) {
    await Promise.allSettled([files.delete(made.revision.fileKey), files.delete(made.row.previewKey)]);
    throw error;
  }
}

/** `1-3, 7`: from 1, as one writes it. */
function pagesOf(places: readonly { readonly page: number }[]): string {
  const runs: [number, number][] = [];
  for (const page of [...new Set(places.map(({ page }) => page + 1))].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === page - 1) last[1] = page;
    else runs.push([page, page]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

async function make(
  ctx: Context,
  before: DocumentRow,
  sources: readonly SourceRow[],
  {
    bytes,
    edits,
    memberId,
  }: { readonly bytes: Uint8Array; readonly edits: PageEdits; readonly memberId: string },
): Promise<NewDocument> {
  const { files, random } = ctx.runtime;
  const { organizationId } = ctx;
  if (bytes.length > ctx.runtime.config.uploads.fileBytes * 2)
    throw envelopesError("too-many-pages", `${bytes.length} bytes`);
  const id = uuidV7(ctx.now().getTime(), random(10)) as DocumentId;
  const folder = `org/${organizationId}/envelopes/${before.envelopeId}/${id}`;
  const [originalKey, previewKey] = [`${folder}/original-0.pdf.enc`, `${folder}/preview.pdf.enc`];
  try {
    const original = await files.put(originalKey, [bytes], bytes.length);
    const preview = await normalizedCopy(ctx, originalKey, false);
    const stored = await files.put(previewKey, [preview.bytes], preview.bytes.length);
    const createdAt = ctx.now();
    const [marks, additions] = [edits.marks.length, edits.additions.length];
    const isRedacted = marks > 0 || (before.origin?.isRedacted ?? false);
    const counts = {
      ...(marks > 0 ? { "content-redacted": marks } : {}),
      ...(additions > 0 ? { "content-added": additions } : {}),
    };
    const row: DocumentRow = {
      ...{
        organizationId,
        id,
        envelopeId: before.envelopeId,
        position: before.position,
        createdAt,
        previewKey,
      },
      ...{ name: before.name, pages: preview.result.pages, changes: { ...before.changes, ...counts } },
      ...{ flattensSignatures: false, keepsSignatures: false, previewSha256: stored.sha256, removedAt: null },
      ...{ holdsHealth: before.holdsHealth, earlierSignatures: null },
      origin: { how: "edited", from: before.id, by: memberId, marks, additions, isRedacted },
    };
    const handed = isRedacted ? [] : sources.map((source) => ({ ...source, documentId: id, createdAt }));
    return { row, revision: revisionOf(organizationId, id, original, createdAt), sources: handed };
  } catch (error) {
    await Promise.allSettled([files.delete(originalKey), files.delete(previewKey)]);
    throw error;
  }
}
