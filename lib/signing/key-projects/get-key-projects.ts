import { hasPermission, PERMISSIONS, requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { dayOf, type ProjectLine, type ProjectView, stepProblem, stepState } from "../core/key-project.ts";
import { namesIn } from "../key-exports/describe-key.ts";
import { loadPeople } from "../key-exports/store.ts";
import { loadProject, loadProjects, loadSteps, type ProjectRow, type StepRow } from "./store.ts";

/** Checklists by which keys move, the newest first. */
export async function listKeyProjects(ctx: Context): Promise<ProjectLine[]> {
  requirePermission(ctx, "certificate.read");
  return inTransaction(ctx, async (ctx) => {
    const lines: ProjectLine[] = [];
    for (const row of await loadProjects(ctx))
      lines.push(lineOf(row, await loadSteps(ctx, row.id), ctx.now()));
    return lines;
  });
}

const lineOf = (row: ProjectRow, steps: readonly StepRow[], now: Date): ProjectLine => ({
  ...{ id: row.id, title: row.title, startsAt: row.startsAt, endedAt: row.endedAt },
  done: steps.filter(({ doneAt }) => doneAt !== null).length,
  total: steps.length,
  overdue: steps.filter((step) => stepState(step, now) === "overdue").length,
});

/** One checklist with what this person may do about it. @throws signing/not-found */
export async function getKeyProject(
  ctx: Context,
  { projectId }: { readonly projectId: string },
): Promise<ProjectView> {
  const member = requirePermission(ctx, "certificate.read");
  return inTransaction(ctx, async (ctx) => {
    const mayManage = hasPermission(member, "key.manage");
    const view = await projectView(ctx, projectId);
    const facts = view.steps;
    const steps = view.steps.map((step) => ({
      ...step,
      mayDo: (mayManage || step.ownerId === member.memberId) && stepProblem(facts, step.step) === null,
    }));
    return { ...view, steps, mayManage, owners: await stepOwners(ctx) };
  });
}

/** What a project's sealed record says. @throws signing/not-found */
export async function projectFacts(
  ctx: WorkerContext,
  { projectId }: { readonly projectId: string },
): Promise<ProjectView> {
  requireSystem(ctx);
  return inTransaction(ctx, (ctx) => projectView(ctx, projectId));
}

async function projectView(ctx: Context, id: string): Promise<ProjectView> {
  const row = await loadProject(ctx, id);
  const names = await namesIn(ctx);
  const now = ctx.now();
  const rows = await loadSteps(ctx, id);
  const steps = rows.map(({ step, ownerId, dueAt, doneAt, doneBy, isWaived, evidence }) => ({
    ...{ step, ownerId, dueAt, doneAt, isWaived, evidence, day: dayOf(step), owner: names(ownerId) },
    doneBy: doneBy ? names(doneBy) : null,
    state: stepState({ dueAt, doneAt }, now),
    mayDo: false,
  }));
  const { scope, authority, formats } = row;
  const createdBy = names(row.createdBy);
  const line = lineOf(row, rows, now);
  return { ...line, scope, authority, formats, createdBy, steps, owners: [], mayManage: false };
}

/** Who may own a step. */
export async function stepOwners(ctx: Context): Promise<{ id: MemberId; name: string }[]> {
  const readers: readonly string[] = PERMISSIONS["certificate.read"];
  return (await loadPeople(ctx))
    .filter(({ role, isRemoved }) => !isRemoved && readers.includes(role))
    .map(({ id, name }) => ({ id, name }));
}

/** For the form that starts a project. */
export async function listStepOwners(ctx: Context): Promise<{ id: MemberId; name: string }[]> {
  requirePermission(ctx, "key.manage");
  return inTransaction(ctx, stepOwners);
}
