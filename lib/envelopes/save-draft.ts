import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { policyOf } from "./authentication/policy.ts";
import { askedOf } from "./authentication/required-steps.ts";
import { type LostAddress, lostAddresses } from "./contacts.ts";
import { type Blocker, blockersOf } from "./core/blockers.ts";
import { consentModeIn, stepBlockers } from "./core/class-steps.ts";
import { DraftContent, wordsOf } from "./core/draft.ts";
import { withLocks } from "./core/templates/locked-fields.ts";
import { templateBlockers } from "./core/templates/template-blockers.ts";
import { envelopesError } from "./errors.ts";
import { contentOf } from "./get-draft.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { serverBlockers } from "./server-blockers.ts";
import {
  changeEnvelope,
  loadDocuments,
  loadFields,
  loadRecipients,
  lockChangeable,
  replaceDraft,
} from "./store.ts";
import { type Withdrawal, withdrawnConsents } from "./withdrawn-consents.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** The version the sender's window started from. */
  version: z.number().int().min(0),
  content: DraftContent,
});

export interface SavedDraft {
  readonly version: number;
  readonly blockers: readonly Blocker[];
  /** Who wants no electronic records, as their last word. */
  readonly withdrawn: readonly Withdrawal[];
  /** Whom mail did not reach before. */
  readonly lost: readonly LostAddress[];
}

/**
 * Saves a draft as the sender's window has it.
 *
 * @throws envelopes/draft-changed when another window saved meanwhile: the sender then chooses whose stays.
 */
export async function saveDraft(ctx: Context, input: z.input<typeof Input>): Promise<SavedDraft> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, version, content: given } = Input.parse(input);

  return inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    if (envelope.version !== version)
      throw envelopesError("draft-changed", `window has version ${version}, saved is ${envelope.version}`);
    const documents = await loadDocuments(ctx, envelopeId);
    requireKnownPlaces(given, documents);
    const people = await loadRecipients(ctx, envelopeId);
    const before = contentOf(envelope, people, await loadFields(ctx, envelopeId));
    requireRoom(ctx, before, given);
    const content = withLocks(before, given, envelope.isTemplate);

    await replaceDraft(ctx, envelopeId, content);
    const about = { ...wordsOf(content), rules: content.rules, version: version + 1 };
    await changeEnvelope(ctx, envelopeId, { ...about, scheduleProblem: null });
    await indexNow(ctx, [envelopeId]);
    const draftSha256 = toHex(sha256(fromUtf8(canonicalJson(content))));
    await appendEvent(ctx, {
      type: "envelope.edited",
      envelopeId,
      data: { draftSha256, recipients: content.recipients.length, fields: content.fields.length },
    });
    const known = documents.map((document) => ({ id: document.id, pageCount: document.pages.length }));
    const policy = await policyOf(ctx, envelopeId);
    const asked = await askedOf(ctx, envelope, policy, documents);
    const blockers = envelope.isTemplate
      ? templateBlockers(content, known, policy, asked)
      : [
          ...blockersOf(content, known, policy),
          ...(await serverBlockers(
            ctx,
            { ...content, consentMode: consentModeIn(asked, content) },
            documents,
          )),
          ...stepBlockers(asked, content, documents),
        ];
    const withdrawn = await withdrawnConsents(ctx, content.recipients);
    const lost = await lostAddresses(ctx, content.recipients);
    return { version: version + 1, blockers, withdrawn, lost };
  });
}

/** What was there before the operator settled on less stays. @throws envelopes/too-many-recipients, too-many-fields */
function requireRoom({ runtime }: Context, before: DraftContent, given: DraftContent): void {
  const { limits } = runtime.config;
  for (const what of ["recipients", "fields"] as const)
    if (given[what].length > Math.max(limits[what], before[what].length))
      throw envelopesError(`too-many-${what}`, `${given[what].length} ${what}`);
}

function requireKnownPlaces(
  content: DraftContent,
  documents: readonly { readonly id: string; readonly pages: readonly unknown[] }[],
): void {
  const pages = new Map(documents.map((document) => [document.id, document.pages.length]));
  const people = new Set(content.recipients.map((recipient) => recipient.id));
  // Whoever is not shown a document would be shown what took its place.
  const unknown = content.recipients
    .flatMap(({ hiddenDocuments = [] }) => hiddenDocuments)
    .find((id) => !pages.has(id));
  if (unknown) throw envelopesError("hidden-document-gone", `document ${unknown}`);
  for (const field of content.fields) {
    if (field.page >= (pages.get(field.documentId) ?? 0) || !people.has(field.recipientId))
      throw envelopesError("field-not-on-page", `field ${field.id}`);
  }
}
