import type { Context } from "#lib/context.ts";
import type { TemplateId } from "#lib/ids.ts";
import { readTemplate, type TemplateContent } from "../core/templates/template-content.ts";
import { envelopesError } from "../errors.ts";
import { loadTemplate, loadVersion } from "./template-store.ts";

export interface PublishedVersion {
  readonly number: number;
  readonly sha256: string;
  readonly content: TemplateContent;
}

/**
 * A published version of a template in use, the newest unless its number is given. Part of a verb.
 *
 * @throws envelopes/template-not-found, template-retired, not-published
 */
export async function publishedVersion(
  ctx: Context,
  templateId: TemplateId,
  asked: number | null,
): Promise<PublishedVersion> {
  const template = await loadTemplate(ctx, templateId);
  if (template.retiredAt) throw envelopesError("template-retired", `template ${templateId}`);
  const number = asked ?? template.currentVersion;
  if (number === null) throw envelopesError("not-published", `template ${templateId}`);
  const version = await loadVersion(ctx, templateId, number);
  if (version.state !== "published") throw envelopesError("not-published", `version ${number}`);
  return { number, sha256: version.sha256, content: readTemplate(version) };
}
