import { and, desc, eq } from "drizzle-orm";
import { keyRunbooks } from "#db/schema/key-runbooks.ts";
import type { Context } from "#lib/context.ts";
import type { RunbookKind } from "../core/runbook.ts";

export type RunbookRow = typeof keyRunbooks.$inferSelect;

/** Every version, the newest first. */
export async function loadRunbooks(ctx: Context, kind: RunbookKind): Promise<RunbookRow[]> {
  return ctx.connection
    .select()
    .from(keyRunbooks)
    .where(and(eq(keyRunbooks.organizationId, ctx.organizationId), eq(keyRunbooks.kind, kind)))
    .orderBy(desc(keyRunbooks.version));
}

/** @returns false when somebody published the same version first. */
export async function saveRunbook(ctx: Context, row: RunbookRow): Promise<boolean> {
  const saved = await ctx.connection
    .insert(keyRunbooks)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: keyRunbooks.id });
  return saved.length > 0;
}
