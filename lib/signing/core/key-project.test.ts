import { expect, test } from "vitest";
import { dueOf, dueReminder, PROJECT_STEPS, type StepFacts, stepProblem, stepState } from "./key-project.ts";

const startsAt = new Date("2026-12-01T00:00:00Z");
const planned = (): StepFacts[] =>
  PROJECT_STEPS.map(({ step }) => ({ step, dueAt: dueOf(step, startsAt), doneAt: null }));
const done = (steps: StepFacts[], names: readonly string[]) =>
  steps.map((one) => (names.includes(one.step) ? { ...one, doneAt: startsAt } : one));

test("a project runs from day 0 to day 30", () => {
  expect(planned().map(({ dueAt }) => dueAt.toISOString().slice(0, 10))).toEqual([
    ...["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05", "2026-12-06", "2026-12-07"],
    "2026-12-31",
  ]);
});

test("a step is due on its day and overdue after it", () => {
  const [, second] = planned();
  const at = (text: string) => stepState(second!, new Date(text));
  expect(at("2026-12-01T20:00:00Z")).toBe("planned");
  expect(at("2026-12-02T00:00:00Z")).toBe("due");
  expect(at("2026-12-03T00:00:00Z")).toBe("overdue");
  expect(dueReminder(second!, new Date("2026-12-01T20:00:00Z"))).toBeNull();
  expect(dueReminder({ ...second!, doneAt: startsAt }, new Date("2026-12-09T00:00:00Z"))).toBeNull();
});

test("the review after thirty days waits for every other step, and no step is done twice", () => {
  const names = PROJECT_STEPS.map(({ step }) => step);
  expect(stepProblem(planned(), "audit-review")).toBe("project-steps-open");
  expect(stepProblem(planned(), "transfer")).toBeNull();
  expect(stepProblem(done(planned(), ["transfer"]), "transfer")).toBe("project-step-done");
  expect(stepProblem(done(planned(), names.slice(0, -1)), "audit-review")).toBeNull();
});
