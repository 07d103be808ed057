import type { AuditEntry } from "#lib/audit/read-chain.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { hasPermission, isOwn, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId, DocumentId, EnvelopeId, MemberId, RecipientId } from "#lib/ids.ts";
import { type CheckMethod, requiredChecks } from "./core/checks.ts";
import { type DeliveryState, deliveryOf } from "./core/delivery-state.ts";
import type { EarlierSignatures } from "./core/documents/earlier-signatures.ts";
import { type LinkOpening, linkOpening } from "./core/link-openings.ts";
import { reachedAt } from "./core/reached-at.ts";
import { isAsked } from "./core/roles.ts";
import { currentTurn, isAtProvider, isDone, isOut } from "./core/routing.ts";
import {
  type DocumentRow,
  type EnvelopeRow,
  loadArtifacts,
  loadCertificates,
  loadDocuments,
  loadEnvelope,
  loadRecipients,
  loadRevisions,
  type RecipientRow,
} from "./store.ts";

export interface EnvelopeView {
  readonly id: EnvelopeId;
  readonly title: string;
  readonly message: string;
  readonly shortId: string;
  readonly state: EnvelopeRow["state"];
  readonly order: EnvelopeRow["order"];
  readonly level: EnvelopeRow["level"];
  /** Who makes its people's signatures. */
  readonly signatureKind: EnvelopeRow["signatureKind"];
  /** Why work on it waits, as a code. */
  readonly waitingFor: string | null;
  readonly isPrepared: boolean;
  /** Of a draft: what its sender saw last. */
  readonly version: number;
  /** When a draft goes out by itself, and the zone that is read in. */
  readonly scheduledAt: Date | null;
  readonly scheduledZone: string | null;
  readonly sentAt: Date | null;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
  /** Where its people look for it, and the words it is marked with. */
  readonly folderId: string | null;
  readonly tags: readonly string[];
  /** It is over, and lists of what is over leave it out. */
  readonly isFiledAway: boolean;
  /** A legal hold covers it. */
  readonly heldSince: Date | null;
  /** It was destroyed; its tombstone is retention's to show. */
  readonly purgedAt: Date | null;
  readonly recipients: readonly RecipientView[];
  readonly documents: readonly EnvelopeDocument[];
  readonly certificates: readonly CertificateEntry[];
  readonly hasAuditTrail: boolean;
  readonly trail: readonly AuditEntry[];
  /** Position of the first event that does not hold. */
  readonly trailBrokenAt: number | null;
  readonly may: { readonly manage: boolean; readonly download: boolean; readonly share: boolean };
  readonly ownerId: MemberId;
  readonly readerIds: readonly MemberId[];
  readonly helperIds: readonly MemberId[];
}

export interface RecipientView {
  readonly id: RecipientId;
  readonly name: string;
  readonly email: string;
  readonly role: RecipientRow["role"];
  /** What they show beside having the link. */
  readonly check: RecipientRow["check"];
  /** The same with what rules ask for besides. */
  readonly checks: readonly CheckMethod[];
  readonly order: number;
  readonly state: RecipientRow["state"];
  /** Whose part this was before it was handed on. */
  readonly insteadOf: string | null;
  /** Either that person acts or this one, by name; null where nobody else may. */
  readonly alternativeTo: string | null;
  /** Not needed as long as the one they are an alternative to has not stepped back. */
  readonly isSpare: boolean;
  /** Who says who this person is; null where the sender did, or it is said. */
  readonly namedBy: string | null;
  readonly isTheirTurn: boolean;
  /** On their host's device. */
  readonly isInPerson: boolean;
  /** By a link the sender gives them, and no mail. */
  readonly isGivenLink: boolean;
  readonly isDone: boolean;
  /** Has finished here, and has yet to let their provider sign: nothing of theirs is signed. */
  readonly isAtProvider: boolean;
  /** What became of the last mail to them; null where none went. */
  readonly delivery: DeliveryState | null;
  /** When their link was fetched, by whomever: it is no view. */
  readonly opening: LinkOpening | null;
  /** For whom they act, as the sender said; empty where for themselves. */
  readonly onBehalfOf: string;
  /** When their own time is over; null where only the envelope's counts, or they were not asked yet. */
  readonly dueAt: Date | null;
  /** It was over before they had acted. */
  readonly lapsedAt: Date | null;
  /** Names of documents that are kept from them. */
  readonly notShown: readonly string[];
  readonly notifiedAt: Date | null;
  readonly remindedAt: Date | null;
  /** Since when no reminder goes out, because mail to them came back. */
  readonly reminderHeldAt: Date | null;
  readonly viewedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly declinedAt: Date | null;
  readonly declineReason: string | null;
}

export interface EnvelopeDocument {
  readonly id: DocumentId;
  readonly name: string;
  readonly pageCount: number;
  readonly originalSha256: string;
  /** Of the newest revision. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly revision: number;
  readonly isSealed: boolean;
  /** The signatures it came with, as they were read then; null where there were none, or it is destroyed. */
  readonly earlier: (EarlierSignatures & { readonly areKept: boolean }) | null;
}

