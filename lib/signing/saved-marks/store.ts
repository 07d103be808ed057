import { and, eq, isNull } from "drizzle-orm";
import { savedMarks } from "#db/schema/consent.ts";
import type { Context } from "#lib/context.ts";

export type SavedMarkRow = typeof savedMarks.$inferSelect;

export async function loadSaved(ctx: Context, personKey: Uint8Array): Promise<SavedMarkRow[]> {
  return ctx.connection
    .select()
    .from(savedMarks)
    .where(
      and(
        eq(savedMarks.organizationId, ctx.organizationId),
        eq(savedMarks.personKey, personKey),
        isNull(savedMarks.removedAt),
      ),
    );
}

/** @returns the keys of the files nobody needs any more. */
export async function removeSaved(ctx: Context, personKey: Uint8Array): Promise<string[]> {
  const removed = await ctx.connection
    .update(savedMarks)
    .set({ removedAt: ctx.now() })
    .where(
      and(
        eq(savedMarks.organizationId, ctx.organizationId),
        eq(savedMarks.personKey, personKey),
        isNull(savedMarks.removedAt),
      ),
    )
    .returning({ fileKey: savedMarks.fileKey });
  return removed.map(({ fileKey }) => fileKey);
}

export async function addSaved(ctx: Context, rows: (typeof savedMarks.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await ctx.connection.insert(savedMarks).values(rows);
}
