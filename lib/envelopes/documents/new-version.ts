import { appendEvent } from "#lib/audit/append-event.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { handOverFields } from "../add-document.ts";
import { envelopesError } from "../errors.ts";
import { indexNow } from "../search/index-envelopes.ts";
import {
  changeEnvelope,
  type DocumentRow,
  type EnvelopeRow,
  loadDocuments,
  lockChangeable,
  type NewDocument,
  saveDocument,
} from "../store.ts";

/** @throws envelopes/not-a-draft, draft-changed */
export function requireDraft(envelope: EnvelopeRow, version: number): void {
  if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
  if (envelope.version !== version) throw envelopesError("draft-changed", `saved is ${envelope.version}`);
}

/** Pages under a signature that is to stay valid are not touched. @throws envelopes/signatures-kept */
export function requireTouchable(documents: readonly Pick<DocumentRow, "id" | "keepsSignatures">[]): void {
  const kept = documents.find(({ keepsSignatures }) => keepsSignatures);
  if (kept) throw envelopesError("signatures-kept", `document ${kept.id}`);
}

/**
 * Puts one version of a document in the place of another, with the fields on it.
 *
 * @param tell appends what happened, before it is said that the other went.
 * @returns the draft's new version
 * @throws envelopes/not-a-draft, draft-changed, field-locked
 */
export async function takesPlaceOf(
  ctx: Context,
  change: {
    readonly envelopeId: EnvelopeId;
    readonly version: number;
    readonly before: DocumentRow;
    readonly made: NewDocument;
  },
  tell: (ctx: Context) => Promise<void>,
): Promise<number> {
  const { envelopeId, version, before, made } = change;
  return inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireDraft(envelope, version);
    const there = (await loadDocuments(ctx, envelopeId)).find(({ id }) => id === before.id);
    if (!there) throw envelopesError("document-not-found", `document ${before.id}`);
    const rules = await handOverFields(ctx, envelope, before, made.row);
    await saveDocument(ctx, { ...made, row: { ...made.row, position: there.position } });
    const next = envelope.version + 1;
    await changeEnvelope(ctx, envelopeId, { version: next, rules });
    // What was taken out is not found by its words either.
    await indexNow(ctx, [envelopeId]);
    await tell(ctx);
    await appendEvent(ctx, { type: "document.removed", envelopeId, data: { document: before.id } });
    return next;
  });
}
