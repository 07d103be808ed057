/** Days before the end at which owners and administrators are told. */
export const WARN_DAYS = [90, 60, 30, 7, 1] as const;

const DAY_MS = 86_400_000;

/** Whole days until then; negative afterwards. */
export const daysLeft = (until: Date, now: Date): number =>
  Math.floor((until.getTime() - now.getTime()) / DAY_MS);

/** Days before the end by which these have long been renewed by themselves: until then there is no news. */
const RENEWED_DAYS: Readonly<Record<string, number>> = { ocsp: 30, tsa: 65, log: 90 };

/**
 * The warnings whose time has come, the nearest to the end first; only the first is still news.
 *
 * @param kind of key: what renews itself is warned of when it did not. @param until when it can no longer be used.
 */
export function dueWarnings(kind: string, until: Date, now: Date): number[] {
  const leftMs = until.getTime() - now.getTime();
  if (leftMs <= 0) return [];
  const from = RENEWED_DAYS[kind] ?? Number.POSITIVE_INFINITY;
  return WARN_DAYS.filter((days) => days < from && leftMs <= days * DAY_MS).toSorted((a, b) => a - b);
}

/** How soon something has to be done. */
export type Urgency = "over" | "days" | "month" | "quarter" | "calm";

export function urgencyOf(kind: string, until: Date, now: Date): Urgency {
  const left = daysLeft(until, now);
  if (left >= (RENEWED_DAYS[kind] ?? Number.POSITIVE_INFINITY)) return "calm";
  if (until <= now) return "over";
  if (left < 7) return "days";
  if (left < 30) return "month";
  return left < 90 ? "quarter" : "calm";
}

export const REVIEW_KINDS = ["key-review", "certificate-audit", "passphrases"] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

export interface ReviewPolicy {
  readonly reviewMonths: number;
  readonly passphraseMonths: number;
}

/** When the next review is due: by the policy for keys and passphrases, a year for certificates. */
export function nextReviewAt(kind: ReviewKind, after: Date, policy: ReviewPolicy): Date {
  const { reviewMonths, passphraseMonths } = policy;
  const months = { "key-review": reviewMonths, "certificate-audit": 12, passphrases: passphraseMonths }[kind];
  const due = new Date(after);
  const day = due.getUTCDate();
  due.setUTCDate(1);
  due.setUTCMonth(due.getUTCMonth() + months);
  const last = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate();
  due.setUTCDate(Math.min(day, last));
  return due;
}

export type RenewalReason = "revoked" | "expired" | "ending";

/**
 * Whether the certificate of a seal has to be renewed: from the first warning on, and earlier where it has to be valid
 * for longer.
 *
 * @param leastDays for how many days more it has to be valid to seal.
 */
export function renewalReason(until: Date, leastDays: number, now: Date): RenewalReason | null {
  if (until <= now) return "expired";
  const lead = Math.max(WARN_DAYS[0], leastDays + WARN_DAYS[2]);
  return until.getTime() - now.getTime() <= lead * DAY_MS ? "ending" : null;
}
