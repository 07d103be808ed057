import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { trialContext } from "#lib/identity/find-staging.ts";
import type { EnvelopeId, OrganizationId, TemplateId } from "#lib/ids.ts";
import { draftFromTemplate } from "../core/templates/draft-from-template.ts";
import { forTrial } from "../core/templates/for-trial.ts";
import { readTemplate, writeTemplate } from "../core/templates/template-content.ts";
import { type CopiedDocument, copyDocument } from "../documents/copy-documents.ts";
import { envelopesError } from "../errors.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { loadEnvelope } from "../store.ts";
import { preparedContent } from "./publish-template.ts";
import { idsInOrder, saveFilled } from "./save-filled.ts";
import { requireUsable } from "./template-access.ts";
import { loadTemplate, loadVersion } from "./template-store.ts";
import { templateFiles } from "./use-template.ts";

const Input = z.object({ templateId: z.uuid().transform((id) => id as TemplateId) });

export interface TestSending {
  /** In the workspace for trials. */
  readonly envelopeId: EnvelopeId;
  readonly organizationId: OrganizationId;
}

/**
 * Sends a template to whoever asks, as everybody in it, from the workspace for trials: it says TEST on every page, in every
 * mail and certificate, and stands in no list or number of the real one (decision 48). The published version is tried, or
 * what is prepared where there is none yet.
 *
 * @throws identity/staging-here, staging-not-found; envelopes/template-not-found, template-retired, not-ready
 */
export async function testTemplate(ctx: Context, input: z.input<typeof Input>): Promise<TestSending> {
  const member = requirePermission(ctx, "envelope.create");
  const { templateId } = Input.parse(input);
  const there = await trialContext(ctx);
  const found = await inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId);
    await requireUsable(ctx, member, template);
    if (template.retiredAt) throw envelopesError("template-retired", `template ${templateId}`);
    const { currentVersion, envelopeId } = template;
    const content =
      currentVersion === null
        ? (await preparedContent(ctx, await loadEnvelope(ctx, envelopeId))).content
        : readTemplate(await loadVersion(ctx, templateId, currentVersion));
    return {
      content,
      number: currentVersion,
      preparedOn: envelopeId,
      files: await templateFiles(ctx, content),
    };
  });
  const sent = await sendThere(there, found);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "template.tested",
      envelopeId: found.preparedOn,
      data: {
        ...{ template: templateId, version: found.number, sha256: writeTemplate(found.content).sha256 },
        ...{ staging: there.organizationId, envelope: sent },
      },
    }),
  );
  return { envelopeId: sent, organizationId: there.organizationId };
}

type Found = {
  readonly content: ReturnType<typeof readTemplate>;
  readonly files: Awaited<ReturnType<typeof templateFiles>>;
};

/** @param ctx who tries, as a member of the workspace for trials. */
async function sendThere(ctx: Context, { content: template, files }: Found): Promise<EnvelopeId> {
  const member = requirePermission(ctx, "envelope.create");
  const { organizationId } = ctx;
  const newId = idsInOrder(ctx);
  const envelopeId = newId() as EnvelopeId;
  const trial = forTrial(template, member);
  const { content, documents: ids } = draftFromTemplate(trial, { people: [] }, newId);
  const documents: CopiedDocument[] = [];
  try {
    for (const [position, { document, revision, sources }] of files.entries())
      documents.push(
        await copyDocument(
          ctx,
          {
            document: { ...document, organizationId },
            revision,
            sources: sources.map((source) => ({ ...source, organizationId })),
          },
          { envelopeId, id: ids.get(document.id)!, position },
        ),
      );
    await inTransaction(ctx, async (ctx) => {
      const ownerId = member.memberId;
      const filled = { id: envelopeId, ownerId, content, documents, isTemplate: false };
      await saveFilled(ctx, { ...filled, template: null });
      await sendEnvelope(ctx, { envelopeId, version: 1 });
    });
    return envelopeId;
  } catch (error) {
    await Promise.all(documents.map((document) => document.discard()));
    throw error;
  }
}
