/** What a token of ours claims: the time in it is off by no more (RFC 3161 §2.4.2, accuracy). */
export const CLAIMED_MS = 1_000;
/** A clock that is kept right is moved by less within a minute: NTP slews it by 30 ms. */
const STEP_MS = 500;

/** Two clocks at one instant: the time of day, and one that only runs. Milliseconds; the second from any beginning. */
export interface ClockPair {
  readonly wallMs: number;
  readonly runningMs: number;
}

/**
 * By how much the time of day was set between two instants.
 *
 * @returns milliseconds, positive when it was set forward; 0 for what slewing explains
 */
export function jumpBetween(before: ClockPair, after: ClockPair): number {
  const jump = after.wallMs - before.wallMs - (after.runningMs - before.runningMs);
  return Math.abs(jump) > STEP_MS ? Math.round(jump) : 0;
}

/** What another clock said: it read `theirsMs` somewhere between two instants of ours. */
export interface ClockAnswer {
  readonly askedMs: number;
  readonly theirsMs: number;
  readonly answeredMs: number;
}

export interface ClockOffset {
  /** Theirs less ours. */
  readonly offsetMs: number;
  /** Half of the way there and back: the offset is off by no more. */
  readonly uncertaintyMs: number;
}

export function offsetOf({ askedMs, theirsMs, answeredMs }: ClockAnswer): ClockOffset {
  const uncertaintyMs = Math.max(0, (answeredMs - askedMs) / 2);
  return { offsetMs: theirsMs - (askedMs + uncertaintyMs), uncertaintyMs };
}

/** Whether two clocks contradict each other by more than a token claims, however slow the answer was. */
export const contradicts = ({ offsetMs, uncertaintyMs }: ClockOffset): boolean =>
  Math.abs(offsetMs) - uncertaintyMs > CLAIMED_MS;
