import { appendEvent } from "#lib/audit/append-event.ts";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { type EnvelopeId, type MemberId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { saveChosenClass } from "../authentication/policy-store.ts";
import { type DraftContent, wordsOf } from "../core/draft.ts";
import { shortId } from "../core/short-id.ts";
import { addedEvent, convertedEvent } from "../documents/take-upload.ts";
import { type NewDocument, replaceDraft, saveDocument, saveEnvelope } from "../store.ts";

export interface FilledEnvelope {
  readonly id: EnvelopeId;
  readonly ownerId: MemberId;
  readonly content: DraftContent;
  readonly documents: readonly NewDocument[];
  readonly isTemplate: boolean;
  readonly template: { readonly id: TemplateId; readonly version: number | null } | null;
  /** Of the documents: what it is made from was of it. */
  readonly documentClass?: { readonly id: string; readonly name: string } | null;
}

/** A draft that is there with all it holds at once, and its trail. It has version 1. */
export async function saveFilled(
  ctx: Context,
  { id, ownerId, content, documents, isTemplate, template, documentClass = null }: FilledEnvelope,
): Promise<void> {
  const { runtime, organizationId } = ctx;
  const at = ctx.now();
  await saveEnvelope(ctx, {
    ...{ organizationId, id, ownerId, ...wordsOf(content), rules: content.rules },
    ...{ shortId: shortId(runtime.random(8)), state: "draft", level: runtime.config.level, version: 1 },
    ...{ isTemplate, templateId: template?.id ?? null, templateVersion: template?.version ?? null },
    ...{ createdAt: at, changedAt: at },
  });
  const envelopeId = id;
  await appendEvent(ctx, { type: "envelope.created", envelopeId, data: { title: personal(content.title) } });
  for (const document of documents) {
    await saveDocument(ctx, document);
    for (const source of document.sources)
      await appendEvent(ctx, { type: "document.converted", envelopeId, data: convertedEvent(source) });
    const data = addedEvent({ document: document.row, revision: document.revision });
    await appendEvent(ctx, { type: "document.added", envelopeId, data });
  }
  await replaceDraft(ctx, id, content);
  await appendEvent(ctx, {
    type: "envelope.edited",
    envelopeId,
    data: {
      draftSha256: toHex(sha256(fromUtf8(canonicalJson(content)))),
      ...{ recipients: content.recipients.length, fields: content.fields.length },
    },
  });
  if (!documentClass) return;
  await saveChosenClass(ctx, { envelopeId, classId: documentClass.id, chosenBy: ownerId });
  const data = { class: documentClass.id, name: documentClass.name, from: null };
  await appendEvent(ctx, { type: "retention-class.chosen", envelopeId, data });
}

/** Ids that sort in the order in which they were asked for. */
export function idsInOrder(ctx: Context): () => string {
  let at = ctx.now().getTime();
  return () => uuidV7(at++, ctx.runtime.random(10));
}
