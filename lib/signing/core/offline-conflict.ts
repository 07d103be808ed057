import { isAsked } from "#lib/envelopes/core/roles.ts";
import type { Ceremony } from "./finish.ts";
import type { KeptReason } from "./offline-acts.ts";

/** What is known of a kit when its events come back. */
export interface KitFacts {
  readonly expiresAt: Date;
  /** Somebody let it end before. */
  readonly removedAt: Date | null;
  /** The device found that what lay on it was not what it had been given. */
  readonly isChanged?: boolean;
  /** Each document as it lay in the kit. */
  readonly documents: readonly { readonly documentId: string; readonly sha256: string }[];
}

const ENDED = { completed: "completed", declined: "declined", voided: "voided", expired: "expired" } as const;

/**
 * Why nothing of what was done offline may be applied; null when it may. Asked before anything is: either everything is
 * tried or nothing.
 *
 * @param at when the events came back.
 */
export function conflictOf(ceremony: Ceremony, kit: KitFacts, at: Date): KeptReason | null {
  const { envelopeState, recipient, turn } = ceremony;
  if (kit.isChanged) return "kit-changed";
  if (kit.removedAt !== null) return "kit-removed";
  // Handed on, or taken on by another of those any one of whom is enough.
  if (recipient.state === "delegated" || recipient.state === "released") return "delegated";
  if (recipient.state === "declined") return "already-declined";
  if (recipient.state === "finished") return "already-signed";
  if (envelopeState in ENDED) return ENDED[envelopeState as keyof typeof ENDED];
  if (recipient.lapsedAt) return "expired";
  if (at > kit.expiresAt) return "kit-expired";
  const isTurn = isAsked(recipient.role) && recipient.order === turn && recipient.state !== "waiting";
  if (envelopeState !== "sent" || !ceremony.isPrepared || !isTurn) return "out-of-turn";
  return isStillShown(ceremony, kit) ? null : "document-changed";
}

/** What lay in the kit is still a revision that may have been seen: see `decideFinish`. */
function isStillShown({ documents, recipient }: Ceremony, kit: KitFacts): boolean {
  const least = recipient.firstRevision ?? 0;
  return (
    documents.length === kit.documents.length &&
    documents.every(({ id, revisions }) => {
      const { sha256 } = kit.documents.find(({ documentId }) => documentId === id) ?? {};
      const revision = revisions.findLast((candidate) => candidate.sha256 === sha256);
      return revision !== undefined && revision.number >= least;
    })
  );
}
