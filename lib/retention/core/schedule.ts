/** What starts the clock of a class. */
export const TRIGGERS = ["completion", "void", "expiry"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * Where the years begin: at the envelope's own end, at that of the contract in it, when a person last did anything in it, or
 * when its sender's account is closed.
 */
export const COUNTS_FROM = ["end", "contract-end", "last-activity", "owner-left"] as const;
export type CountsFrom = (typeof COUNTS_FROM)[number];

/**
 * What is done when the years are over, the one that keeps least first: it is destroyed; it is handed over and then
 * destroyed; a person looks and decides; a proven copy is kept in the archive; nothing, it is kept for good.
 */
export const ACTIONS = ["destroy", "hand-over", "review", "archive", "keep"] as const;
export type Action = (typeof ACTIONS)[number];

/** Only what was completed has an evidence package to hand over or to archive. */
export const needsCompletion = (action: Action): boolean => action === "hand-over" || action === "archive";

/** A person has to do something first: look, or hand over. */
export const isForPeople = (action: Action): boolean => action === "hand-over" || action === "review";

/** Audit records are kept so long unless somebody with the right to say so says otherwise. */
export const FLOOR_YEARS = 7;
export const MOST_YEARS = 100;
/** How much longer than its use a certificate may have to last. */
export const MOST_CERTIFICATE_DAYS = 365;
/** So long before its day an envelope comes into view, and those who decide are told. */
export const NOTICE_DAYS = 14;
/** So long before its day they are told once more. */
export const REMINDER_DAYS = 7;

/** How long a class keeps. */
export interface Span {
  readonly years: number;
  readonly countsFrom: CountsFrom;
  readonly action: Action;
}

/** What a class keeps for at least, until counsel approves of less. */
export const FLOOR: Span = { years: FLOOR_YEARS, countsFrom: "end", action: "destroy" };

/**
 * Whether anything could be destroyed sooner than before: fewer years, years that begin earlier, or an end that keeps
 * less.
 */
export const isShorter = (next: Span, before: Span): boolean =>
  next.years < before.years ||
  ACTIONS.indexOf(next.action) < ACTIONS.indexOf(before.action) ||
  (before.countsFrom !== "end" && next.countsFrom !== before.countsFrom);

export interface RetentionClass {
  /** Null for the one that is there from the start. */
  readonly id: string | null;
  readonly name: string;
  readonly trigger: Trigger;
  readonly years: number;
  readonly countsFrom: CountsFrom;
  readonly action: Action;
  readonly basis: string;
}

/** What holds where an organization has said nothing. */
export const standardClass = (trigger: Trigger): RetentionClass => ({
  ...{ id: null, name: "Standard", trigger, years: FLOOR_YEARS, countsFrom: "end", action: "destroy" },
  basis: "Kept as long as the audit record, by default.",
});

/** Which clock an envelope's end starts; null while it has not ended. */
export function triggerOf(state: string): Trigger | null {
  if (state === "completed") return "completion";
  if (state === "declined" || state === "voided") return "void";
  return state === "expired" ? "expiry" : null;
}

/**
 * The class that decides about an envelope: the one chosen for it, if it is about an end of this kind, else the
 * organization's for that end, else the standard.
 */
export function classFor(
  trigger: Trigger,
  chosen: RetentionClass | null,
  defaults: readonly RetentionClass[],
): RetentionClass {
  if (chosen?.trigger === trigger) return chosen;
  return defaults.find((one) => one.trigger === trigger) ?? standardClass(trigger);
}

const DAY_MS = 86_400_000;
/** `2026-11-21`, in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * The first day on which nothing keeps an envelope any more: the day after all its years have passed, in UTC. Years
 * that end on a 29 February there is not end on 1 March.
 */
export function dueDay(endedAt: Date, years: number): string {
  const day = new Date(`${dayOf(endedAt)}T00:00:00Z`);
  day.setUTCFullYear(day.getUTCFullYear() + years);
  return dayOf(new Date(day.getTime() + DAY_MS));
}

/**
 * The day from which a class counts its years, which is not before the envelope's own end: until then it was not signed.
 *
 * @param begunOn `2027-12-31`: the end of the contract, the last activity, or when the account was closed; null while
 *   that is not known or has not come. @returns null while the clock stands
 */
export function clockStart(
  { countsFrom }: Pick<RetentionClass, "countsFrom">,
  endedAt: Date,
  begunOn: string | null,
): Date | null {
  if (countsFrom === "end") return endedAt;
  if (begunOn === null) return null;
  return begunOn > dayOf(endedAt) ? new Date(`${begunOn}T00:00:00Z`) : endedAt;
}

/** A day of the calendar that there is. @param text what somebody entered */
export function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && dayOf(at) === text;
}

export const isDue = (dueOn: string, now: Date): boolean => dueOn <= dayOf(now);

/** The day so many days on, in UTC. */
export const daysOn = (at: Date, days: number): string => dayOf(new Date(at.getTime() + days * DAY_MS));

/** Near enough to be shown to those who let it through. */
export const isComingUp = (dueOn: string, now: Date): boolean => dueOn <= daysOn(now, NOTICE_DAYS);

/** When something that was taken out of the queue comes up again. */
export const returnDay = (now: Date, years = 1): string => dueDay(now, years);
