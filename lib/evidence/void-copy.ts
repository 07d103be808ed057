import type { Context } from "#lib/context.ts";
import type { FileHandle } from "#lib/ports/files.ts";
import type { DocumentRow, EnvelopeRow, RevisionRow } from "./store.ts";

/**
 * A document of a withdrawn envelope to read and keep: what was filled in is drawn, VOID stands across every page, and no
 * signature is in it. Made anew each time; what was signed stays as it is. Part of a verb, outside its transaction.
 */
export async function voidCopy(
  { runtime }: Context,
  { shortId }: EnvelopeRow,
  { name, pages }: DocumentRow,
  parts: readonly RevisionRow[],
): Promise<ReadableStream<Uint8Array>> {
  const { files, sandbox, random } = runtime;
  const handles = await Promise.all(parts.map(({ fileKey }) => files.handle(fileKey)));
  try {
    const { bytes } = await sandbox.run("normalize", {
      files: handles.map(({ key, path, dataKey }): FileHandle => ({ key, path, dataKey })),
      named: { title: `VOID - ${name}`, language: null },
      seed: random(32),
      flattenSignatures: true,
      maxPages: pages.length,
      form: { fields: [], marginText: `VOID - withdrawn by the sender - ${shortId}`, isVoid: true },
    });
    return new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>;
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}
