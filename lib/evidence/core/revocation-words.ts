/** What is known of a certificate's revocation. Instants of our authorities' own answers are as of `asOf`. */
export interface RevocationFacts {
  /** Null while it is not revoked, and where nobody said. */
  readonly revokedAt: Date | null;
  readonly reason: string | null;
  /** As of when that is so: now for a certificate of ours, its authority's answer for another's; null: nobody said. */
  readonly asOf: Date | null;
}

export type RevocationSentence =
  | "not-revoked"
  | "not-revoked-when-signed"
  | "revoked"
  | "revoked-after-signing"
  | "revoked-before-signing"
  | "answer-before-signing"
  | "not-said";

/**
 * What can be said of a certificate and of what was signed with it.
 *
 * @param signedAt when its key signed last; null where it signed nothing here.
 */
export function revocationSentence(
  { revokedAt, asOf }: RevocationFacts,
  signedAt: Date | null,
): RevocationSentence {
  if (revokedAt) {
    if (!signedAt) return "revoked";
    return revokedAt > signedAt ? "revoked-after-signing" : "revoked-before-signing";
  }
  if (!asOf) return "not-said";
  if (!signedAt) return "not-revoked";
  return asOf >= signedAt ? "not-revoked-when-signed" : "answer-before-signing";
}
