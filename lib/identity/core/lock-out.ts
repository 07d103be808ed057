/** Wrong passwords in a row before an account waits (SP 800-63B-4 §3.2.2 allows 100 in all). */
export const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

/** How long an account waits after that many wrong passwords in a row: twice as long each time, an hour at most. */
export function waitAfter(failedAttempts: number): number {
  if (failedAttempts < FREE_TRIES) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, failedAttempts - FREE_TRIES));
}
