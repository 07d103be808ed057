import { z } from "zod";
import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { DocumentId } from "#lib/ids.ts";
import { DraftContent } from "../draft.ts";

/** What a version of a template holds. Its recipients are roles: who they are is said when it is used. */
export const TemplateContent = z.object({
  draft: DraftContent,
  /** The class of document that what is made from it has; left out where none was chosen. */
  classId: z.uuid().optional(),
  documents: z.array(
    z.object({
      id: z.uuid().transform((id) => id as DocumentId),
      name: z.string(),
      pages: z.number().int().min(1),
      /** Of the document's first revision. */
      sha256: z.string(),
    }),
  ),
});
export type TemplateContent = z.infer<typeof TemplateContent>;

/** The one text of a template's content, and its hash. */
export function writeTemplate(content: TemplateContent): { readonly text: string; readonly sha256: string } {
  const text = canonicalJson(content as unknown as Json);
  return { text, sha256: toHex(sha256(fromUtf8(text))) };
}

/** @throws Error when the text is not what was published: somebody changed it behind our back */
export function readTemplate({
  content,
  sha256: expected,
}: {
  readonly content: string;
  readonly sha256: string;
}) {
  if (toHex(sha256(fromUtf8(content))) !== expected)
    throw new Error("a template's version is not what its hash says");
  return TemplateContent.parse(JSON.parse(content));
}
