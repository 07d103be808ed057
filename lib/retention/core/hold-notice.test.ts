import { expect, test } from "vitest";
import { dueNotice, isOverdue, MOST_REMINDERS, type NoticeState } from "./hold-notice.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const told = (days: number, more: Partial<NoticeState> = {}): NoticeState => ({
  ...{ askedAt: daysAgo(days), asked: 1, acknowledgedAt: null, endedAt: null },
  ...more,
});

test("who has not answered is reminded every seven days, and not for ever", () => {
  expect(dueNotice(told(6.9), NOW)).toBeNull();
  expect(dueNotice(told(7), NOW)).toBe("reminder");
  expect(dueNotice(told(7, { asked: MOST_REMINDERS }), NOW)).toBe("reminder");
  expect(dueNotice(told(70, { asked: MOST_REMINDERS + 1 }), NOW)).toBeNull();
});

test("who has answered hears twice a year that the hold stands", () => {
  const acknowledgedAt = daysAgo(170);
  expect(dueNotice(told(179, { acknowledgedAt }), NOW)).toBeNull();
  expect(dueNotice(told(180, { acknowledgedAt }), NOW)).toBe("standing");
});

test("nobody is reminded of a silent hold, or of one that concerns them no more", () => {
  expect(dueNotice(told(9, { askedAt: null, asked: 0 }), NOW)).toBeNull();
  expect(dueNotice(told(9, { endedAt: daysAgo(1) }), NOW)).toBeNull();
});

test("it is overdue once a reminder was sent without an answer", () => {
  expect(isOverdue(told(3))).toBe(false);
  expect(isOverdue(told(3, { asked: 2 }))).toBe(true);
  expect(isOverdue(told(3, { asked: 2, acknowledgedAt: NOW }))).toBe(false);
});
