import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { blankFile } from "#lib/pdf/blank-file.ts";
import { type AddedDocument, addDocument } from "../add-document.ts";
import { EDIT_LIMITS } from "../core/documents/page-edits.ts";
import { ENVELOPE_LIMITS } from "../core/draft.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  name: typedLine(ENVELOPE_LIMITS.titleLength - 4, 1),
  paper: z.enum(["a4", "letter"]),
  pages: z.number().int().min(1).max(EDIT_LIMITS.blankPages),
});

/** Adds a document made from nothing to a draft: empty pages to write and to place fields on. @throws as `addDocument` */
export async function addBlankPages(ctx: Context, input: z.input<typeof Input>): Promise<AddedDocument> {
  requirePermission(ctx, "envelope.manage");
  const { envelopeId, name, paper, pages } = Input.parse(input);
  async function* bytes() {
    yield blankFile(paper, pages, ctx.runtime.random(32));
  }
  const named = /\.pdf$/i.test(name) ? name : `${name}.pdf`;
  return addDocument(ctx, { envelopeId, name: named }, bytes());
}
