import type { Context } from "#lib/context.ts";
import type { Box } from "../core/field-places.ts";
import { envelopesError } from "../errors.ts";
import { type DraftDocumentInput, draftDocument, READING_LIMITS } from "./draft-document.ts";

/**
 * Lines and cells that one page of a draft's document shows, so that fields can be lined up with them. Nothing is changed by
 * asking.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function findLines(
  ctx: Context,
  { page, ...input }: DraftDocumentInput & { readonly page: number },
): Promise<readonly Box[]> {
  const { document, pages } = await draftDocument(ctx, input);
  const size = pages[page];
  if (!size) throw envelopesError("document-not-found", `page ${page}`);
  const { files, sandbox } = ctx.runtime;
  const preview = await files.handle(document.previewKey);
  try {
    const { key, path, dataKey } = preview;
    return await sandbox.run("pageLines", { preview: { key, path, dataKey }, page, size }, READING_LIMITS);
  } finally {
    await preview.release();
  }
}
