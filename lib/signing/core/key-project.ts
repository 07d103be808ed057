import type { MemberId } from "#lib/ids.ts";

/** Moving a key takes thirty days: which step is due on which day, counted from the first. */
export const PROJECT_STEPS = [
  { step: "plan", day: 0 },
  { step: "export", day: 1 },
  { step: "transfer", day: 2 },
  { step: "import", day: 3 },
  { step: "configure", day: 4 },
  { step: "test", day: 5 },
  { step: "policy-review", day: 6 },
  { step: "audit-review", day: 30 },
] as const;

export type ProjectStep = (typeof PROJECT_STEPS)[number]["step"];
export const PROJECT_STEP_NAMES = PROJECT_STEPS.map(({ step }) => step);
export const dayOf = (name: ProjectStep): number => PROJECT_STEPS.find(({ step }) => step === name)!.day;

const DAY_MS = 86_400_000;

/** Due when its day is over, in UTC. @param startsAt midnight of the first day. */
export const dueOf = (name: ProjectStep, startsAt: Date): Date =>
  new Date(startsAt.getTime() + (dayOf(name) + 1) * DAY_MS - 1000);

export interface StepFacts {
  readonly step: ProjectStep;
  readonly dueAt: Date;
  readonly doneAt: Date | null;
}

export type StepState = "done" | "overdue" | "due" | "planned";

/** Due on its day, overdue after it. */
export function stepState({ dueAt, doneAt }: Pick<StepFacts, "dueAt" | "doneAt">, now: Date): StepState {
  if (doneAt) return "done";
  if (dueAt <= now) return "overdue";
  return dueAt.getTime() - now.getTime() <= DAY_MS ? "due" : "planned";
}

/**
 * Why a step cannot be signed off; null when it can. The review after thirty days looks back at all the others, so
 * none of them may be open.
 */
export function stepProblem(
  steps: readonly StepFacts[],
  name: ProjectStep,
): "project-step-done" | "project-steps-open" | null {
  if (steps.find(({ step }) => step === name)?.doneAt) return "project-step-done";
  const isLast = name === "audit-review";
  const others = steps.filter(({ step }) => step !== name);
  return isLast && others.some(({ doneAt }) => doneAt === null) ? "project-steps-open" : null;
}

/** Which reminder of a step is due now: one on its day, one when the day is over. */
export function dueReminder(facts: StepFacts, now: Date): "due" | "overdue" | null {
  const state = stepState(facts, now);
  return state === "due" || state === "overdue" ? state : null;
}

export interface ProjectLine {
  readonly id: string;
  readonly title: string;
  readonly startsAt: Date;
  readonly endedAt: Date | null;
  readonly done: number;
  readonly total: number;
  readonly overdue: number;
}

export interface ProjectStepView {
  readonly step: ProjectStep;
  readonly day: number;
  readonly state: StepState;
  readonly ownerId: MemberId;
  readonly owner: string;
  readonly dueAt: Date;
  readonly doneAt: Date | null;
  readonly doneBy: string | null;
  readonly isWaived: boolean;
  readonly evidence: string | null;
  readonly mayDo: boolean;
}

export interface ProjectView extends ProjectLine {
  readonly scope: string;
  readonly authority: string;
  readonly formats: string;
  readonly createdBy: string;
  readonly steps: readonly ProjectStepView[];
  readonly owners: readonly { readonly id: MemberId; readonly name: string }[];
  readonly mayManage: boolean;
}