export interface CertificateEntry {
  readonly id: CertificateId;
  readonly kind: "signer" | "seal";
  readonly subject: string;
  readonly serial: string;
  readonly sha256: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** An envelope with its people, documents, certificates and trail. @throws envelopes/not-found */
export async function getEnvelope(ctx: Context, input: { envelopeId: EnvelopeId }): Promise<EnvelopeView> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, input.envelopeId);
    requireOwn(member, envelope, "envelope.read-all");
    const documents = await loadDocuments(ctx, envelope.id);
    const recipients = await loadRecipients(ctx, envelope.id);
    const revisions = await loadRevisions(
      ctx,
      documents.map(({ id }) => id),
    );
    const certificates = await loadCertificates(ctx, envelope.id);
    const artifacts = await loadArtifacts(ctx, envelope.id);
    const { entries, brokenAt } = await readChain(ctx, envelope.id);
    const isTheirs = isOwn(member, envelope, "envelope.manage-all");
    const { id, title, message, shortId, state, order, level, waitingFor } = envelope;
    const { version, scheduledAt, scheduledZone } = envelope;
    const { sentAt, expiresAt, endedAt, endReason, heldSince, purgedAt } = envelope;
    return {
      ...{
        id,
        title,
        message,
        shortId,
        state,
        order,
        ...{ level, signatureKind: envelope.signatureKind },
        waitingFor,
        version,
        scheduledAt,
        scheduledZone,
        ownerId: envelope.ownerId,
        readerIds: envelope.readerIds,
        helperIds: envelope.helperIds,
        sentAt,
        expiresAt,
        endedAt,
        endReason,
        heldSince,
        purgedAt,
        folderId: envelope.folderId,
        tags: envelope.tags,
        isFiledAway: envelope.filedAwayAt !== null,
      },
      isPrepared: envelope.preparedAt !== null,
      recipients: describeRecipients(envelope, recipients, entries, documents),
      documents: documents.map(({ id, name, pages, earlierSignatures, keepsSignatures }) => {
        const own = revisions.filter(({ documentId }) => documentId === id);
        const newest = own.at(-1)!;
        return {
          ...{ id, name, pageCount: pages.length, originalSha256: own[0]!.sha256 },
          ...{ sha256: newest.sha256, sizeBytes: newest.sizeBytes, revision: newest.number },
          isSealed: envelope.state === "completed",
          earlier: earlierSignatures && { ...earlierSignatures, areKept: keepsSignatures },
        };
      }),
      certificates,
      hasAuditTrail: !purgedAt && artifacts.some(({ kind }) => kind === "audit-trail"),
      trail: entries,
      trailBrokenAt: brokenAt,
      may: {
        manage: isTheirs && !purgedAt && hasPermission(member, "envelope.manage"),
        download: hasPermission(member, "evidence.download"),
        share:
          isOwn(member, envelope.ownerId, "envelope.manage-all") && hasPermission(member, "envelope.manage"),
      },
    };
  });
}

function placeOf({ alternativeTo, namedBy, email }: RecipientRow, recipients: readonly RecipientRow[]) {
  const leader = recipients.find(({ id }) => id === alternativeTo);
  const namer = recipients.find(({ id }) => id === namedBy);
  return {
    alternativeTo: leader?.name ?? null,
    isSpare: leader !== undefined && !isOut(leader),
    namedBy: email === "" ? (namer?.name ?? null) : null,
  };
}

function describeRecipients(
  envelope: EnvelopeRow,
  recipients: readonly RecipientRow[],
  trail: readonly AuditEntry[],
  documents: readonly DocumentRow[],
): RecipientView[] {
  const routed = recipients.map((recipient) => ({ ...recipient, isSigned: recipient.signedAt !== null }));
  const turn = envelope.state === "sent" ? currentTurn(routed) : null;
  return routed.map((recipient) => ({
    ...placeOf(recipient, routed),
    id: recipient.id,
    name: recipient.name,
    email: reachedAt(recipient),
    role: recipient.role,
    check: recipient.check,
    checks: requiredChecks([recipient.check, ...recipient.furtherChecks.map((one) => one.check)]),
    order: recipient.order,
    state: recipient.state,
    insteadOf: recipients.find(({ id }) => id === recipient.delegatedFrom)?.name ?? null,
    isTheirTurn: recipient.order === turn && isAsked(recipient.role) && !isDone(recipient),
    isDone: isDone(recipient),
    isAtProvider: isAtProvider(recipient, envelope.signatureKind),
    isInPerson: recipient.hostId !== null,
    isGivenLink: recipient.isGivenLink,
    delivery: recipient.hostId ? null : deliveryOf(trail, recipient.id),
    opening: linkOpening(trail, recipient.id),
    ...{ onBehalfOf: recipient.onBehalfOf, dueAt: recipient.dueAt, lapsedAt: recipient.lapsedAt },
    notShown: documents.filter(({ id }) => recipient.hiddenDocuments.includes(id)).map(({ name }) => name),
    notifiedAt: recipient.notifiedAt,
    remindedAt: recipient.remindedAt,
    reminderHeldAt: recipient.reminderHeldAt,
    viewedAt: recipient.viewedAt,
    finishedAt: recipient.finishedAt,
    declinedAt: recipient.declinedAt,
    declineReason: recipient.declineReason,
  }));
}
