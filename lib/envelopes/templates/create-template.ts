import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { DocumentId, EnvelopeId, TemplateId } from "#lib/ids.ts";
import { findChosenClass, findClassInUse } from "../authentication/policy-store.ts";
import { DRAFT_DEFAULTS, type DraftContent, type DraftRecipient, ENVELOPE_LIMITS } from "../core/draft.ts";
import { draftFromTemplate } from "../core/templates/draft-from-template.ts";
import { readTemplate } from "../core/templates/template-content.ts";
import { type CopiedDocument, copyDocument } from "../documents/copy-documents.ts";
import { envelopesError } from "../errors.ts";
import { contentOf } from "../get-draft.ts";
import {
  type EnvelopeRow,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadRecipients,
  loadRevisions,
  loadSources,
} from "../store.ts";
import { idsInOrder, saveFilled } from "./save-filled.ts";
import { requireUsable } from "./template-access.ts";
import { loadTemplate, loadVersion, saveTemplate, type TemplateRow } from "./template-store.ts";

const Input = z.object({
  name: typedLine(ENVELOPE_LIMITS.titleLength).default(""),
  /** What it is made from: a draft, an envelope that was sent, or another template's. */
  fromEnvelopeId: z
    .uuid()
    .transform((id) => id as EnvelopeId)
    .nullable()
    .default(null),
});

export interface CreatedTemplate {
  readonly templateId: TemplateId;
  /** Where it is prepared. */
  readonly envelopeId: EnvelopeId;
}

const EMPTY: DraftContent = {
  ...DRAFT_DEFAULTS,
  ...{ title: "", message: "", consentMode: "business", asksForEveryPage: false, markLimit: "any" },
  ...{ recipients: [], fields: [], rules: [] },
};

/**
 * Starts a template: empty, or from an envelope with its documents, fields, order, words and rules. People become
 * roles: no name, address or number of theirs goes over.
 *
 * @throws envelopes/not-found, destroyed, authorize/not-allowed
 */
export async function createTemplate(ctx: Context, input: z.input<typeof Input>): Promise<CreatedTemplate> {
  const member = requirePermission(ctx, "template.manage");
  const { name, fromEnvelopeId } = Input.parse(input);
  const source = fromEnvelopeId ? await sourceOf(ctx, fromEnvelopeId) : null;
  const newId = idsInOrder(ctx);
  const envelopeId = newId() as EnvelopeId;
  const templateId = newId() as TemplateId;
  const { content, documents: ids } = source
    ? draftFromTemplate(source.content, { people: [] }, newId)
    : { content: EMPTY, documents: new Map<DocumentId, DocumentId>() };
  const title = name === "" ? content.title : name;
  const documents: CopiedDocument[] = [];
  try {
    for (const [position, file] of (source?.files ?? []).entries())
      documents.push(await copyDocument(ctx, file, { envelopeId, id: ids.get(file.document.id)!, position }));
    await inTransaction(ctx, async (ctx) => {
      const at = ctx.now();
      const template = { id: templateId, version: null };
      await saveFilled(ctx, {
        ...{ id: envelopeId, ownerId: member.memberId, documents, isTemplate: true, template },
        content: { ...content, title, recipients: content.recipients.map(asRole) },
        documentClass: source?.documentClass ?? null,
      });
      const { organizationId } = ctx;
      const dates = { createdAt: at, changedAt: at };
      await saveTemplate(ctx, {
        ...{
          organizationId,
          id: templateId,
          ownerId: member.memberId,
          envelopeId,
          ...dates,
          ...source?.form,
        },
      });
      const from = fromEnvelopeId ?? undefined;
      const form = source?.form?.formId ?? undefined;
      await appendEvent(ctx, {
        ...{ type: "template.created", envelopeId },
        data: { template: templateId, from, form },
      });
    });
    return { templateId, envelopeId };
  } catch (error) {
    await Promise.all(documents.map((document) => document.discard()));
    throw error;
  }
}

async function sourceOf(ctx: Context, envelopeId: EnvelopeId) {
  const member = requirePermission(ctx, "template.manage");
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    // Who may use a template may copy it.
    if (!envelope.isTemplate && !hasPermission(member, "envelope.read-all"))
      requireOwn(member, envelope, "envelope.read-all");
    if (envelope.isTemplate && envelope.templateId)
      await requireUsable(ctx, member, await loadTemplate(ctx, envelope.templateId));
    if (envelope.purgedAt) throw envelopesError("destroyed", `envelope ${envelopeId}`);
    const documents = await loadDocuments(ctx, envelopeId);
    const ids = documents.map(({ id }) => id);
    const revisions = (await loadRevisions(ctx, ids)).filter(({ number }) => number === 0);
    const sources = await loadSources(ctx, ids);
    const recipients = (await loadRecipients(ctx, envelopeId)).filter(({ delegatedFrom }) => !delegatedFrom);
    const draft = contentOf(envelope, recipients, await loadFields(ctx, envelopeId));
    const known = new Set(recipients.map(({ id }) => id as string));
    const files = documents.map((document) => ({
      document,
      revision: revisions.find(({ documentId }) => documentId === document.id)!,
      sources: sources.filter(({ documentId }) => documentId === document.id),
    }));
    const chosen = await findChosenClass(ctx, envelopeId);
    return {
      files,
      documentClass: chosen && (await findClassInUse(ctx, chosen.id)),
      form: await formOf(ctx, envelope, files[0]?.revision.sha256),
      content: {
        // What was handed on to somebody else stays with the role it was meant for.
        draft: { ...draft, fields: draft.fields.filter(({ recipientId }) => known.has(recipientId)) },
        documents: files.map(({ document: { id, name, pages }, revision }) => ({
          ...{ id, name, pages: pages.length, sha256: revision.sha256 },
        })),
      },
    };
  });
}

/**
 * The form of the library that an envelope's first document is, in the edition it was made from: a newer one marks what is
 * saved of it too.
 */
async function formOf(
  ctx: Context,
  { templateId, templateVersion, isTemplate }: EnvelopeRow,
  firstSha256: string | undefined,
) {
  if (!templateId) return null;
  if (isTemplate) return formIn(await loadTemplate(ctx, templateId));
  if (templateVersion === null) return null;
  const version = await loadVersion(ctx, templateId, templateVersion);
  const isSameFile = readTemplate(version).documents[0]?.sha256 === firstSha256;
  return isSameFile ? formIn(version) : null;
}

const formIn = ({
  formId,
  formEdition,
  formEditionOn,
}: Pick<TemplateRow, "formId" | "formEdition" | "formEditionOn">) => ({
  ...{ formId, formEdition, formEditionOn },
});

const ROLE_WORDS = {
  ...{ signer: "Signer", witness: "Witness", notary: "Notary" },
  ...{ editor: "Editor", approver: "Approver", viewer: "Reader", copy: "Copy" },
} as const;

function asRole(person: DraftRecipient, index: number, all: readonly DraftRecipient[]): DraftRecipient {
  const before = all.slice(0, index).filter(({ role }) => role === person.role).length;
  const roleName = person.roleName || `${ROLE_WORDS[person.role]} ${before + 1}`;
  return { ...person, roleName, name: "", email: "", phone: "" };
}
