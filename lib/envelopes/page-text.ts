import { z } from "zod";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId } from "#lib/ids.ts";
import type { FileHandle } from "#lib/ports/files.ts";
import type { PageWords } from "./core/fields/near-words.ts";
import { envelopesError } from "./errors.ts";
import { fileKeysOf, PREVIEW, requirePageReader } from "./page-image.ts";
import { loadDocument } from "./store.ts";

const Input = z.object({
  documentId: z.uuid().transform((id) => id as DocumentId),
  revision: z
    .number()
    .int()
    .min(PREVIEW)
    .refine((revision) => revision !== 0, "what came in is drawn nowhere"),
  page: z.number().int().min(0),
});

/** What is written on a page, for who cannot see it or wants to read it another way. @throws as `pageImage` does */
export async function pageText(ctx: Context, input: z.input<typeof Input>): Promise<PageWords> {
  const { documentId, revision, page } = Input.parse(input);
  const { files, sandbox } = ctx.runtime;
  const keys = await inTransaction(ctx, async (ctx) => {
    const document = await loadDocument(ctx, documentId);
    await requirePageReader(ctx, document, revision);
    if (page >= document.pages.length) throw envelopesError("document-not-found", `page ${page}`);
    return fileKeysOf(ctx, document, revision);
  });
  const handles = await Promise.all(keys.map((key) => files.handle(key)));
  try {
    const sources = handles.map(({ key, path, dataKey }): FileHandle => ({ key, path, dataKey }));
    return await sandbox.run("pageText", { files: sources, page });
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}
