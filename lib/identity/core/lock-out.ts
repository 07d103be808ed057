/** Wrong passwords in a row before an address waits (SP 800-63B-4 §3.2.2 allows 100 in all). */
export const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** After so long without a try, what was tried before is forgotten. */
export const FORGOTTEN_AFTER_MS = 30 * 86_400_000;

/** What is known of the tries for an address. */
export interface Tries {
  readonly failedAttempts: number;
  readonly lockedUntil: Date | null;
  readonly lastAt: Date;
}

/** How long an address waits after that many wrong passwords in a row: twice as long each time, an hour at most. */
export function waitAfter(failedAttempts: number): number {
  if (failedAttempts < FREE_TRIES) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, failedAttempts - FREE_TRIES));
}

/**
 * Counts one more try as failed, before its password is looked at: any number of tries at the same moment are as
 * many tries. Null when the address has to wait first.
 */
export function countedTry(before: Tries, now: Date): Tries | null {
  if (before.lockedUntil && before.lockedUntil > now) return null;
  const isForgotten = now.getTime() - before.lastAt.getTime() > FORGOTTEN_AFTER_MS;
  const failedAttempts = isForgotten ? 1 : before.failedAttempts + 1;
  const waitMs = waitAfter(failedAttempts);
  const lockedUntil = waitMs > 0 ? new Date(now.getTime() + waitMs) : null;
  return { failedAttempts, lockedUntil, lastAt: now };
}
