/** What something was, is, and was before it was undone. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Changes of one kind in a row are one step back. */
  readonly kind: string | null;
  readonly changedAt: number;
}

const STEPS = 200;
const SAME_MS = 1_500;

export const historyOf = <T>(present: T): History<T> => ({
  ...{ past: [], present, future: [], kind: null, changedAt: 0 },
});

/**
 * Goes on to `next`.
 *
 * @param kind typing and nudging again and again is one change; null is always one of its own.
 * @param now milliseconds.
 */
export function changed<T>(history: History<T>, next: T, kind: string | null, now: number): History<T> {
  if (next === history.present) return history;
  const goesOn = kind !== null && kind === history.kind && now - history.changedAt < SAME_MS;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-STEPS);
  return { past, present: next, future: [], kind, changedAt: now };
}

export function undone<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  const { past, present, future } = history;
  return {
    past: past.slice(0, -1),
    present: previous,
    future: [present, ...future],
    kind: null,
    changedAt: 0,
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, kind: null, changedAt: 0 };
}

/** Changes what was and what is alike: nothing of it comes back by undoing. */
export function everywhere<T>(history: History<T>, change: (state: T) => T): History<T> {
  const { past, present, future } = history;
  return { ...history, past: past.map(change), present: change(present), future: future.map(change) };
}
