/** Whom an access review is about. */
export const REVIEW_SCOPES = ["all", "privileged", "teams"] as const;
export type ReviewScope = (typeof REVIEW_SCOPES)[number];

/** What happens where nobody has answered by the last day. */
export const SILENCES = ["escalate", "revoke"] as const;
export type Silence = (typeof SILENCES)[number];

export interface ReviewTerms {
  readonly scope: ReviewScope;
  /** Days for answers. */
  readonly days: number;
  readonly onSilence: Silence;
}

export const DEFAULT_TERMS: ReviewTerms = { scope: "all", days: 30, onSilence: "escalate" };

/** Who settles what others may do, reads everything, or answers for it: to keep it takes a reason. */
const PRIVILEGED: ReadonlySet<string> = new Set(["owner", "admin", "counsel"]);
export const isPrivileged = (role: string): boolean => PRIVILEGED.has(role);

interface Reviewed {
  readonly role: string;
  /** Who leads their team. */
  readonly managerId: string | null;
}

/** Whether a review of this scope is about a member. */
export function isReviewed(scope: ReviewScope, { role, managerId }: Reviewed): boolean {
  if (scope === "privileged") return isPrivileged(role);
  return scope === "all" || managerId !== null;
}

/** Who leads a team decides on those in it who have no rights over others; owners and admins on everybody. */
export const decidesOn = (memberId: string, { role, managerId }: Reviewed): boolean =>
  managerId === memberId && !isPrivileged(role);

/** First day of the quarter, in UTC. */
export const quarterBegin = (at: Date): Date =>
  new Date(Date.UTC(at.getUTCFullYear(), Math.floor(at.getUTCMonth() / 3) * 3, 1));
