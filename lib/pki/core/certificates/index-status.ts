export const CERTIFICATE_STATUSES = ["valid", "expired", "revoked", "unknown"] as const;
export type IndexStatus = (typeof CERTIFICATE_STATUSES)[number];

export interface StatusFacts {
  readonly revokedAt: Date | null;
  readonly notAfter: Date;
  /** An authority of ours issued it, or it vouches for itself. */
  readonly isKnown: boolean;
  /** How long the last answer of another's authority counts; null where there is none. */
  readonly holdsUntil: Date | null;
}

/** What one may say of it now: `unknown` where its authority is another's that has not answered lately. */
export function indexStatus(
  { revokedAt, notAfter, isKnown, holdsUntil }: StatusFacts,
  now: Date,
): IndexStatus {
  if (revokedAt) return "revoked";
  if (notAfter <= now) return "expired";
  return isKnown || (holdsUntil && holdsUntil > now) ? "valid" : "unknown";
}
