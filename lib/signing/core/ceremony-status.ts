import { isAsked } from "#lib/envelopes/core/roles.ts";
import { isOut } from "#lib/envelopes/core/routing.ts";
import type { Ceremony } from "./finish.ts";

/** Which page a person gets behind their link. */
export type CeremonyStatus =
  | "preparing"
  | "waiting"
  | "ready"
  | "finished"
  | "completed"
  | "declined"
  | "delegated"
  | "released"
  | "skipped"
  | "declined-by-other"
  | "voided"
  | "expired"
  | "ended"
  | "destroyed";

/** @param hasEnded the link is dead: it only says how things ended. */
export function ceremonyStatus(ceremony: Ceremony, hasEnded: boolean): CeremonyStatus {
  const { envelopeState, isPrepared, recipient, turn, isDestroyed } = ceremony;
  if (isDestroyed) return "destroyed";
  if (recipient.state === "declined" || isOut(recipient)) return recipient.state as CeremonyStatus;
  if (envelopeState === "completed") return hasEnded ? "ended" : "completed";
  if (envelopeState === "declined") return "declined-by-other";
  if (envelopeState === "voided" || envelopeState === "expired") return envelopeState;
  // Their link says so, as it does of an envelope that is over; the others go on.
  if (recipient.lapsedAt && recipient.state !== "finished") return "expired";
  if (hasEnded) return "ended";
  if (recipient.state === "finished") return "finished";
  if (!isPrepared) return "preparing";
  const isTurn = recipient.order === turn && isAsked(recipient.role) && recipient.state !== "waiting";
  return isTurn ? "ready" : "waiting";
}
