import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { retentionError } from "../errors.ts";
import { findArchive, loadFiles, loadPlaceOf, loadRecords } from "./archive-store.ts";
import { openArchivePlace } from "./open-place.ts";

/** A file as it comes out of the archive; its bytes are checked on the way. */
export interface ArchivedFile {
  /** `document-<id>.pdf`, `audit-trail.pdf`, `package.zip` */
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  bytes(): AsyncGenerator<Uint8Array, void>;
}

/** The archived copies of an envelope, decrypted; for whoever runs the installation. @throws retention/not-archived */
export async function takeFromArchive(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<ArchivedFile[]> {
  requireSystem(ctx);
  const { envelopeId } = input;
  const found = await inTransaction(ctx, async (ctx) => {
    const archive = await findArchive(ctx, envelopeId);
    if (!archive?.archivedAt || archive.removedAt) return null;
    return { place: await loadPlaceOf(ctx, archive.placeId), files: await loadFiles(ctx, envelopeId) };
  });
  if (!found) throw retentionError("not-archived", `envelope ${envelopeId}`);
  const target = await openArchivePlace(ctx, found.place);
  return found.files.map(({ name, objectKey: key, versionId, sha256, sizeBytes }) => ({
    ...{ fileName: `${name}.${name === "package" ? "zip" : "pdf"}`, sha256, sizeBytes },
    bytes: () => ctx.runtime.archive.read(target, { key, versionId }),
  }));
}

/** The archived records of the organization itself, reports and audit chain, decrypted. */
export async function takeRecords(ctx: WorkerContext): Promise<ArchivedFile[]> {
  requireSystem(ctx);
  const records = await inTransaction(ctx, loadRecords);
  const files: ArchivedFile[] = [];
  for (const { kind, subject, placeId, objectKey: key, versionId, sha256, sizeBytes } of records) {
    const place = await inTransaction(ctx, (ctx) => loadPlaceOf(ctx, placeId));
    const target = await openArchivePlace(ctx, place);
    files.push({
      ...{ fileName: `${kind}-${subject}.${kind === "chain" ? "jsonl" : "pdf"}`, sha256, sizeBytes },
      bytes: () => ctx.runtime.archive.read(target, { key, versionId }),
    });
  }
  return files;
}
