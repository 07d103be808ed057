import type { MemberId } from "#lib/ids.ts";
import { type Action, daysOn, isForPeople, NOTICE_DAYS, REMINDER_DAYS } from "./schedule.ts";

export type PurgeState = "due" | "removed" | "archived" | "reviewed" | "approved" | "purging" | "purged";

/** What decides about an envelope in the queue. */
export interface PurgeFacts {
  readonly state: PurgeState;
  readonly isHeld: boolean;
  readonly reviewedBy: MemberId | null;
  /** What its class wants done, and whether a person has looked at it or handed it over, where that has to be first. */
  readonly action: Action;
  readonly isSettled: boolean;
}

export type PurgeProblem =
  | "envelope-held"
  | "not-queued"
  | "not-reviewed"
  | "not-settled"
  | "nothing-to-settle"
  | "already-reviewed"
  | "same-person"
  | "purge-begun"
  | "envelope-destroyed";

const over = ({ state }: PurgeFacts): PurgeProblem | null => {
  if (state === "purged") return "envelope-destroyed";
  if (state === "purging") return "purge-begun";
  return state === "removed" || state === "archived" ? "not-queued" : null;
};

/** Why it may not be let through by a first person; null when it may. */
export function reviewProblem(facts: PurgeFacts): PurgeProblem | null {
  const problem = over(facts) ?? (facts.isHeld ? "envelope-held" : null);
  if (problem) return problem;
  if (facts.state !== "due") return "already-reviewed";
  return facts.action === "destroy" || facts.isSettled ? null : "not-settled";
}

/** Why nobody can say that it was looked at, or handed over; null when that waits for a person. */
export function settleProblem(facts: PurgeFacts): PurgeProblem | null {
  const problem = over(facts) ?? (facts.isHeld ? "envelope-held" : null);
  if (problem) return problem;
  if (facts.state !== "due") return "already-reviewed";
  return isForPeople(facts.action) ? null : "nothing-to-settle";
}

/** Why it may not be let through by a second person; null when it may. Nobody is both. */
export function approvalProblem(facts: PurgeFacts, memberId: MemberId): PurgeProblem | null {
  const problem = over(facts) ?? (facts.isHeld ? "envelope-held" : null);
  if (problem) return problem;
  if (facts.state === "approved") return "purge-begun";
  if (facts.state !== "reviewed") return "not-reviewed";
  return facts.reviewedBy === memberId ? "same-person" : null;
}

/** Why it may not be taken out; null when it may, until its key is destroyed. */
export const removalProblem = (facts: PurgeFacts): PurgeProblem | null => over(facts);

/** When the time of an envelope in the queue is over, and when those who decide were told so. */
export interface Notices {
  /** `2033-11-22`, in UTC. */
  readonly dueOn: string;
  readonly announcedAt: Date | null;
  readonly remindedAt: Date | null;
}

const latest = (...days: readonly string[]): string => days.toSorted().at(-1)!;

/** The first day on which it could be destroyed if whoever was not told yet is told now, or in time. */
export const expectedPurgeDay = ({ dueOn, announcedAt, remindedAt }: Notices, now: Date): string =>
  latest(
    dueOn,
    daysOn(announcedAt ?? now, NOTICE_DAYS),
    ...(remindedAt ? [daysOn(remindedAt, REMINDER_DAYS)] : []),
  );

/** The first day on which it may be destroyed; null until both notices were given. */
export const purgeDay = (notices: Notices): string | null =>
  notices.announcedAt && notices.remindedAt ? expectedPurgeDay(notices, notices.announcedAt) : null;

/** Whether those who decide are to be told once more. */
export const isReminderDue = (notices: Notices, now: Date): boolean =>
  notices.announcedAt !== null &&
  notices.remindedAt === null &&
  expectedPurgeDay(notices, now) <= daysOn(now, REMINDER_DAYS);
