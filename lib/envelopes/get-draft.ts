import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import { policyOf } from "./authentication/policy.ts";
import type { AuthenticationPolicy } from "./core/authentication-rules.ts";
import { type Blocker, blockersOf } from "./core/blockers.ts";
import type { DraftContent } from "./core/draft.ts";
import { envelopesError } from "./errors.ts";
import { serverBlockers } from "./server-blockers.ts";
import {
  asDrafted,
  type DocumentRow,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadRecipients,
  loadRevisions,
} from "./store.ts";
import { type Withdrawal, withdrawnConsents } from "./withdrawn-consents.ts";

export interface DraftDocument {
  readonly id: DocumentId;
  readonly name: string;
  readonly sizeBytes: number;
  /** As displayed, in points. */
  readonly pages: readonly { readonly widthPt: number; readonly heightPt: number }[];
  /** What was taken away or settled when it came in, and how often. */
  readonly changes: Readonly<Record<string, number>>;
}

export interface DraftView {
  readonly id: EnvelopeId;
  readonly shortId: string;
  readonly version: number;
  readonly content: DraftContent;
  readonly documents: readonly DraftDocument[];
  readonly blockers: readonly Blocker[];
  /** Who wants no electronic records, as their last word. */
  readonly withdrawn: readonly Withdrawal[];
  /** What the organization has settled about how people show who they are. */
  readonly policy: AuthenticationPolicy;
}

/** A draft as its sender edits it. @throws envelopes/not-found, not-a-draft */
export async function getDraft(ctx: Context, input: { envelopeId: EnvelopeId }): Promise<DraftView> {
  const member = requirePermission(ctx, "envelope.manage");
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, input.envelopeId);
    requireOwn(member, envelope.ownerId, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const documents = await loadDocuments(ctx, envelope.id);
    const recipients = await loadRecipients(ctx, envelope.id);
    const fields = await loadFields(ctx, envelope.id);
    const revisions = await loadRevisions(
      ctx,
      documents.map(({ id }) => id),
    );
    const content: DraftContent = {
      title: envelope.title,
      message: envelope.message,
      order: envelope.order,
      consentMode: envelope.consentMode,
      asksForEveryPage: envelope.asksForEveryPage,
      recipients: recipients.map(asDrafted),
      fields: fields.map(({ organizationId: _, envelopeId: __, ...field }) => field),
      rules: [...envelope.rules],
    };
    const known = documents.map((document) => ({ id: document.id, pageCount: document.pages.length }));
    const policy = await policyOf(ctx, envelope.id);
    return {
      id: envelope.id,
      shortId: envelope.shortId,
      version: envelope.version,
      content,
      documents: documents.map((document) => describeDocument(document, revisions)),
      withdrawn: await withdrawnConsents(ctx, recipients),
      policy,
      blockers: [...blockersOf(content, known, policy), ...(await serverBlockers(ctx, content, documents))],
    };
  });
}

export function describeDocument(
  document: DocumentRow,
  revisions: readonly {
    readonly documentId: DocumentId;
    readonly number: number;
    readonly sizeBytes: number;
  }[],
): DraftDocument {
  const original = revisions.find(({ documentId, number }) => documentId === document.id && number === 0);
  return {
    id: document.id,
    name: document.name,
    sizeBytes: original?.sizeBytes ?? 0,
    pages: document.pages.map((page) => {
      const { widthPt, heightPt } = displayedSize(page);
      return { widthPt, heightPt };
    }),
    changes: document.changes,
  };
}
