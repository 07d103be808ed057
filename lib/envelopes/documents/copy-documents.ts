import type { Context } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import type { StoredFile } from "#lib/ports/files.ts";
import type { DocumentRow, NewDocument, RevisionRow, SourceRow } from "../store.ts";
import { revisionOf } from "./take-upload.ts";

export interface CopiedDocument extends NewDocument {
  discard(): Promise<void>;
}

/**
 * A document's files once more for another envelope, under that one's key: what it arrived as, what it was made from,
 * and the copy to prepare on. Byte for byte the same; only the envelope is another.
 */
export async function copyDocument(
  ctx: Context,
  source: {
    readonly document: DocumentRow;
    readonly revision: Pick<RevisionRow, "fileKey" | "sizeBytes">;
    readonly sources: readonly SourceRow[];
  },
  to: { readonly envelopeId: EnvelopeId; readonly id: DocumentId; readonly position: number },
): Promise<CopiedDocument> {
  const { files } = ctx.runtime;
  const { organizationId } = ctx;
  const { envelopeId, id, position } = to;
  const folder = `org/${organizationId}/envelopes/${envelopeId}/${id}`;
  const written: string[] = [];
  const copy = async (from: string, name: string): Promise<StoredFile> => {
    written.push(`${folder}/${name}`);
    const stream = await files.stream(from);
    return files.put(`${folder}/${name}`, stream as unknown as AsyncIterable<Uint8Array>);
  };
  const discard = async () => {
    await Promise.allSettled(written.map((key) => files.delete(key)));
  };
  try {
    const original = await copy(source.revision.fileKey, "original-0.pdf.enc");
    const preview = await copy(source.document.previewKey, "preview.pdf.enc");
    const createdAt = ctx.now();
    const sources: NewDocument["sources"][number][] = [];
    for (const one of source.sources) {
      const { key } = await copy(one.fileKey, `source-${one.position}.enc`);
      sources.push({ ...one, documentId: id, fileKey: key, createdAt });
    }
    const row = {
      ...source.document,
      ...{ id, envelopeId, position, createdAt, removedAt: null, origin: null },
      ...{ previewKey: preview.key, previewSha256: preview.sha256 },
    };
    return { row, revision: revisionOf(organizationId, id, original, createdAt), sources, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}
