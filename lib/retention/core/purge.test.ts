import { expect, test } from "vitest";
import type { MemberId } from "#lib/ids.ts";
import { approvalProblem, type PurgeState, removalProblem, reviewProblem } from "./purge.ts";

const [ada, ben] = ["ada" as MemberId, "ben" as MemberId];
const facts = (state: PurgeState, more: { isHeld?: boolean; reviewedBy?: MemberId } = {}) => ({
  ...{ state, isHeld: false, reviewedBy: null },
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
