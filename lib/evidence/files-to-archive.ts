import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { sealedParts, trailParts } from "./collect-package-facts.ts";
import { streamRevisions } from "./download.ts";
import { loadPackages, loadRecord } from "./store.ts";

/** A file that proves a completed envelope, as it is now. */
export interface FileToArchive {
  /** `document-<id>`, `audit-trail`, `package` */
  readonly name: string;
  readonly ending: "pdf" | "zip";
  readonly sha256: string;
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** The sealed documents, the audit trail and the newest full evidence package; none until a package is built. */
export async function filesToArchive(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<FileToArchive[]> {
  requireSystem(ctx);
  const { envelopeId } = input;
  const { record, packages } = await inTransaction(ctx, async (ctx) => ({
    record: await loadRecord(ctx, envelopeId),
    packages: await loadPackages(ctx, envelopeId),
  }));
  // One that was asked for with numbers on its pages is made for somebody.
  const newest = packages.find(
    ({ state, variant, batesPrefix }) => state === "ready" && variant === "full" && batesPrefix === "",
  );
  if (!newest?.fileKey || !newest.sha256) return [];
  const now = ctx.now();
  const trail = await trailParts(ctx, record, now);
  const { fileKey } = newest;
  const opened = (parts: readonly { readonly fileKey: string }[]) => () => streamRevisions(ctx, parts);
  return [
    ...record.documents.map(({ id }): FileToArchive => {
      const parts = sealedParts(record, id, now);
      return { name: `document-${id}`, ending: "pdf", sha256: parts.at(-1)!.sha256, open: opened(parts) };
    }),
    { name: "audit-trail", ending: "pdf", sha256: trail.sha256, open: opened(trail.parts) },
    { name: "package", ending: "zip", sha256: newest.sha256, open: opened([{ fileKey }]) },
  ];
}
