import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { streamRevisions } from "./download.ts";
import { loadRecord } from "./store.ts";

export interface RevisionFile {
  /** `revision-3-signed.pdf` */
  readonly name: string;
  readonly bytes: ReadableStream<Uint8Array>;
}

/** Every revision of a document from the prepared one on, each as the whole file it was. */
export async function revisionFiles(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId; readonly documentId: DocumentId },
): Promise<RevisionFile[]> {
  const member = requirePermission(ctx, "evidence.download");
  const revisions = await inTransaction(ctx, async (ctx) => {
    const record = await loadRecord(ctx, input.envelopeId);
    requireOwn(member, record.envelope, "envelope.read-all");
    return record.revisions.filter(
      ({ documentId, number }) => documentId === input.documentId && number >= 1,
    );
  });
  const files: RevisionFile[] = [];
  for (const [index, { number, kind }] of revisions.entries())
    files.push({
      name: `revision-${number}-${kind}.pdf`,
      bytes: await streamRevisions(ctx, revisions.slice(0, index + 1)),
    });
  return files;
}
