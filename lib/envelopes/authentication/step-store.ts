import { and, eq } from "drizzle-orm";
import { requiredSteps } from "#db/schema/attestations.ts";
import type { Context } from "#lib/context.ts";

export type RequiredStep = typeof requiredSteps.$inferSelect.step;

const own = (ctx: Context) => eq(requiredSteps.organizationId, ctx.organizationId);

export async function loadSteps(ctx: Context): Promise<{ classId: string; step: RequiredStep }[]> {
  const { classId, step } = requiredSteps;
  return ctx.connection.select({ classId, step }).from(requiredSteps).where(own(ctx));
}

export async function replaceSteps(
  ctx: Context,
  classId: string,
  steps: readonly RequiredStep[],
): Promise<void> {
  await ctx.connection.delete(requiredSteps).where(and(eq(requiredSteps.classId, classId), own(ctx)));
  const { organizationId } = ctx;
  if (steps.length > 0)
    await ctx.connection
      .insert(requiredSteps)
      .values(steps.map((step) => ({ organizationId, classId, step })));
}
