import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { keyProjectSteps, keyProjects } from "#db/schema/key-work.ts";
import type { Context } from "#lib/context.ts";
import { dayOf, type ProjectStep } from "../core/key-project.ts";
import { signingError } from "../errors.ts";

export type ProjectRow = typeof keyProjects.$inferSelect;
export type StepRow = Omit<typeof keyProjectSteps.$inferSelect, "step"> & { readonly step: ProjectStep };

export async function saveProject(
  ctx: Context,
  row: typeof keyProjects.$inferInsert,
  steps: readonly (typeof keyProjectSteps.$inferInsert)[],
): Promise<void> {
  await ctx.connection.insert(keyProjects).values(row);
  await ctx.connection.insert(keyProjectSteps).values([...steps]);
}

/** @param lock until the transaction ends. @throws signing/not-found */
export async function loadProject(ctx: Context, id: string, lock = false): Promise<ProjectRow> {
  const find = ctx.connection
    .select()
    .from(keyProjects)
    .where(and(eq(keyProjects.id, id), eq(keyProjects.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw signingError("not-found", `project ${id}`);
  return row;
}

export async function loadProjects(ctx: Context): Promise<ProjectRow[]> {
  return ctx.connection
    .select()
    .from(keyProjects)
    .where(eq(keyProjects.organizationId, ctx.organizationId))
    .orderBy(desc(keyProjects.createdAt))
    .limit(100);
}

/** In the order of their days. */
export async function loadSteps(ctx: Context, projectId: string): Promise<StepRow[]> {
  const rows = await ctx.connection
    .select()
    .from(keyProjectSteps)
    .where(
      and(eq(keyProjectSteps.projectId, projectId), eq(keyProjectSteps.organizationId, ctx.organizationId)),
    );
  return (rows as StepRow[]).toSorted((a, b) => dayOf(a.step) - dayOf(b.step));
}

/** Every step that nobody has done, of all projects. */
export async function loadOpenSteps(ctx: Context): Promise<(StepRow & { readonly title: string })[]> {
  const rows = await ctx.connection
    .select({ step: keyProjectSteps, title: keyProjects.title })
    .from(keyProjectSteps)
    .innerJoin(keyProjects, eq(keyProjects.id, keyProjectSteps.projectId))
    .where(and(eq(keyProjectSteps.organizationId, ctx.organizationId), isNull(keyProjectSteps.doneAt)))
    .orderBy(asc(keyProjectSteps.dueAt));
  return rows.map(({ step, title }) => ({ ...(step as StepRow), title }));
}

export async function changeStep(
  ctx: Context,
  { projectId, step }: Pick<StepRow, "projectId" | "step">,
  change: Partial<typeof keyProjectSteps.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(keyProjectSteps)
    .set(change)
    .where(
      and(
        eq(keyProjectSteps.projectId, projectId),
        eq(keyProjectSteps.step, step),
        eq(keyProjectSteps.organizationId, ctx.organizationId),
      ),
    );
}

export async function endProject(ctx: Context, id: string, endedAt: Date): Promise<void> {
  await ctx.connection
    .update(keyProjects)
    .set({ endedAt })
    .where(and(eq(keyProjects.id, id), eq(keyProjects.organizationId, ctx.organizationId)));
}
