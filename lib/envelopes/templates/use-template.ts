import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, MemberId, TemplateId } from "#lib/ids.ts";
import { findClassInUse } from "../authentication/policy-store.ts";
import { DraftRecipient, ENVELOPE_LIMITS } from "../core/draft.ts";
import { SETTING_LIMITS } from "../core/fields/field-settings.ts";
import { draftFromTemplate, type RolePerson } from "../core/templates/draft-from-template.ts";
import { readTemplate, type TemplateContent } from "../core/templates/template-content.ts";
import { type CopiedDocument, copyDocument } from "../documents/copy-documents.ts";
import { envelopesError } from "../errors.ts";
import { loadSources, type SourceRow } from "../store.ts";
import { idsInOrder, saveFilled } from "./save-filled.ts";
import { requireUsable } from "./template-access.ts";
import { loadDocumentsOf, loadTemplate, loadVersion } from "./template-store.ts";

const { name, email, phone, language } = DraftRecipient.shape;

export const TemplateUseInput = z.object({
  templateId: z.uuid().transform((id) => id as TemplateId),
  /** The newest published one unless given. */
  number: z.number().int().min(1).nullable().default(null),
  people: z
    .array(
      z.object({ roleId: z.uuid(), name, email, phone: phone.optional(), language: language.optional() }),
    )
    .max(ENVELOPE_LIMITS.mostRecipients)
    .default([]),
  /** What fields hold at first, by their labels. */
  values: z.record(z.string().max(ENVELOPE_LIMITS.labelLength), typedText(SETTING_LIMITS.text)).default({}),
  title: typedLine(ENVELOPE_LIMITS.titleLength, 1).optional(),
  message: typedText(ENVELOPE_LIMITS.messageLength).optional(),
});

export interface UsedTemplate {
  readonly envelopeId: EnvelopeId;
  /** Of the draft it is now. */
  readonly version: number;
  readonly number: number;
}

/**
 * Starts an envelope from a published version of a template: places and properties of every field to the byte as
 * published, whoever uses it and how often.
 *
 * @throws envelopes/template-not-found, template-retired, not-published, role-unknown, value-unknown,
 * class-not-found
 */
export async function useTemplate(
  ctx: Context,
  input: z.input<typeof TemplateUseInput>,
): Promise<UsedTemplate> {
  const member = requirePermission(ctx, "envelope.create");
  const use = TemplateUseInput.parse(input);
  await inTransaction(ctx, async (ctx) =>
    requireUsable(ctx, member, await loadTemplate(ctx, use.templateId)),
  );
  return startFromTemplate(ctx, use, { ownerId: member.memberId });
}

export interface TemplateStart {
  readonly ownerId: MemberId;
  /** Settled before, so that who tries again finds what is there. */
  readonly envelopeId?: EnvelopeId;
  /** Done in the transaction that makes the draft: both are, or neither. */
  readonly andThen?: (
    ctx: Context,
    made: UsedTemplate & { readonly recipients: ReadonlyMap<string, string> },
  ) => Promise<void>;
}

/** The same for an owner who does not act now: whoever filled in a public link, or a rule. */
export async function startFromTemplate(
  ctx: Context,
  {
    templateId,
    number: asked,
    ...use
  }: Omit<z.output<typeof TemplateUseInput>, "people"> & { readonly people: readonly RolePerson[] },
  { ownerId, andThen, ...settled }: TemplateStart,
): Promise<UsedTemplate> {
  const found = await inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId);
    if (template.retiredAt) throw envelopesError("template-retired", `template ${templateId}`);
    const number = asked ?? template.currentVersion;
    if (number === null) throw envelopesError("not-published", `template ${templateId}`);
    const version = await loadVersion(ctx, templateId, number);
    if (version.state !== "published") throw envelopesError("not-published", `version ${number}`);
    const content = readTemplate(version);
    const { classId } = content;
    const documentClass = classId ? await findClassInUse(ctx, classId) : null;
    if (classId && !documentClass) throw envelopesError("class-not-found", `class ${classId}`);
    const files = await templateFiles(ctx, content);
    return { number, sha256: version.sha256, content, documentClass, files };
  });
  const newId = idsInOrder(ctx);
  const envelopeId = settled.envelopeId ?? (newId() as EnvelopeId);
  const { content, documents: ids, recipients } = draftFromTemplate(found.content, use, newId);
  const documents: CopiedDocument[] = [];
  try {
    for (const [position, file] of found.files.entries())
      documents.push(await copyDocument(ctx, file, { envelopeId, id: ids.get(file.document.id)!, position }));
    return await inTransaction(ctx, async (ctx) => {
      const { number, sha256, documentClass } = found;
      const template = { id: templateId, version: number };
      const filled = { id: envelopeId, ownerId, content, documents, isTemplate: false };
      await saveFilled(ctx, { ...filled, template, documentClass });
      await appendEvent(ctx, {
        type: "template.used",
        envelopeId,
        data: { template: templateId, version: number, sha256 },
      });
      await andThen?.(ctx, { envelopeId, version: 1, number, recipients });
      return { envelopeId, version: 1, number };
    });
  } catch (error) {
    await Promise.all(documents.map((document) => document.discard()));
    throw error;
  }
}

/** A version's documents with their files, in order. */
export async function templateFiles(ctx: Context, { documents }: TemplateContent) {
  const ids = documents.map(({ id }) => id);
  const rows = await loadDocumentsOf(ctx, ids);
  const sources: SourceRow[] = await loadSources(ctx, ids);
  return ids.map((id) => {
    const row = rows.find(({ document }) => document.id === id);
    if (!row) throw new Error(`a template's document ${id} is gone`);
    return { ...row, sources: sources.filter(({ documentId }) => documentId === id) };
  });
}
