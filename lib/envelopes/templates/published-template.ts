import type { Context } from "#lib/context.ts";
import type { DocumentId, EnvelopeId, MemberId, TemplateId } from "#lib/ids.ts";
import { readTemplate, type TemplateContent } from "../core/templates/template-content.ts";
import { envelopesError } from "../errors.ts";
import type { DocumentRow } from "../store.ts";
import { loadTemplate, loadVersion } from "./template-store.ts";
import { templateFiles } from "./use-template.ts";

export interface PublishedTemplate {
  readonly ownerId: MemberId;
  /** Where it is prepared, and whose trail says what became of it. */
  readonly envelopeId: EnvelopeId;
  readonly number: number;
  readonly isRetired: boolean;
  readonly content: TemplateContent;
  readonly documents: readonly (Pick<DocumentRow, "pages" | "holdsHealth" | "keepsSignatures"> & {
    readonly id: DocumentId;
  })[];
}

/**
 * What a template is as it is used now. @throws envelopes/template-not-found, not-published; template-retired, unless
 * those out of use are wanted too
 */
export async function loadPublishedTemplate(
  ctx: Context,
  templateId: TemplateId,
  { isRetiredToo = false }: { readonly isRetiredToo?: boolean } = {},
): Promise<PublishedTemplate> {
  const { ownerId, envelopeId, retiredAt, currentVersion } = await loadTemplate(ctx, templateId);
  if (retiredAt && !isRetiredToo) throw envelopesError("template-retired", `template ${templateId}`);
  if (currentVersion === null) throw envelopesError("not-published", `template ${templateId}`);
  const content = readTemplate(await loadVersion(ctx, templateId, currentVersion));
  const files = await templateFiles(ctx, content);
  return {
    ...{ ownerId, envelopeId, number: currentVersion, isRetired: retiredAt !== null, content },
    documents: files.map(({ document: { id, pages, holdsHealth, keepsSignatures } }) => ({
      ...{ id, pages, holdsHealth, keepsSignatures },
    })),
  };
}
