import { isAsked, type RecipientRole } from "./roles.ts";

/** How long somebody has, beside the time of the envelope. */
export interface AnswerTime {
  /** From being asked. */
  readonly answerDays: number | null;
  /** Goes before the days. */
  readonly answerUntil: Date | null;
}

const DAY_MS = 86_400_000;

/** When the time of somebody who is asked now is over; null where only the envelope's counts. */
export function dueAt({ answerDays, answerUntil }: AnswerTime, askedAt: Date): Date | null {
  if (answerUntil) return answerUntil;
  return answerDays === null ? null : new Date(askedAt.getTime() + answerDays * DAY_MS);
}

/** The same for who takes somebody's place: a day that is over by then counts no more. */
export function dueAtAnew(time: AnswerTime, askedAt: Date): Date | null {
  const due = dueAt(time, askedAt);
  return due && due <= askedAt ? null : due;
}

/** Until when somebody can act: the sooner of their own time and the envelope's; null where nothing ends. */
export function openUntil(own: Date | null, envelope: Date | null): Date | null {
  if (!own || !envelope) return own ?? envelope;
  return own < envelope ? own : envelope;
}

/** Who is asked and has neither acted nor come to the end of their time. */
export const ASKED_STATES = ["notified", "viewed", "consented"] as const;

interface TimedPerson {
  readonly state: string;
  readonly dueAt: Date | null;
  readonly lapsedAt: Date | null;
}

/** Whether somebody's own time is over before they acted, though nothing has said so yet. */
export const isTimeOver = ({ state, dueAt, lapsedAt }: TimedPerson, at: Date): boolean =>
  (ASKED_STATES as readonly string[]).includes(state) && lapsedAt === null && dueAt !== null && dueAt <= at;

/** Nothing is waited for from who only gets a copy. */
export const takesOwnTime = ({ role }: { readonly role: RecipientRole }): boolean => isAsked(role);
