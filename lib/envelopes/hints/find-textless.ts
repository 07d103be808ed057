import type { Context } from "#lib/context.ts";
import type { TextlessPages } from "../core/hints/hint.ts";
import { type DraftDocumentInput, draftDocument, READING_LIMITS } from "./draft-document.ts";

/**
 * Which pages of a draft's document are pictures without text: whoever uses a screen reader does not get what is on them
 * (WCAG 2.2, 1.1.1 and 1.4.5). Nothing is changed by asking.
 *
 * @throws envelopes/not-a-draft, document-not-found
 */
export async function findTextless(ctx: Context, input: DraftDocumentInput): Promise<TextlessPages> {
  const { document, pages } = await draftDocument(ctx, input);
  const { files, sandbox } = ctx.runtime;
  const preview = await files.handle(document.previewKey);
  try {
    const { key, path, dataKey } = preview;
    return await sandbox.run("textlessPages", { preview: { key, path, dataKey }, pages }, READING_LIMITS);
  } finally {
    await preview.release();
  }
}
