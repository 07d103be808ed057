/** A host's session on a device lasts a working day at most. */
export const KIOSK_MS = 10 * 3_600_000;
export const MOST_WRONG_PINS = 5;
const PIN = /^\d{6}$/;

/** Why a number does not guard a device; null when it does. */
export function pinProblem(pin: string): "pin-form" | "pin-easy" | null {
  if (!PIN.test(pin)) return "pin-form";
  const steps = new Set([...pin].slice(1).map((digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  // One digit six times, or a row up or down.
  const isRow = steps.size === 1 && [0, 1, 9].includes([...steps][0]!);
  return isRow ? "pin-easy" : null;
}

export interface KioskFacts {
  readonly wrongPins: number;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

export type KioskState = "open" | "locked" | "over";

/** Locked, it is left by signing in alone; nobody signs on it any more. */
export function kioskState({ wrongPins, expiresAt, endedAt }: KioskFacts, at: Date): KioskState {
  if (endedAt !== null || expiresAt <= at) return "over";
  return wrongPins >= MOST_WRONG_PINS ? "locked" : "open";
}
