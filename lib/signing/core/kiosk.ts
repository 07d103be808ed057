import type { CheckMethod } from "#lib/envelopes/core/checks.ts";
import { type DraftRecipient, type Order, turnsOf } from "#lib/envelopes/core/draft.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";
import { signingError } from "../errors.ts";

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

/** So many people walk up to one device in one session. */
export const MOST_WALK_UPS = 2_000;

interface WalkUpDraft {
  readonly order: Order;
  readonly recipients: readonly DraftRecipient[];
}

/**
 * The role that whoever walks up takes: the only one that nobody is named for, whose turn is first, and that signs. The
 * others are in the template with name and address.
 *
 * @throws signing/kiosk-roles, kiosk-check where it asks for what a stranger cannot show
 */
export function walkUpRole({ order, recipients }: WalkUpDraft): DraftRecipient {
  const open = recipients.filter(
    ({ name, email, namedBy }) => (name === "" || email === "") && namedBy === "",
  );
  const [role] = open;
  const turns = turnsOf(order, recipients);
  const first = Math.min(...recipients.filter(({ role }) => isAsked(role)).map(({ id }) => turns.get(id)!));
  if (
    !role ||
    open.length > 1 ||
    role.role !== "signer" ||
    role.alternativeTo ||
    turns.get(role.id) !== first
  )
    throw signingError("kiosk-roles", `${open.length} roles are open`);
  if (!WALK_UP_CHECKS.has(role.check)) throw signingError("kiosk-check", role.check);
  return role;
}

/** What somebody who is known from nowhere can show: nothing, or that they read what is sent to them now. */
const WALK_UP_CHECKS: ReadonlySet<CheckMethod> = new Set(["none", "email-code", "sms-code"]);
