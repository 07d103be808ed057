import { expect, test } from "vitest";
import type { MemberId } from "#lib/ids.ts";
import {
  approvalProblem,
  expectedPurgeDay,
  isReminderDue,
  type PurgeFacts,
  type PurgeState,
  purgeDay,
  removalProblem,
  reviewProblem,
  settleProblem,
} from "./purge.ts";

const [ada, ben] = ["ada" as MemberId, "ben" as MemberId];
const facts = (state: PurgeState, more: Partial<Omit<PurgeFacts, "state">> = {}): PurgeFacts => ({
  ...{ state, isHeld: false, reviewedBy: null, action: "destroy", isSettled: false },
  ...more,
});

test("two people let an envelope through, one after the other", () => {
  expect(reviewProblem(facts("due"))).toBeNull();
  expect(approvalProblem(facts("due"), ben)).toBe("not-reviewed");
  const reviewed = facts("reviewed", { reviewedBy: ada });
  expect(reviewProblem(reviewed)).toBe("already-reviewed");
  expect(approvalProblem(reviewed, ada)).toBe("same-person");
  expect(approvalProblem(reviewed, ben)).toBeNull();
  expect(approvalProblem(facts("approved", { reviewedBy: ada }), ben)).toBe("purge-begun");
});

test("what is to be looked at or handed over is let through once it was", () => {
  const toLookAt = facts("due", { action: "review" });
  expect(reviewProblem(toLookAt)).toBe("not-settled");
  expect(reviewProblem({ ...toLookAt, isSettled: true })).toBeNull();
  expect(settleProblem(toLookAt)).toBeNull();
  expect(settleProblem(facts("due", { action: "hand-over" }))).toBeNull();
  expect(settleProblem(facts("due"))).toBe("nothing-to-settle");
  expect(settleProblem(facts("due", { action: "archive" }))).toBe("nothing-to-settle");
  expect(settleProblem(facts("due", { action: "review", isHeld: true }))).toBe("envelope-held");
  expect(settleProblem(facts("reviewed", { action: "review" }))).toBe("already-reviewed");
  expect(removalProblem(facts("archived", { action: "archive" }))).toBe("not-queued");
});

test("a held one is let through by nobody", () => {
  expect(reviewProblem(facts("due", { isHeld: true }))).toBe("envelope-held");
  expect(approvalProblem(facts("reviewed", { isHeld: true, reviewedBy: ada }), ben)).toBe("envelope-held");
});

test("it can be taken out until its key is destroyed", () => {
  const states = ["due", "reviewed", "approved", "purging", "purged", "removed"] as const;
  expect(states.map((state) => removalProblem(facts(state)))).toEqual([
    null,
    null,
    null,
    "purge-begun",
    "envelope-destroyed",
    "not-queued",
  ]);
});

test("nothing is destroyed before a fortnight after it was announced and a week after the reminder", () => {
  const at = (day: string) => new Date(`${day}T03:00:00Z`);
  const fresh = { dueOn: "2033-11-22", announcedAt: null, remindedAt: null };
  expect(purgeDay(fresh)).toBeNull();
  expect(expectedPurgeDay(fresh, at("2033-11-08"))).toBe("2033-11-22");
  // Its time was over long ago: a class was shortened.
  expect(expectedPurgeDay(fresh, at("2034-02-01"))).toBe("2034-02-15");
  const announced = { ...fresh, announcedAt: at("2034-02-01") };
  expect(purgeDay(announced)).toBeNull();
  expect(isReminderDue(announced, at("2034-02-07"))).toBe(false);
  expect(isReminderDue(announced, at("2034-02-08"))).toBe(true);
  expect(purgeDay({ ...announced, remindedAt: at("2034-02-08") })).toBe("2034-02-15");
  // No worker came by for a while.
  expect(purgeDay({ ...announced, remindedAt: at("2034-02-20") })).toBe("2034-02-27");
  expect(isReminderDue({ ...announced, remindedAt: at("2034-02-08") }, at("2034-02-20"))).toBe(false);
});
