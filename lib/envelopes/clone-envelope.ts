import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { findChosenClass, findClassInUse } from "./authentication/policy-store.ts";
import { contentToClone } from "./core/clone.ts";
import { draftFromTemplate } from "./core/templates/draft-from-template.ts";
import { type CopiedDocument, copyDocument } from "./documents/copy-documents.ts";
import { envelopesError } from "./errors.ts";
import { contentOf } from "./get-draft.ts";
import {
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadRecipients,
  loadRevisions,
  loadSources,
} from "./store.ts";
import { idsInOrder, saveFilled } from "./templates/save-filled.ts";

const Input = z.object({ envelopeId: z.uuid().transform((id) => id as EnvelopeId) });

/**
 * Starts a draft with the documents as they came in, and the fields, people, order, words and rules of an envelope.
 * What anybody answered, signed or showed stays where it is.
 *
 * @throws envelopes/not-found, destroyed, is-template
 */
export async function cloneEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<EnvelopeId> {
  requirePermission(ctx, "envelope.create");
  return copyEnvelope(ctx, Input.parse(input).envelopeId, async () => {});
}

/**
 * The same. Part of a verb.
 *
 * @param meanwhile done in the transaction that makes the copy, before it: where it throws, there is none.
 * @param change made to what is copied; fields and people have the ids of the source.
 */
export async function copyEnvelope(
  ctx: Context,
  sourceId: EnvelopeId,
  meanwhile: (ctx: Context, copyId: EnvelopeId, source: Source) => Promise<void>,
  change: (draft: Source["content"]["draft"]) => Source["content"]["draft"] = (draft) => draft,
): Promise<EnvelopeId> {
  const member = requirePermission(ctx, "envelope.create");
  const source = await inTransaction(ctx, (ctx) => loadSource(ctx, sourceId));
  const newId = idsInOrder(ctx);
  const envelopeId = newId() as EnvelopeId;
  const changed = { ...source.content, draft: change(source.content.draft) };
  const { content, documents: ids } = draftFromTemplate(changed, { people: [] }, newId);
  const documents: CopiedDocument[] = [];
  try {
    for (const [position, file] of source.files.entries())
      documents.push(await copyDocument(ctx, file, { envelopeId, id: ids.get(file.document.id)!, position }));
    await inTransaction(ctx, async (ctx) => {
      await meanwhile(ctx, envelopeId, source);
      const { memberId: ownerId } = member;
      await saveFilled(ctx, {
        id: envelopeId,
        ownerId,
        content,
        documents,
        isTemplate: false,
        template: null,
        documentClass: source.documentClass,
      });
      await appendEvent(ctx, { type: "envelope.cloned", envelopeId, data: { from: sourceId } });
    });
    return envelopeId;
  } catch (error) {
    await Promise.all(documents.map((document) => document.discard()));
    throw error;
  }
}

type Source = Awaited<ReturnType<typeof loadSource>>;

/** What a copy is made of, as it is now. Part of a verb. */
export async function loadSource(ctx: Context, id: EnvelopeId) {
  const member = requirePermission(ctx, "envelope.create");
  const envelope = await loadEnvelope(ctx, id);
  requireOwn(member, envelope, "envelope.read-all");
  if (envelope.isTemplate) throw envelopesError("is-template", `envelope ${id}`);
  if (envelope.purgedAt) throw envelopesError("destroyed", `envelope ${id}`);
  const documents = await loadDocuments(ctx, id);
  const ids = documents.map((document) => document.id);
  const revisions = (await loadRevisions(ctx, ids)).filter(({ number }) => number === 0);
  const sources = await loadSources(ctx, ids);
  const files = documents.map((document) => ({
    document,
    revision: revisions.find(({ documentId }) => documentId === document.id)!,
    sources: sources.filter(({ documentId }) => documentId === document.id),
  }));
  const people = await loadRecipients(ctx, id);
  const draft = contentOf(envelope, people, await loadFields(ctx, id));
  const chosen = await findChosenClass(ctx, id);
  return {
    files,
    documentClass: chosen && (await findClassInUse(ctx, chosen.id)),
    content: {
      draft: contentToClone(draft, people),
      documents: files.map(({ document: { id, name, pages }, revision }) => ({
        ...{ id, name, pages: pages.length, sha256: revision.sha256 },
      })),
    },
  };
}
