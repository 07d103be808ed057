/** A document that a key signed, as far as it is on record. */
export interface SignedFact {
  /** When the signature's time-stamp was in the document at the latest. */
  readonly storedAt: Date;
  /** Signatures of level B-B have no time-stamp. */
  readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA";
  readonly isUnderWay: boolean;
}

/**
 * What the loss of a key means for a document it signed: `stands` when its time-stamp proves that the signature was
 * there before the loss; `after-loss` when whoever has the key may have made it; `without-proof` when nothing shows
 * when it was made; `send-again` in place of these two while the envelope is under way.
 */
export type Standing = "stands" | "without-proof" | "after-loss" | "send-again";

/** @param lostAt the first instant at which somebody else may have had the key. @see EN 319 102-1 §5.6.2.2 */
export function standingOf({ storedAt, level, isUnderWay }: SignedFact, lostAt: Date): Standing {
  const hasProof = level !== "B-B";
  // Revocation lists know whole seconds only.
  const lostSecond = Math.floor(lostAt.getTime() / 1000) * 1000;
  if (hasProof && storedAt.getTime() < lostSecond) return "stands";
  if (isUnderWay) return "send-again";
  return hasProof ? "after-loss" : "without-proof";
}
