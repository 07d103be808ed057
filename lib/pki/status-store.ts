import { and, eq } from "drizzle-orm";
import { certificateStatuses } from "#db/schema/capture.ts";
import type { Context } from "#lib/context.ts";

export type StatusRow = typeof certificateStatuses.$inferSelect;

export async function findStatus(ctx: Context, sha256: string): Promise<StatusRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(certificateStatuses)
    .where(
      and(eq(certificateStatuses.organizationId, ctx.organizationId), eq(certificateStatuses.sha256, sha256)),
    );
  return row ?? null;
}

export async function saveStatus(ctx: Context, answer: Omit<StatusRow, "organizationId">): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection
    .insert(certificateStatuses)
    .values({ organizationId, ...answer })
    .onConflictDoUpdate({
      target: [certificateStatuses.organizationId, certificateStatuses.sha256],
      set: answer,
    });
}
