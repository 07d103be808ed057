/** What may be done with a rotation in each of its states. */
const STEPS = {
  making: ["cancel"],
  failed: ["cancel"],
  ready: ["switch", "cancel"],
  scheduled: ["switch", "cancel"],
  switched: ["undo", "confirm"],
  confirmed: [],
  undone: [],
} as const satisfies Record<string, readonly RotationAct[]>;

export type RotationState = keyof typeof STEPS;
export type RotationAct = "switch" | "cancel" | "undo" | "confirm";

export const mayDo = (state: RotationState, act: RotationAct): boolean =>
  (STEPS[state] as readonly RotationAct[]).includes(act);

/** What has to hold of a key before it is put in use: there must always be one that can sign. */
export interface KeyFacts {
  readonly blockedAt: Date | null;
  readonly notAfter: Date;
}

const DAY_MS = 86_400_000;

/** @returns why the key cannot be put in use; null when it can. */
export function whyUnusable({ blockedAt, notAfter }: KeyFacts, now: Date): "blocked" | "expires" | null {
  if (blockedAt) return "blocked";
  return notAfter.getTime() - now.getTime() > 30 * DAY_MS ? null : "expires";
}
