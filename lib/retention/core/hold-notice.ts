import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";

/** Why somebody is mailed about a hold. */
export type NoticeKind = "first" | "changed" | "reminder" | "standing" | "released" | "removed";

/** What decides whether somebody is to be reminded. */
export interface NoticeState {
  /** When a mail was last asked for; null when nobody was told yet. */
  readonly askedAt: Date | null;
  /** Mails since the words changed, the first among them. */
  readonly asked: number;
  readonly acknowledgedAt: Date | null;
  readonly endedAt: Date | null;
}

const DAY_MS = 86_400_000;
/** Days between reminders of who has not answered. */
export const REMINDER_DAYS = 7;
/** So many are sent by themselves; then it is for people to go and ask. */
export const MOST_REMINDERS = 8;
/** Days after which who has answered is told that the hold still stands. */
export const STANDING_DAYS = 180;

/** Which mail is due now by itself, if any. */
export function dueNotice(state: NoticeState, now: Date): "reminder" | "standing" | null {
  const { askedAt, asked, acknowledgedAt, endedAt } = state;
  if (!askedAt || endedAt) return null;
  const days = (now.getTime() - askedAt.getTime()) / DAY_MS;
  if (acknowledgedAt) return days >= STANDING_DAYS ? "standing" : null;
  return days >= REMINDER_DAYS && asked <= MOST_REMINDERS ? "reminder" : null;
}

/** Was reminded, and has not answered. */
export const isOverdue = ({ acknowledgedAt, endedAt, askedAt, asked }: NoticeState): boolean =>
  askedAt !== null && !acknowledgedAt && !endedAt && asked > 1;

/** What an acknowledgement is bound to: SHA-256 of the words in UTF-8, lower-case hex. */
export const noticeSha256 = (notice: string): string => toHex(sha256(fromUtf8(notice)));
