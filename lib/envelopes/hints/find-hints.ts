import { type Context, inTransaction } from "#lib/context.ts";
import type { PageHints } from "../core/hints/hint.ts";
import { loadAnchors } from "../store.ts";
import { type DraftDocumentInput, draftDocument, READING_LIMITS } from "./draft-document.ts";

/**
 * Where a document of a draft says, or looks as if, fields belong: its own form, tags in its text, lines and boxes.
 * Nothing is changed by asking.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function findHints(ctx: Context, input: DraftDocumentInput): Promise<PageHints> {
  const { document, original, pages } = await draftDocument(ctx, input);
  const { files, sandbox } = ctx.runtime;
  const anchors = await inTransaction(ctx, loadAnchors);
  const handles = await Promise.all([document.previewKey, original.fileKey].map((key) => files.handle(key)));
  try {
    const [preview, upload] = handles.map(({ key, path, dataKey }) => ({ key, path, dataKey }));
    const input = { preview: preview!, original: upload!, pages, anchors };
    return await sandbox.run("fieldHints", input, READING_LIMITS);
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}
